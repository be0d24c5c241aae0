"""What a worker runs for hand-offs: every few minutes a look at the hand-overs around now, and what is due for each."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.insights import handoff
from tocsin.insights import handoff_messages as messages
from tocsin.insights import handoff_store as store
from tocsin.insights.handoff import Known
from tocsin.insights.handoff_events import HandoffMissed
from tocsin.insights.handoff_facts import load_facts
from tocsin.insights.handoff_model import Handover
from tocsin.insights.handoff_report import make_report
from tocsin.insights.handoff_rules import Deed, find_due
from tocsin.insights.handoff_text import between, moment
from tocsin.insights.handoff_turns import LOOK_BACK, handovers
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule

LANE = "insights"
EVERY = timedelta(minutes=5)
TAKES = timedelta(minutes=4)
"""At most: where a thousand schedules hand over at one instant, each report takes a few milliseconds."""
_BACK = timedelta(days=2)
"""So long ago a hand-over still has something due: the morning after it, and half a day of patience."""


def handoff_kinds(draft_before: timedelta | None) -> tuple[JobKind, ...]:
    """`draft_before`: how long before the end of a shift its draft is sent; None: nobody is reminded of hand-offs."""
    return (JobKind("insights.handoff", LANE, partial(look, draft_before=draft_before), timeout=TAKES, every=EVERY),)


async def look(held: Held, *, draft_before: timedelta | None) -> None:
    """Each deed in a transaction of its own, so that none is undone by another's failure."""
    if draft_before is None:
        return
    now = held.now()
    async with held.db.connection() as conn:
        schedules = await oncall.list_schedules(conn, now - _BACK)
    for schedule in schedules:
        # Rendering a thousand schedules takes its time: the lease is renewed and others are served between them.
        await asyncio.sleep(0)
        for handover in handovers(schedule, now - _BACK, now + draft_before):
            await _see_to(held, schedule, handover, draft_before, now)


async def _see_to(held: Held, schedule: Schedule, handover: Handover, draft_before: timedelta, now: datetime) -> None:
    zone = zone_of(schedule.time_zone)
    async with held.db.connection() as conn:
        record = await store.find_record(conn, schedule.name, handover.ends_at)
    if find_due(handover, record, zone, draft_before, now) is None:
        return
    async with held.db.transaction() as tx:
        whole = await oncall.get_schedule(tx.conn, schedule.name, handover.ends_at - LOOK_BACK)
        known = Known(whole, handover, await handoff.hold(tx, Known(whole, handover, None)))
        match find_due(handover, known.record, zone, draft_before, now):
            case Deed.DRAFT:
                await _send_draft(tx, known)
            case Deed.MISSED:
                await _tell_missed(tx, known)
            case Deed.LEAD:
                await _tell_lead(tx, known)
            case None:
                pass  # another worker was faster


async def _send_draft(tx: Tx, known: Known) -> None:
    assert known.record is not None
    report = make_report(await load_facts(tx.conn, known.schedule, known.handover, known.record, tx.now), tx.now)
    await store.update_drafted(tx.conn, known.record.id, tx.now)
    await handoff.tell(tx, known.handover.outgoing, known.record, messages.draft(report, known.zone))


async def _tell_missed(tx: Tx, known: Known) -> None:
    assert known.record is not None
    handover = known.handover
    await store.update_missed(tx.conn, known.record.id, tx.now)
    who, at = between(handover.outgoing, handover.incoming), moment(handover.ends_at, known.zone)
    await tx.emit(
        HandoffMissed(
            topic=f"schedule/{known.record.schedule_id}",
            sentence=f"{who} for {handover.schedule} ({at}) without a signed hand-off",
            schedule=handover.schedule,
            ends_at=handover.ends_at,
        )
    )
    both = list(dict.fromkeys((*handover.outgoing, *handover.incoming)))
    await handoff.tell(tx, both, known.record, messages.missed(handover, known.zone))


async def _tell_lead(tx: Tx, known: Known) -> None:
    assert known.record is not None
    await store.update_lead_told(tx.conn, known.record.id, tx.now)
    leads = await accounts.list_team_leads(tx.conn, known.schedule.team) if known.schedule.team else []
    message = messages.missed_for_lead(known.handover, known.zone)
    await handoff.tell(tx, [each.name for each in leads], known.record, message)
