"""A postmortem as a page of Confluence (PMT-5): its title, and its body in storage format. Pure."""

from collections.abc import Mapping

from tocsin.kernel.charts import Chart
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.markdown import render
from tocsin.kernel.text import one_line
from tocsin.postmortems.export import facts_line
from tocsin.postmortems.model import Postmortem, State
from tocsin.postmortems.picturing import chart_path
from tocsin.postmortems.storage_format import macro, plain, rich, storage_format

MOST_TITLE = 255
"""Characters, of a page of Confluence."""

_COLOURS = {State.DRAFT: "Grey", State.IN_REVIEW: "Yellow", State.PUBLISHED: "Green"}


def page_title(postmortem: Postmortem) -> str:
    """ "INC-7: Checkout fails": a space has a title only once, and so it begins with what no other has."""
    return one_line(f"{incident_ref(postmortem.incident_number)}: {postmortem.title}", MOST_TITLE)


def source_of(postmortem: Postmortem, public_url: str) -> str:
    """Where it is written."""
    return f"{public_url}/postmortems/{incident_ref(postmortem.incident_number)}"


def as_confluence(postmortem: Postmortem, public_url: str, charts: Mapping[int, Chart]) -> str:
    """The body of the page. Addresses that begin with a slash get `public_url` in front; `charts` are those of its
    incident by number."""
    ref = incident_ref(postmortem.incident_number)
    by_address = {f"{public_url}{chart_path(ref, n)}": chart for n, chart in charts.items()}
    body = storage_format(render(postmortem.body, base=public_url).html, by_address)
    return f"{_about(postmortem, public_url)}\n{body}\n"


def _about(postmortem: Postmortem, public_url: str) -> str:
    """What is known of it, and that this is a copy."""
    source = plain(source_of(postmortem, public_url))
    status = macro("status", colour=_COLOURS[postmortem.state], title=postmortem.state.words)
    told = f"<p>{status} {plain(facts_line(postmortem))}</p>"
    copied = f'<p>Tocsin keeps this page. Change its text there: <a href="{source}">{source}</a>.</p>'
    return macro("panel", rich(told + copied), title="Postmortem")
