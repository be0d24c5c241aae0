"""A postmortem that leaves the house (PMT-5): Markdown with front matter for a Git repository, and one HTML file that
stands alone and prints well. Pure; `paper.css` beside this is how the paper looks, on the print page too.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import escape, unescape
from importlib import resources

import msgspec

from tocsin.kernel.ids import incident_ref
from tocsin.kernel.markdown import Document, render, slug
from tocsin.kernel.text import one_line
from tocsin.postmortems.model import Postmortem
from tocsin.postmortems.picturing import with_drawings, with_files

_LINK = re.compile(r'<a href="([^"#][^"]*)"[^>]*>.*?</a>', re.DOTALL)
_MAX_NAME = 60


class Paper(msgspec.Struct, frozen=True):
    """What is printed: the text as HTML, each of its links with a number, and the addresses by these numbers from 1."""

    html: str
    links: tuple[str, ...]


def file_name(postmortem: Postmortem, suffix: str) -> str:
    """ "INC-1-checkout-answers-500.md": the same for every version, so that Git shows what changed."""
    words = slug(postmortem.title)[:_MAX_NAME].strip("-")
    return f"{incident_ref(postmortem.incident_number)}-{words}.{suffix}"


def chart_name(postmortem: Postmortem, n: int) -> str:
    """ "INC-1-chart-3.svg", beside the Markdown."""
    return f"{incident_ref(postmortem.incident_number)}-chart-{n}.svg"


def as_markdown(postmortem: Postmortem, public_url: str, drawings: Mapping[int, str]) -> str:
    """The text with what is known of it in front, as YAML that static sites and wikis read. Addresses that begin with a
    slash belong to this installation, so `public_url` is put in front of them; its charts are files beside it, named as
    `chart_name` does, where there is a drawing.
    """
    facts = {
        "incident": incident_ref(postmortem.incident_number),
        "title": one_line(postmortem.title),
        "severity": postmortem.severity,
        "state": postmortem.state.value,
        "version": postmortem.version,
        "owner": postmortem.owner,
        "authors": list(postmortem.authors),
        "published": _stamp(postmortem.published_at),
        "source": f"{public_url}/postmortems/{incident_ref(postmortem.incident_number)}",
    }
    # A JSON value is a YAML value, whatever characters it has.
    lines = [f"{name}: {msgspec.json.encode(value).decode()}" for name, value in facts.items() if value is not None]
    names = {n: chart_name(postmortem, n) for n in drawings}
    body = with_files(postmortem.body, postmortem.incident_number, names)
    return "\n".join(["---", *lines, "---", "", _outward(body, public_url)])


def as_html(postmortem: Postmortem, public_url: str, drawings: Mapping[int, str]) -> str:
    """One file without any other, its charts drawn in it: it opens from a disk, in ten years as today."""
    ref = incident_ref(postmortem.incident_number)
    paper = paper_of(postmortem, public_url, drawings)
    title = escape(f"Postmortem of {ref}: {one_line(postmortem.title)}")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>\n{paper_style()}</style></head>",
            '<body class="paper">',
            f'<p class="paper-facts">{escape(facts_line(postmortem))}</p>',
            paper.html,
            *_notes(paper.links),
            "</body>",
            "</html>",
            "",
        ]
    )


def paper_of(postmortem: Postmortem, public_url: str, drawings: Mapping[int, str]) -> Paper:
    """The latest version as it is printed."""
    written = on_paper(render(postmortem.body, base=public_url))
    html = with_drawings(written.html, postmortem.incident_number, drawings, public_url)
    return msgspec.structs.replace(written, html=html)


def on_paper(document: Document) -> Paper:
    """Every link followed by its number: on paper nobody can follow it otherwise. The same address has one number."""
    links: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        n = links.setdefault(unescape(found[1]), len(links) + 1)
        return f'{found[0]}<sup class="note">{n}</sup>'

    html = _LINK.sub(numbered, document.html)
    return Paper(html, tuple(links))


def facts_line(postmortem: Postmortem) -> str:
    """ "INC-1 · SEV-1 · published 2026-11-21 · version 3 · owner alice"."""
    published = f"published {postmortem.published_at:%Y-%m-%d}" if postmortem.published_at else postmortem.state.words
    facts = [
        incident_ref(postmortem.incident_number),
        postmortem.severity or "unclassified",
        published,
        f"version {postmortem.version}",
    ]
    return " · ".join([*facts, *([f"owner {postmortem.owner}"] if postmortem.owner else [])])


@cache
def paper_style() -> str:
    """The style sheet of paper, as it stands inside a file."""
    return (resources.files("tocsin.postmortems") / "paper.css").read_text("utf-8")


def _notes(links: tuple[str, ...]) -> list[str]:
    if not links:
        return []
    items = [f"<li>{escape(link)}</li>" for link in links]
    return ['<section class="notes"><h2>Links</h2><ol>', *items, "</ol></section>"]


_OWN_ADDRESS = re.compile(r"(\]\()(/(?!/)[^)\s]*)")


def _outward(body: str, public_url: str) -> str:
    return _OWN_ADDRESS.sub(lambda found: f"{found[1]}{public_url}{found[2]}", body)


def _stamp(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at is not None else None
