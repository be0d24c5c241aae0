"""Looking for words in incidents, in what people wrote about them and in their tasks, where a viewer may see them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.incidents import search_store
from tocsin.incidents.search_store import FoundRow
from tocsin.incidents.search_words import Piece, pieces, to_query
from tocsin.kernel.db import Conn

MOST = 50
"""Hits of each kind that one search gives."""


class Where(StrEnum):
    """What was found: the incident itself, a line of its timeline, or one of its tasks."""

    INCIDENT = "incident"
    ENTRY = "entry"
    TASK = "task"


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """`number` and `title` are the incident's; `n` is the entry's id or the task's number, None for the incident."""

    number: int
    title: str
    where: Where
    n: int | None
    by: str
    at: datetime
    excerpt: tuple[Piece, ...]


_Listing = Callable[[Conn, str, Sequence[int], int], Awaitable[list[FoundRow]]]

_PLACES: tuple[tuple[Where, _Listing], ...] = (
    (Where.INCIDENT, search_store.list_incidents_with),
    (Where.ENTRY, search_store.list_entries_with),
    (Where.TASK, search_store.list_tasks_with),
)


async def search(conn: Conn, viewer: Viewer, asked: str, *, limit: int = MOST) -> list[Hit]:
    """Incidents first, then lines and tasks, the newest of each first; at most `limit` of each kind.

    Raises Invalid for a text without a word or with too many.
    """
    query = to_query(asked)
    hits: list[Hit] = []
    for where, list_with in _PLACES:
        hits += [_hit(where, row) for row in await list_with(conn, query, viewer.scopes, limit)]
    return hits


def _hit(where: Where, row: FoundRow) -> Hit:
    return Hit(
        number=row.number,
        title=row.title,
        where=where,
        n=row.n,
        by=row.by,
        at=row.at,
        excerpt=pieces(row.marked),
    )
