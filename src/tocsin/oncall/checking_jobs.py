"""What a worker runs for the checker: in the early morning a look at the coming weeks, and word of what is new."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role
from tocsin.catalog import service as catalog
from tocsin.delivery.model import Urgency
from tocsin.kernel.db import Conn
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.oncall import check_messages, check_store, checking, store, telling
from tocsin.oncall.events import ScheduleFaultsFound
from tocsin.oncall.findings import Finding, Wake
from tocsin.oncall.model import Schedule
from tocsin.oncall.nightly import LastLook, addressees, find_untold, is_due

LANE = "upkeep"
EVERY = timedelta(minutes=15)
TOPIC = "oncall"
NAMED_AT_MOST = 20
ListWakes = Callable[[Conn, datetime], Awaitable[Sequence[Wake]]]


def check_kinds(list_wakes: ListWakes) -> tuple[JobKind, ...]:
    """`list_wakes` says who was paged at night, which on-call itself cannot know."""
    handler = partial(look, list_wakes=list_wakes)
    return (JobKind("oncall.check", LANE, handler, timeout=timedelta(minutes=2), every=EVERY),)


async def look(held: Held, *, list_wakes: ListWakes) -> None:
    """Does nothing until it has become morning on the organisation's clock. The first look of all only begins the
    count: a new installation has no schedules yet."""
    now = held.now()
    async with held.db.connection() as conn:
        zone = zone_of((await catalog.organisation(conn)).time_zone)
        last = await check_store.find_look(conn)
    if last is None:
        await _remember(held, LastLook(looked_at=now, until=now))
        return
    if not is_due(last, now, zone):
        return
    async with held.db.connection() as conn:
        report = await checking.report(conn, now, wakes=await list_wakes(conn, now))
        schedules = await store.list_schedules(conn, now)
    untold = find_untold(report.findings, last)
    async with held.finish() as tx:
        await check_store.upsert_look(tx.conn, LastLook(looked_at=now, until=report.until, findings=report.findings))
        if untold:
            await _tell(tx, untold, schedules)


async def _remember(held: Held, look: LastLook) -> None:
    async with held.finish() as tx:
        await check_store.upsert_look(tx.conn, look)


async def _tell(tx: Tx, untold: list[Finding], schedules: Iterable[Schedule]) -> None:
    zone = (await catalog.organisation(tx.conn)).time_zone
    admins = [user.name for user in await accounts.list_users(tx.conn) if user.role is Role.ADMIN]
    told: list[str] = []
    for name, found in addressees(untold, await _leads(tx.conn, schedules), admins).items():
        message = check_messages.broken(found)
        told += await telling.tell(
            tx,
            [name],
            lambda _zone, message=message: message,
            topic=TOPIC,
            by="tocsin",
            urgency=_urgency(found, tx.now),
            fallback_zone=zone,
        )
    await tx.emit(
        ScheduleFaultsFound(
            topic=TOPIC,
            sentence=f"the nightly look at the schedules found {len(untold)} new, told {', '.join(told) or 'nobody'}",
            findings=tuple(each.sentence for each in untold[:NAMED_AT_MOST]),
            users=tuple(told),
        )
    )


def _urgency(found: Iterable[Finding], now: datetime) -> Urgency:
    """Low, unless within half a day nobody would be called."""
    silent = [each.starts_at for each in found if each.rule.means_silence]
    return telling.urgency_of(min(silent), now) if silent else Urgency.LOW


async def _leads(conn: Conn, schedules: Iterable[Schedule]) -> Mapping[str, tuple[str, ...]]:
    """The leads of each schedule's team who are still there."""
    there = {user.name for user in await accounts.list_users(conn) if not user.is_disabled}
    teams = {team.name: tuple(name for name in team.leads if name in there) for team in await accounts.list_teams(conn)}
    return {each.name: teams.get(each.team or "", ()) for each in schedules}
