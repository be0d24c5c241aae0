"""What a search has found, on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.kernel.ids import incident_ref

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.search import Hit as Found


class Piece(msgspec.Struct, kw_only=True):
    """A part of an excerpt, as plain text."""

    text: str
    is_match: bool


class Hit(msgspec.Struct, kw_only=True):
    """`where` is incident, entry or task; `n` the entry's id or the task's number, null for the incident itself."""

    incident: str
    title: str
    where: str
    n: int | None
    by: str
    at: datetime
    excerpt: list[Piece]
    url: str


class SearchResult(msgspec.Struct, kw_only=True):
    """Incidents first, then what was written and tasks, the newest of each first."""

    query: str
    hits: list[Hit]


def search_result(query: str, found: Iterable[Found], public_url: str) -> SearchResult:
    """`public_url` has no slash at its end."""
    return SearchResult(query=query, hits=[_hit(each, public_url) for each in found])


def anchor(found: Found) -> str:
    """The path of what was found, down to its line."""
    place = f"#{found.where.value}-{found.n}" if found.n is not None else ""
    return f"/incidents/{incident_ref(found.number)}{place}"


def _hit(found: Found, public_url: str) -> Hit:
    return Hit(
        incident=incident_ref(found.number),
        title=found.title,
        where=found.where.value,
        n=found.n,
        by=found.by,
        at=found.at,
        excerpt=[Piece(text=piece.text, is_match=piece.is_match) for piece in found.excerpt],
        url=f"{public_url}{anchor(found)}",
    )
