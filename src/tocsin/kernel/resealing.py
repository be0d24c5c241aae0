"""Sealing anew what is stored, while everybody works on it: row after row, each only if it is still as it was read.

Which columns hold secrets is said by the stores that own them (`Sealed`). What is found in the clear is sealed too.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Any, LiteralString, NamedTuple

from tocsin.kernel.db import Conn
from tocsin.kernel.secrets import Unreadable

BATCH = 500

Reseal = Callable[[str], str]


class Sealed(NamedTuple):
    """A column that holds secrets.

    `rows` reads `(key, value, *parts)` ascending by key, those after `%(after)s` (null: from the first), at most
    `%(most)s`; `place(*parts)` is where the value opens. `update` writes `%(value)s` to the row of `%(key)s` when it
    is still `%(before)s`. `change` does something to each secret of a value; left out, the value is one.
    """

    name: str  # "contact.address"
    rows: LiteralString
    update: LiteralString
    place: Callable[..., str]
    change: Callable[[Any, Reseal], Any] = lambda value, reseal: reseal(value)
    as_parameter: Callable[[Any], Any] = lambda value: value


class Resealed(NamedTuple):
    """How far one column is: rows looked at, those sealed anew, and secrets that no key opens and that stay."""

    name: str
    rows: int = 0
    changed: int = 0
    unreadable: int = 0


async def reseal(conn: Conn, column: Sealed) -> AsyncGenerator[Resealed]:
    """Goes through the column; says after each batch how far it is. Every row is a transaction of its own, so that
    nobody waits for it and that it may be broken off anywhere."""
    so_far, after = Resealed(column.name), None
    while True:
        cursor = await conn.execute(column.rows, {"after": after, "most": BATCH})
        found = await cursor.fetchall()
        for key, value, *parts in found:
            so_far = await _reseal_row(conn, column, so_far, (key, value, column.place(*parts)))
        yield so_far
        if len(found) < BATCH:
            return
        after = found[-1][0]


async def _reseal_row(conn: Conn, column: Sealed, so_far: Resealed, row: tuple[Any, Any, str]) -> Resealed:
    key, before, place = row
    unreadable = 0

    def anew(text: str) -> str:
        nonlocal unreadable
        if conn.keyring.is_current(text):
            return text
        try:
            return conn.keyring.seal(conn.keyring.open(text, place), place)
        except Unreadable:
            unreadable += 1
            return text

    value = column.change(before, anew)
    changed = 0
    if value != before:
        parameters = {"key": key, "value": column.as_parameter(value), "before": column.as_parameter(before)}
        changed = (await conn.execute(column.update, parameters)).rowcount
    return Resealed(column.name, so_far.rows + 1, so_far.changed + changed, so_far.unreadable + unreadable)
