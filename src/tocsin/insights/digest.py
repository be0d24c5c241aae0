"""Digests: who is told, each day or week, who is on call now and next. Statements, use cases and the job."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from tocsin.accounts import service as accounts
from tocsin.catalog.notifying import notify
from tocsin.db.rows import opened_row
from tocsin.delivery.model import BULK, Notification, Outsider, Purpose, Urgency
from tocsin.insights import digest_rules as rules
from tocsin.insights.digest_model import Digest, StoredDigest
from tocsin.kernel.db import Conn
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.resealing import Sealed
from tocsin.kernel.secrets import Keyring
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.postmortems.action_model import ActionFilter, ActionItem
from tocsin.postmortems.actions import list_overdue

EVERY = timedelta(minutes=5)


def _place(name: str) -> str:
    return f"digest.webhook/{name}"


def _opened(stored: StoredDigest, keyring: Keyring) -> StoredDigest:
    """With its webhook, or UNREADABLE for one (SEC-3)."""
    webhook = keyring.read(stored.webhook, _place(stored.name)) if stored.webhook else None
    return msgspec.structs.replace(stored, webhook=webhook)


async def list_digests(conn: Conn) -> list[StoredDigest]:
    """By name."""
    async with conn.cursor(row_factory=opened_row(StoredDigest, _opened)) as cursor:
        await cursor.execute(
            """
            SELECT name, schedules, at, weekday, time_zone, team, webhook, managed_by, since, sent_at
            FROM digest ORDER BY name
            """
        )
        return await cursor.fetchall()


def as_written(stored: StoredDigest) -> Digest:
    """As its file says it."""
    return Digest(**{name: getattr(stored, name) for name in Digest.__struct_fields__})


async def put_digest(tx: Tx, wanted: Digest) -> None:
    """Make it exactly this. One that changes is sent at its next time, not for one that has passed."""
    sealed = tx.conn.keyring.seal(wanted.webhook, _place(wanted.name)) if wanted.webhook else None
    await tx.conn.execute(
        """
        INSERT INTO digest (name, schedules, at, weekday, time_zone, team, webhook, managed_by, since)
        VALUES (%(name)s, %(schedules)s, %(at)s, %(weekday)s, %(time_zone)s, %(team)s, %(webhook)s, %(managed_by)s,
                %(now)s)
        ON CONFLICT (name) DO UPDATE SET
            schedules = excluded.schedules, at = excluded.at, weekday = excluded.weekday,
            time_zone = excluded.time_zone, team = excluded.team, webhook = excluded.webhook,
            managed_by = excluded.managed_by, since = excluded.since
        """,
        {**msgspec.structs.asdict(wanted), "webhook": sealed, "schedules": list(wanted.schedules), "now": tx.now},
    )


async def remove_digest(tx: Tx, name: str) -> None:
    await tx.conn.execute("DELETE FROM digest WHERE name = %s", (name,))


async def claim(tx: Tx, name: str) -> StoredDigest | None:
    """The digest, when it is due and nobody else has sent it: marked as sent in this transaction."""
    await tx.conn.execute("SELECT FROM digest WHERE name = %s FOR UPDATE", (name,))
    found = next((each for each in await list_digests(tx.conn) if each.name == name), None)
    if found is None or not rules.is_due(found, tx.now):
        return None
    await tx.conn.execute("UPDATE digest SET sent_at = %s WHERE name = %s", (tx.now, name))
    return found


async def send(tx: Tx, digest: Digest) -> None:
    """To the members of its team, and to its webhook (signed as every webhook is); once a week with the action items of
    the team that are overdue."""
    schedules = rules.chosen(digest, await oncall.list_schedules(tx.conn, tx.now))
    overdue: tuple[ActionItem, ...] = ()
    if digest.weekday is not None and digest.team is not None:
        overdue = await list_overdue(tx.conn, ActionFilter(team=digest.team), tx.now)
    message = rules.message([oncall.on_call_of(each, tx.now) for each in schedules], overdue)
    members = await accounts.list_team_members(tx.conn, digest.team) if digest.team else []
    outside = [Outsider(f"digest:{digest.name}", "webhook", digest.webhook)] if digest.webhook else []
    for user_id, outsider in [*((user.id, None) for user in members), *((None, each) for each in outside)]:
        await notify(
            tx,
            Notification(
                user_id=user_id,
                outsider=outsider,
                topic=f"digest/{digest.name}",
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                cause=f"digest/{digest.name}",
            ),
        )


async def look(held: Held) -> None:
    """Each digest that is due, in a transaction of its own."""
    async with held.db.connection() as conn:
        names = [each.name for each in await list_digests(conn) if rules.is_due(each, held.now())]
    for name in names:
        async with held.db.transaction() as tx:
            claimed = await claim(tx, name)
            if claimed is not None:
                await send(tx, claimed)


DIGESTS = JobKind("insights.digest", "insights", look, timeout=timedelta(minutes=4), every=EVERY)

SEALED = Sealed(
    "digest.webhook",
    """
    SELECT name, webhook, name FROM digest
    WHERE webhook IS NOT NULL AND (%(after)s::text IS NULL OR name > %(after)s) ORDER BY name LIMIT %(most)s
    """,
    "UPDATE digest SET webhook = %(value)s WHERE name = %(key)s AND webhook = %(before)s",
    _place,
)
