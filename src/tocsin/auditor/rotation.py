"""Another key for what is sealed in the database (SEC-3), while everything goes on.

First the new key is there for every process, then row after row is sealed with it, then a known word says that it is
through. Broken off in between, the next rotation goes on where this one was.
"""

from collections.abc import Callable

import msgspec

from tocsin.accounts.service import audit
from tocsin.catalog.directory_store import SEALED as CHATS
from tocsin.catalog.store import SEALED as ANNOUNCE
from tocsin.db.database import Database
from tocsin.db.keyring import add_key, forget_old_keys, is_through, mark_through
from tocsin.delivery.contact_store import SEALED as CONTACTS
from tocsin.delivery.store import SEALED as DELIVERIES
from tocsin.insights.digest import SEALED as DIGESTS
from tocsin.kernel.db import mind_the_disk, spare_the_disk
from tocsin.kernel.errors import Refused
from tocsin.kernel.resealing import Resealed, Sealed, reseal
from tocsin.oncall.calendar_store import SEALED as CALENDARS
from tocsin.paging.store import SEALED as POLICIES
from tocsin.settings import Settings

COLUMNS = (CONTACTS, ANNOUNCE, CHATS, POLICIES, CALENDARS, DIGESTS, DELIVERIES)
"""Every column that holds secrets to be read again; messages last, for there are the most."""


class Rotated(msgspec.Struct, frozen=True):
    """`key`: the name of the key that seals now. `resumed`: one that was broken off has come to its end."""

    key: str
    resumed: bool
    columns: tuple[Resealed, ...]


async def rotate(settings: Settings, db: Database, by: str, told: Callable[[Resealed], None], *, lost: bool) -> Rotated:
    """`lost`: goes on although a key is gone; what it sealed stays and cannot be read. `told` hears of the progress.

    Raises Refused where the keys are settings and no new one was put in front, or where a key is missing.
    """
    resumed = await _resumes(db, lost=lost)
    if not resumed and not settings.storage_keys:
        add_key(settings)
    columns = [await _go_through(db, column, told) for column in COLUMNS]
    async with db.transaction() as tx:
        await mark_through(tx.conn)
        await audit(tx, by, "sealed with another key", "the secrets in the database")
    forget_old_keys(settings)
    return Rotated(db.keyring.newest, resumed, tuple(columns))


async def _resumes(db: Database, *, lost: bool) -> bool:
    """Whether a key is in front already with which not everything is sealed."""
    async with db.connection() as conn:
        try:
            return not await is_through(conn)
        except Refused:
            if not lost:
                raise
            return True


async def _go_through(db: Database, column: Sealed, told: Callable[[Resealed], None]) -> Resealed:
    """Its commits do not wait for the disk: that of `mark_through` does, and brings them along."""
    so_far = Resealed(column.name)
    async with db.connection() as conn:
        await spare_the_disk(conn)
        try:
            async for so_far in reseal(conn, column):
                told(so_far)
        finally:
            await mind_the_disk(conn)
    return so_far
