"""What is wider than the page, in a text that people wrote: moved by the keyboard as well, under a name."""

import re
from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

_PIECES = re.compile(r"<h[1-6][^>]*>(?P<heading>.*?)</h[1-6]>|(?P<table><table>.*?</table>)|(?P<pre><pre>)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def scrolled(html: str) -> Markup:
    """`html` is what `kernel.markdown` made. Each table becomes a region that Tab reaches, named after the heading
    above it ("Timeline", the second "Timeline, table 2"). Tab reaches each block of code, too.
    """
    return Markup("".join(_reached(html)))  # noqa: S704  cleaned already; a heading loses its marks before it is a name


def _reached(html: str) -> Iterator[str]:
    heading, seen, end = "Table", Counter[str](), 0
    for found in _PIECES.finditer(html):
        yield html[end : found.start()]
        end = found.end()
        if found["table"] is not None:
            seen[heading] += 1
            yield _region(found["table"], heading if seen[heading] == 1 else f"{heading}, table {seen[heading]}")
            continue
        if found["heading"] is not None:
            heading = _name(found["heading"])
        yield '<pre tabindex="0">' if found["pre"] else found[0]
    yield html[end:]


def _name(heading: str) -> str:
    """Without marks, and fit for an attribute: a quotation mark stands in a text as itself."""
    return _TAG.sub("", heading).replace('"', "&quot;").strip() or "Table"


def _region(table: str, name: str) -> str:
    return f'<div class="wide-table" tabindex="0" role="region" aria-label="{name}">{table}</div>'
