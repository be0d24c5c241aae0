"""What a worker runs before shifts: every few minutes a look at who begins soon, and the access probes when asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.insights import handoff_store, readiness
from tocsin.insights import readiness_messages as messages
from tocsin.insights import readiness_store as store
from tocsin.insights.handoff_model import Handover
from tocsin.insights.handoff_turns import handovers
from tocsin.insights.readiness import LANE, PROBE
from tocsin.insights.readiness_probes import Prober
from tocsin.kernel import jobs
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import Transactions, Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule

SHIFT = "insights.shift"
EVERY = timedelta(minutes=5)
SECOND_LOOK = timedelta(hours=2)
"""So long before the shift the lead hears of what is still missing."""

_FRESH = timedelta(hours=1)
"""Probes that were tried within this time are not tried again for a reminder."""


def readiness_kinds(prober: Prober, remind_before: timedelta | None) -> tuple[JobKind, ...]:
    """`remind_before`: how long before a shift its people are reminded and looked at; None: they are not."""
    return (
        JobKind("insights.readiness", LANE, partial(look, remind_before=remind_before), every=EVERY),
        JobKind(SHIFT, LANE, partial(see_to, prober=prober)),
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


async def look(held: Held, *, remind_before: timedelta | None) -> None:
    """A job for everybody who begins soon and is still to be told: a slow probe of one team delays no other."""
    if remind_before is None:
        return
    now = held.now()
    async with held.db.connection() as conn:
        schedules = await oncall.list_schedules(conn, now)
    found: list[jobs.NewJob] = []
    for schedule in schedules:
        await asyncio.sleep(0)
        for handover in handovers(schedule, now, now + remind_before):
            async with held.db.connection() as conn:
                for person in handover.incoming:
                    notice = await store.find_notice(conn, schedule.name, person, handover.starts_at)
                    if is_to_be_told(notice, handover.starts_at, now):
                        found.append(_job_of(handover, person, now))
    async with held.finish() as tx:
        await jobs.enqueue(tx, *found)


def _job_of(handover: Handover, person: str, now: datetime) -> jobs.NewJob:
    payload = {"schedule": handover.schedule, "person": person, "starts_at": handover.starts_at.isoformat()}
    key = ":".join((SHIFT, *payload.values()))
    return jobs.NewJob(kind=SHIFT, payload=payload, lane=LANE, run_at=now, key=key)


def is_to_be_told(notice: store.Notice | None, starts_at: datetime, now: datetime) -> bool:
    """The reminder once, and shortly before the shift a second look."""
    if notice is None or notice.reminded_at is None:
        return True
    return notice.looked_at is None and starts_at - now <= SECOND_LOOK


async def see_to(held: Held, *, prober: Prober) -> None:
    """One person before one shift: the probes of the team where they are stale, then the look, then the message."""
    now, person = held.now(), str(held.payload["person"])
    starts_at = datetime.fromisoformat(held.payload["starts_at"])
    async with held.db.connection() as conn:
        schedules = {each.name: each for each in await oncall.list_schedules(conn, now)}
        schedule = schedules.get(held.payload["schedule"])
        if schedule is None:
            return  # it was removed meanwhile
        tried = [each.checked_at for each in await store.list_probes(conn, schedule.team or "")]
    if schedule.team and any(at is None or at < now - _FRESH for at in tried):
        await try_probes(held.db, prober, schedule.team, now)
    async with held.finish() as tx:
        await _tell_once(tx, schedule, person, starts_at)


async def _tell_once(tx: Tx, schedule: Schedule, person: str, starts_at: datetime) -> None:
    schedule_id = await handoff_store.get_schedule_id(tx.conn, schedule.name)
    await handoff_store.lock_schedule(tx.conn, schedule_id)
    notice = await store.find_notice(tx.conn, schedule.name, person, starts_at)
    if not is_to_be_told(notice, starts_at, tx.now):
        return  # another job was faster
    is_first = notice is None or notice.reminded_at is None
    for user in await accounts.list_users_by_name(tx.conn, [person]):
        found = await readiness.check_person(tx.conn, schedule, user, starts_at, tx.now)
        if is_first:
            await _tell(tx, [user], schedule_id, messages.reminder(found))
        elif not found.is_ready:
            leads = await accounts.list_team_leads(tx.conn, schedule.team) if schedule.team else []
            others = [lead for lead in leads if lead.id != user.id]
            await _tell(tx, [user, *others], schedule_id, messages.not_ready(found))
    write = store.upsert_reminded if is_first else store.upsert_looked
    await write(tx.conn, schedule_id, person, starts_at, tx.now)


async def _tell(tx: Tx, users: Sequence[User], schedule_id: int, message: MessageView) -> None:
    for user in users:
        await notify(
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
