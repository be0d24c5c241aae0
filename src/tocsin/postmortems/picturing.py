"""Charts in the text of a postmortem (PMT-1): how a draft names them, and how they come where they are read. Pure.

In the text stands an image with its words and its source, at an address of the incident: `/incidents/INC-7/charts/3`.
A page, a print and a file that stands alone put the drawing itself there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.markdown import escaped
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.measuring import source_words

_IMAGE = r'<img src="{base}/incidents/{ref}/charts/(\d{{1,9}})"[^>]*>'
_ADDRESS = r"\]\(/incidents/{ref}/charts/(\d{{1,9}})\)"


def picture(measured: Measurement, ref: str) -> str:
    """The image with its alternative in words, and below it where it comes from."""
    words = escaped(measured.chart.alt if measured.chart is not None else "")
    title = escaped(f"{measured.title} of {measured.service}")
    return f"![{words}]({chart_path(ref, measured.n)})\n\nChart: {title}. Source: {escaped(source_words(measured))}."


def chart_path(ref: str, n: int) -> str:
    return f"/incidents/{ref}/charts/{n}"


def charts_in(body: str, incident_number: int) -> tuple[int, ...]:
    """Which charts of its own incident a text shows, each once."""
    found = re.findall(_ADDRESS.format(ref=re.escape(incident_ref(incident_number))), body)
    return tuple(dict.fromkeys(map(int, found)))


def with_drawings(html: str, incident_number: int, drawings: Mapping[int, str], base: str = "") -> str:
    """The text as it was rendered with this `base`, with each drawing (SVG) in the place of its image; an image without
    a drawing stays as it is."""
    image = _IMAGE.format(base=re.escape(base), ref=re.escape(incident_ref(incident_number)))

    def drawn(found: re.Match[str]) -> str:
        svg = drawings.get(int(found[1]))
        return f'<span class="chart">{svg}</span>' if svg else found[0]

    return re.sub(image, drawn, html)


def with_files(body: str, incident_number: int, names: Mapping[int, str]) -> str:
    """The Markdown with the names of files beside it in place of the addresses."""

    def named(found: re.Match[str]) -> str:
        name = names.get(int(found[1]))
        return f"]({name})" if name else found[0]

    return re.sub(_ADDRESS.format(ref=re.escape(incident_ref(incident_number))), named, body)
