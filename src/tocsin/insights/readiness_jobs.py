"""What a worker runs before shifts: every few minutes a look at who begins soon, and the access probes when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.delivery import service as delivery
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.insights import handoff_store, readiness
from tocsin.insights import readiness_messages as messages
from tocsin.insights import readiness_store as store
from tocsin.insights.handoff_model import Handover
from tocsin.insights.handoff_turns import handovers
from tocsin.insights.readiness import LANE, PROBE
from tocsin.insights.readiness_probes import Prober
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import Transactions, Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule

EVERY = timedelta(minutes=5)
SECOND_LOOK = timedelta(hours=2)
"""So long before the shift the lead hears of what is still missing."""

_FRESH = timedelta(hours=1)
"""Probes that were tried within this time are not tried again for a reminder."""


def readiness_kinds(prober: Prober, remind_before: timedelta | None) -> tuple[JobKind, ...]:
    """`remind_before`: how long before a shift its people are reminded and looked at; None: they are not."""
    return (
        JobKind("insights.readiness", LANE, partial(look, prober=prober, remind_before=remind_before), every=EVERY),
        JobKind(PROBE, LANE, partial(probe, prober=prober)),
    )


async def probe(held: Held, *, prober: Prober) -> None:
    """Somebody has asked for it."""
    await try_probes(held.db, prober, str(held.payload["team"]), held.now())


async def try_probes(db: Transactions, prober: Prober, team: str, now: datetime) -> None:
    """All of a team's; the network is touched outside any transaction."""
    async with db.connection() as conn:
        probes = await store.list_probes(conn, team)
    tried = await prober.probe_all(probes, now)
    async with db.transaction() as tx:
        for each in tried:
            await store.update_probed(tx.conn, team, each)


async def look(held: Held, *, prober: Prober, remind_before: timedelta | None) -> None:
    """Whoever begins soon: the reminder once, and shortly before a second look."""
    if remind_before is None:
        return
    now = held.now()
    async with held.db.connection() as conn:
        schedules = await oncall.list_schedules(conn, now)
    for schedule in schedules:
        await asyncio.sleep(0)
        for handover in handovers(schedule, now, now + remind_before):
            for person in handover.incoming:
                await _see_to(held, schedule, handover, person, prober)


async def _see_to(held: Held, schedule: Schedule, handover: Handover, person: str, prober: Prober) -> None:
    now, starts_at = held.now(), handover.starts_at
    async with held.db.connection() as conn:
        notice = await store.find_notice(conn, schedule.name, person, starts_at) or store.Notice()
        tried = [each.checked_at for each in await store.list_probes(conn, schedule.team or "")]
    is_late = starts_at - now <= SECOND_LOOK
    if notice.reminded_at is not None and (notice.looked_at is not None or not is_late):
        return
    if schedule.team and any(at is None or at < now - _FRESH for at in tried):
        await try_probes(held.db, prober, schedule.team, now)
    async with held.db.transaction() as tx:
        schedule_id = await handoff_store.get_schedule_id(tx.conn, schedule.name)
        await handoff_store.lock_schedule(tx.conn, schedule_id)
        if await store.find_notice(tx.conn, schedule.name, person, starts_at) not in (None, notice):
            return  # another worker was faster
        for user in await accounts.list_users_by_name(tx.conn, [person]):
            found = await readiness.check_person(tx.conn, schedule, user, starts_at, tx.now)
            if notice.reminded_at is None:
                await _tell(tx, [user], schedule_id, messages.reminder(found))
            elif not found.is_ready:
                leads = await accounts.list_team_leads(tx.conn, schedule.team) if schedule.team else []
                others = [lead for lead in leads if lead.id != user.id]
                await _tell(tx, [user, *others], schedule_id, messages.not_ready(found))
        if notice.reminded_at is None:
            await store.upsert_reminded(tx.conn, schedule_id, person, starts_at, tx.now)
        else:
            await store.upsert_looked(tx.conn, schedule_id, person, starts_at, tx.now)


async def _tell(tx: Tx, users: Sequence[User], schedule_id: int, message: MessageView) -> None:
    for user in users:
        await delivery.notify(
            tx,
            Notification(
                user_id=user.id,
                topic=f"shift/{schedule_id}",
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                cause=f"shift/{schedule_id}",
            ),
        )
