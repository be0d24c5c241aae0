"""A postmortem as a page of Confluence: well-formed whatever is in it, nothing of the writer's is markup there."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.postmortems.examples import postmortem
from tests.rules.postmortems.golden import drafts
from tests.support.hostile import CORPUS, WHOLE
from tocsin.kernel.charts import Chart, Series
from tocsin.postmortems.confluence import as_confluence, page_title
from tocsin.postmortems.model import State
from tocsin.postmortems.storage_format import LONG_CODE, LONG_TABLE

BASE = "https://tocsin.example"
AC = "{urn:ac}"
KNOWN = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "code", "em", "strong"),
    *("del", "a", "table", "tbody", "tr", "th", "td"),
    *(f"{AC}structured-macro", f"{AC}parameter", f"{AC}rich-text-body", f"{AC}plain-text-body"),
    *(f"{AC}link", f"{AC}link-body"),
}
MACROS = {"panel", "status", "anchor", "code", "expand"}
MARKS = (
    "*",
    "**",
    "~~",
    "`",
    "```\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "\n",
    "\n\n",
    "| a | b |\n|--|--:|\n",
    "|",
    "  ",
    "[x](",
)
TRAPS = (
    "]]>",
    "[x](#a)",
    "![y](/incidents/INC-7/charts/1)",
    "![",
    "](/files/1)",
    "<b>",
    "&lt;",
    "&#1;",
    "\f",
    "\x01",
    "a",
)
PIECES = st.lists(st.sampled_from([*MARKS, *TRAPS, *CORPUS.values()]), max_size=30).map("".join)
CHART = Chart(
    title="Errors & <more>", alt="", kind="line", labels=("03:05", "03:06"), series=(Series("]]><x>", (1.0, None)),)
)


def page(body: str) -> ElementTree.Element:
    """What Confluence reads: the body below a root that names the prefix."""
    text = as_confluence(postmortem(body=body), BASE, {1: CHART})
    return ElementTree.fromstring(f'<page xmlns:ac="urn:ac">{text}</page>')


def written(body: str) -> str:
    """The storage format below the panel that every page begins with."""
    return as_confluence(postmortem(body=body), BASE, {1: CHART}).split("</ac:structured-macro>\n", 1)[1].strip()


def macros(root: ElementTree.Element, name: str) -> list[dict[str, str]]:
    """The parameters of each macro of this name."""
    return [
        {part.get(f"{AC}name", ""): part.text or "" for part in each.findall(f"{AC}parameter")}
        for each in root.iter(f"{AC}structured-macro")
        if each.get(f"{AC}name") == name
    ]


@given(st.one_of(PIECES, st.text()))
def test_whatever_is_written_makes_a_page_of_known_elements(body: str) -> None:
    for each in page(body).iter():
        assert each.tag in KNOWN | {"page"}
        if each.tag == f"{AC}structured-macro":
            assert each.get(f"{AC}name") in MACROS
        assert re.fullmatch(r"(https?:|mailto:).*|", each.get("href", ""), re.DOTALL | re.IGNORECASE)


@pytest.mark.parametrize("body", [*drafts().values(), WHOLE], ids=[*drafts(), "hostile"])
def test_every_draft_and_every_attack_is_well_formed(body: str) -> None:
    assert page(body).tag == "page"


@pytest.mark.parametrize("text", [CORPUS["script"], CORPUS["svg"], CORPUS["entity"]])
def test_markup_of_the_writer_is_words(text: str) -> None:
    assert unescape(text) in "".join(page(text).itertext())


@pytest.mark.parametrize(
    ("markdown", "storage"),
    [
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>"),
        ("[entry](/incidents/INC-7#entry-3)", f'<p><a href="{BASE}/incidents/INC-7#entry-3">entry</a></p>'),
        ("[here](#impact)", '<p><ac:link ac:anchor="impact"><ac:link-body>here</ac:link-body></ac:link></p>'),
        ("a  \nb\n\n---", "<p>a<br/>\nb</p>\n<hr/>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("![graph](/files/1)", f'<p><a href="{BASE}/files/1">graph</a></p>'),
        ("[![graph](/files/1)](https://x.example)", '<p><a href="https://x.example">graph</a></p>'),
    ],
)
def test_how_it_is_written(markdown: str, storage: str) -> None:
    assert written(markdown) == storage


def test_code_is_in_the_macro_and_says_its_language() -> None:
    root = page("```sh\necho ']]>' <x>\n```\n\n```elvish\nx\n```\n")
    assert macros(root, "code") == [{"language": "bash"}, {}]
    assert [each.text for each in root.iter(f"{AC}plain-text-body")] == ["echo ']]>' <x>", "x"]
    assert macros(page("```\n" + "x\n" * LONG_CODE + "```\n"), "code") == [{}]
    assert macros(page("```\n" + "x\n" * (LONG_CODE + 1) + "```\n"), "code") == [{"collapse": "true"}]


def test_a_long_table_is_folded_up_behind_the_heading_it_stands_under() -> None:
    head = "## Timeline\n\n| Time | What |\n| --- | ---: |\n"
    assert macros(page(head + "| 1 | x |\n" * (LONG_TABLE - 1)), "expand") == []
    root = page(head + "| 1 | x |\n" * LONG_TABLE)
    assert macros(root, "expand") == [{"title": f"Timeline ({LONG_TABLE + 1} rows)"}]
    assert root.find(".//td[2]").get("style") == "text-align: right;"  # type: ignore[union-attr]


def test_a_question_stands_out_and_a_heading_can_be_pointed_at() -> None:
    root = page("## Root cause\n\n- **Question:** Why?\n")
    assert {"colour": "Yellow", "title": "Question"} in macros(root, "status")
    assert macros(root, "anchor") == [{"": "root-cause"}]


def test_a_chart_is_its_words_and_its_figures() -> None:
    root = page("- ![errors rose](/incidents/INC-7/charts/1) at once")
    item = root.find(".//li")
    assert item is not None
    assert (item.text or "").startswith("errors rose at once")
    assert macros(root, "expand") == [{"title": "Figures: Errors & <more>"}]
    assert [each.text for each in root.iter("td")] == ["1", "–"]


def test_the_panel_says_how_it_stands_and_where_it_is_written() -> None:
    bare = as_confluence(postmortem(state=State.IN_REVIEW, published_at=None), BASE, {})
    assert '<ac:parameter ac:name="colour">Yellow</ac:parameter>' in bare
    assert f'<a href="{BASE}/postmortems/INC-7">' in bare


@pytest.mark.parametrize(
    ("title", "shown"), [("Checkout\nfails", "INC-7: Checkout fails"), ("W" * 400, f"INC-7: {'W' * 247}…")]
)
def test_the_title_of_the_page(title: str, shown: str) -> None:
    assert page_title(postmortem(title=title)) == shown
