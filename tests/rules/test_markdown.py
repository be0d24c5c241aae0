"""Markdown of people: what it becomes, what never gets through, and where its headings are found."""

import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel import markdown
from tocsin.kernel.markdown import MOST_MARKS, Heading, render, spell_out

TABLE = "| what | n |\n| --- | ---: |\n| errors | 3 |\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c** ~~d~~ `e`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code></p>"),
        ("[entry](/incidents/INC-1#entry-3)", 'href="/incidents/INC-1#entry-3"'),
        ("[here](#impact)", 'href="#impact"'),
        ("```sh\nls <x>\n```", '<pre><code class="language-sh">ls &lt;x&gt;\n</code></pre>'),
        ("![graph](/files/1)", '<img src="/files/1" alt="graph">'),
        (TABLE, '<td data-align="right">3</td>'),
        ("3. c\n4. d", '<ol start="3">'),
    ],
)
def test_what_people_write_is_shown(text: str, html: str) -> None:
    assert html in render(text).html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<a href='javascript:alert(1)'>x</a>",
        '[x](/a "onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "<form action=/sign-out><button>x</button></form>",
    ],
)
def test_nothing_of_it_runs_or_dresses_up(text: str) -> None:
    html = render(text).html
    assert not re.search(r"<(script|style|form|img|button)|<[^>]*\son\w+=|href=\"(javascript|data):", html)


def test_an_image_from_elsewhere_is_a_link_that_says_so() -> None:
    html = render("![CPU](https://graphs.example/cpu.png) and ![](//evil.example/x)").html
    assert "<img" not in html
    assert '<a href="https://graphs.example/cpu.png" rel="noopener noreferrer">CPU (image elsewhere)</a>' in html
    assert "Image (image elsewhere)" in html


def test_headings_have_anchors_that_are_theirs_alone() -> None:
    document = render("# Five *whys*?\n\n## Impact\n\n## Impact\n\n### ---\n", prefix="text-", shift=1)
    assert document.headings == (
        Heading(2, "Five whys?", "text-five-whys"),
        Heading(3, "Impact", "text-impact"),
        Heading(3, "Impact", "text-impact-2"),
        Heading(4, "---", "text-part"),
    )
    assert '<h3 id="text-impact-2">Impact</h3>' in document.html
    assert 'href="#text-impact"' in render("[x](#impact)", prefix="text-").html


def test_readers_elsewhere_get_whole_addresses() -> None:
    html = render("[a](/incidents/INC-1) ![b](/files/1) [c](https://x.example/) [d](#e)", base="https://t.example").html
    assert re.findall(r'(?:href|src)="([^"]+)"', html) == [
        "https://t.example/incidents/INC-1",
        "https://t.example/files/1",
        "https://x.example/",
        "#e",
    ]


def test_the_words_of_a_line_without_its_marks() -> None:
    assert spell_out("**Question:** What [was](/x) `it`?\nSay") == "Question: What was it? Say"


def work_of(text: str) -> int:
    """Lines of our own and calls of Python's that it takes to render it."""
    done = 0

    def count(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal done
        done += 1
        return count if frame.f_code.co_filename == markdown.__file__ else None

    tracing = sys.gettrace()
    sys.settrace(count)
    try:
        render(text)
    finally:
        sys.settrace(tracing)
    return done


@pytest.mark.parametrize("mark", ["![", "[", "[a](", "*_", "1. a\n", "|a|b\n|-|-\n", "#\n"])
def test_a_hostile_text_costs_no_more_than_its_share(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MOST_MARKS", 300)
    assert work_of(mark * 6_000) < 300 * 250


def test_many_headings_of_one_name_get_their_anchors_without_counting_from_one_each_time() -> None:
    assert work_of("# Impact\n" * 500) < 500 * 200
    names = [heading.anchor for heading in render("# a-2\n# a\n# a\n# a-2\n# a\n").headings]
    assert names == ["a-2", "a", "a-3", "a-2-2", "a-4"]


def test_what_has_too_many_marks_is_shown_as_typed_from_there_on() -> None:
    document = render("# Begun\n\n" + "*a* <b>\n" * MOST_MARKS)
    shown, rest = document.html.split(
        "<p><em>The rest stands here as it was typed: the text has more than 30,000 marks."
    )
    assert shown.endswith("<em>a</em> &lt;b&gt;</p>\n")
    typed = rest[rest.index("<pre>") + 5 : rest.index("</pre>")]
    assert set(typed.splitlines()) == {"*a* &lt;b&gt;"}
    assert shown.count("&lt;b&gt;") + typed.count("&lt;b&gt;") == MOST_MARKS
    assert [heading.text for heading in document.headings] == ["Begun"]


def test_an_address_defined_once_is_not_repeated_without_end() -> None:
    address = "/" + "b" * 10_000
    html = render(f"[a]: {address}\n\n" + "[a] ![a]\n" * 1_000).html
    assert html.count(address) == 199
    assert html.count("a</a>") == 1_000


@given(st.text(alphabet=st.sampled_from("#*_`[]()<>!|-:\n ax/\"'&"), max_size=300))
def test_any_text_can_be_rendered_and_its_anchors_are_unique(text: str) -> None:
    document = render(text, prefix="text-")
    anchors = [heading.anchor for heading in document.headings]
    assert len(anchors) == len(set(anchors))
    assert all(f'id="{anchor}"' in document.html for anchor in anchors)
    assert "<script" not in document.html
