"""A table or a block of code in a text of somebody is moved by the keyboard, under a name that cannot break out."""

import re

from tocsin.kernel.markdown import render
from tocsin.surfaces.web.scrolling import scrolled

TABLE = "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"


def names(text: str) -> list[str]:
    return re.findall(r'tabindex="0" role="region" aria-label="([^"]*)"><table>', scrolled(render(text).html))


def test_a_table_has_the_name_of_the_heading_above_it() -> None:
    assert names(f"# Report\n\n{TABLE}## Timeline *(UTC)*\n\n{TABLE}between\n\n{TABLE}") == [
        "Report",
        "Timeline (UTC)",
        "Timeline (UTC), table 2",
    ]
    assert names(TABLE) == ["Table"]


def test_a_name_stays_within_its_quotation_marks() -> None:
    assert names(f'# say "x" onfocus="y" <b> &\n\n{TABLE}') == [
        "say &quot;x&quot; onfocus=&quot;y&quot; &lt;b&gt; &amp;"
    ]


def test_code_is_reached_and_the_rest_is_as_it_was() -> None:
    assert scrolled(render("```\nls\n```").html).startswith('<pre tabindex="0"><code>')
    html = render("# One\n\ntwo <table> three").html
    assert scrolled(html) == html
