"""What leaves the house: front matter that any YAML reader takes, one HTML file that needs no other."""

import re

import pytest
from msgspec.structs import replace

from tests.rules.postmortems.examples import postmortem
from tocsin.kernel.markdown import render
from tocsin.postmortems.export import as_html, as_markdown, facts_line, file_name, on_paper
from tocsin.postmortems.model import State

BASE = "https://tocsin.example"
POSTMORTEM = postmortem()


def test_charts_go_along() -> None:
    body = "![errors rose](/incidents/INC-7/charts/3) ![](/incidents/INC-8/charts/3) ![](/incidents/INC-7/charts/4)"
    shown, drawings = replace(POSTMORTEM, body=body), {3: "<svg>drawn</svg>"}
    markdown = as_markdown(shown, BASE, drawings)
    assert "![errors rose](INC-7-chart-3.svg)" in markdown
    assert "](https://tocsin.example/incidents/INC-8/charts/3)" in markdown
    html = as_html(shown, BASE, drawings)
    assert html.count("<svg>drawn</svg>") == 1
    assert 'src="https://tocsin.example/incidents/INC-7/charts/4"' in html


def test_markdown_has_its_facts_in_front_and_addresses_that_lead_back() -> None:
    assert as_markdown(POSTMORTEM, BASE, {}) == "\n".join(
        [
            "---",
            'incident: "INC-7"',
            'title: "Checkout: 500s & \\"errors\\""',
            'severity: "SEV-1"',
            'state: "published"',
            "version: 3",
            'owner: "alice"',
            'authors: ["alice","bob"]',
            'published: "2026-11-21T12:00:00Z"',
            'source: "https://tocsin.example/postmortems/INC-7"',
            "---",
            "",
            "# Postmortem",
            "",
            "It [began](https://tocsin.example/incidents/INC-7#entry-1), see [docs](https://x.example/a).",
            "",
        ]
    )


def test_what_is_not_known_is_left_out_of_the_facts() -> None:
    bare = replace(POSTMORTEM, severity=None, owner=None, published_at=None, state=State.DRAFT)
    assert not re.search(r"^(severity|owner|published):", as_markdown(bare, BASE, {}), re.MULTILINE)
    assert facts_line(bare) == "INC-7 · unclassified · draft · version 3"
    assert facts_line(POSTMORTEM) == "INC-7 · SEV-1 · published 2026-11-21 · version 3 · owner alice"


def test_the_html_file_asks_for_nothing_and_runs_nothing() -> None:
    html = as_html(replace(POSTMORTEM, title="<script>x</script>", body="<script>y</script>\n![](/files/1)"), BASE, {})
    assert "<script" not in html
    assert "<link" not in html
    assert "&lt;script&gt;x" in html
    assert ".paper" in html
    assert 'src="https://tocsin.example/files/1"' in html


def test_links_are_numbered_for_paper_and_spelled_out_at_the_end() -> None:
    body = "[a](https://x.example/1) [b](https://x.example/2) [c](https://x.example/1) [d](#impact)"
    paper = on_paper(render(body))
    assert paper.links == ("https://x.example/1", "https://x.example/2")
    assert re.findall(r'<sup class="note">(\d)</sup>', paper.html) == ["1", "2", "1"]
    assert "<ol>\n<li>https://x.example/1</li>" in as_html(replace(POSTMORTEM, body=body), BASE, {})
    assert 'class="notes"' not in as_html(replace(POSTMORTEM, body="No link."), BASE, {})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout answers 500", "INC-7-checkout-answers-500.md"),
        ("../../etc/passwd", "INC-7-etc-passwd.md"),
        ("W" * 200, f"INC-7-{'w' * 60}.md"),
        ("!!!", "INC-7-part.md"),
    ],
)
def test_a_file_has_a_name_that_is_safe_and_stays(title: str, name: str) -> None:
    assert file_name(replace(POSTMORTEM, title=title), "md") == name
