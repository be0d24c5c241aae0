"""Has the tales happen: every step is a use case at its own instant of the past."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from tocsin.comms import updates
from tocsin.comms.model import UpdateDraft
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.delivery import proofs
from tocsin.delivery import service as delivery
from tocsin.demo import store
from tocsin.demo.alarms import Prometheus, clear, fire, open_prometheus
from tocsin.demo.changes import Change
from tocsin.demo.changing import acts_of
from tocsin.demo.organisation import SILENT, YOU, configuration, lead_of
from tocsin.demo.tales import EVERY, MINUTE, QUIET, Tale
from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, DetectionSource, EntryType, Status
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger_months import make_months
from tocsin.kernel.tx import Tx
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.paging import commands, marking
from tocsin.paging import service as paging
from tocsin.postmortems import actions, review
from tocsin.postmortems import service as postmortems
from tocsin.postmortems.action_model import ActionDraft
from tocsin.room.looking import look_at_room

CLOSED_AFTER = timedelta(days=10)
LEARNT_AFTER = timedelta(days=8)
CLEARED_AFTER = timedelta(minutes=4)
DRAFTED_AFTER, ASKED_AFTER, PUBLISHED_AFTER = timedelta(hours=20), timedelta(hours=26), timedelta(hours=60)
AT_ONCE = 40
"""Steps that are committed together."""
MONTHS_AT_ONCE = timedelta(days=80)

Progress = Callable[[int, int], None]
"""Is told how many incidents have begun, of how many."""


class Step(NamedTuple):
    """Something happens; `place` keeps the steps of one instant in their order: whose it is, then within it."""

    at: datetime
    place: tuple[int, int]
    act: Callable[[Tx], Awaitable[None]]


class Life:
    """One tale and its incident, once that is declared; `holder` is the actor who has taken it."""

    def __init__(self, tale: Tale, prometheus: Prometheus) -> None:
        self.tale = tale
        self.prometheus = prometheus
        self.id = 0
        self.holder = ""

    def said(self, words: str) -> str:
        return words.format(service=self.tale.service.name)


async def live_through(
    db: Database,
    clock: VirtualClock,
    tales: Sequence[Tale],
    changes: Sequence[Change],
    ends: datetime,
    progress: Progress,
) -> None:
    """`db` is empty and up to date, and `clock` is its clock, before the first tale."""
    await _prepare(db, clock, ends)
    prometheus = await open_prometheus(db)
    lives = [Life(tale, prometheus) for tale in tales]
    steps = [step for place, life in enumerate(lives) for step in _steps(place, life, ends)]
    steps += [
        Step(at, (place, n), act)
        for place, change in enumerate(changes, len(lives))
        for n, (at, act) in enumerate(acts_of(change))
    ]
    steps.sort(key=lambda each: each[:2])
    begun = 0
    for first in range(0, len(steps), AT_ONCE):
        some = steps[first : first + AT_ONCE]
        await _take_steps(db, clock, some)
        begun += sum(step.place[0] < len(lives) and step.place[1] == 0 for step in some)
        progress(begun, len(tales))
    clock.set(ends)
    async with db.transaction() as tx:
        await store.hold_everything(tx.conn)
        await _answer_tests(tx)


async def _answer_tests(tx: Tx) -> None:
    """Whoever was ever paged has answered this week's test by the way of their last page, but for one person."""
    for sent in await store.list_last_deliveries(tx.conn):
        found = await delivery.find(tx.conn, sent)
        if found is not None and found.user_name != SILENT:
            await proofs.note_answered(tx, found)


async def _take_steps(db: Database, clock: VirtualClock, steps: Sequence[Step]) -> None:
    """In one transaction of the database; for the use cases each is one, at its own instant. Nobody is to be woken."""
    async with db.transaction() as whole:
        for step in steps:
            clock.set(step.at)
            tx = Tx(whole.conn, step.at, whole.reactions)
            await step.act(tx)
            await tx.write_rest()


async def _prepare(db: Database, clock: VirtualClock, ends: datetime) -> None:
    """The ledger's months, then everybody and everything there is."""
    began = clock.now()
    months = VirtualClock(began)
    while months.now() < ends:
        async with db.transaction() as tx:
            tx.now = months.now()
            await make_months(tx)
        months.advance(MONTHS_AT_ONCE)
    document = load_texts({"demo.yaml": configuration(began.date())}, {})
    async with db.transaction() as tx:
        await apply(tx, document, by="tocsin", unconfigured={})


def _steps(place: int, life: Life, ends: datetime) -> list[Step]:
    tale = life.tale
    taken, mitigated, resolved = (tale.at + span for span in (tale.acknowledged, tale.mitigated, tale.resolved))
    tried = taken + (mitigated - taken) / 3
    acts = [(tale.at, _declare), (taken, _take), (tried, _look_into)]
    acts += [(tale.at + span, _update) for span in tale.updates]
    acts += [(mitigated, _mitigate), (mitigated + CLEARED_AFTER, _clear), (resolved, _resolve)]
    if tale.is_top and (tale.is_reviewed or tale.is_learnt):  # some are drafted, and then nobody finds the time
        acts += [(resolved + DRAFTED_AFTER, _draft), (resolved + ASKED_AFTER, _ask)]
    if tale.is_reviewed:
        acts.append((resolved + PUBLISHED_AFTER, _publish))
    if tale.is_reviewed and tale.is_learnt:
        acts.append((resolved + LEARNT_AFTER, _learn))
    if tale.is_reviewed or not tale.is_top:  # what asks for a postmortem stays resolved until it has one
        acts.append((resolved + CLOSED_AFTER, _close))
    return [Step(at, (place, n), partial(act, life=life)) for n, (at, act) in enumerate(acts) if at < ends - QUIET / 4]


async def _declare(tx: Tx, life: Life) -> None:
    tale = life.tale
    by_alert = tale.source is DetectionSource.MONITORING_ALERT
    fired = await fire(tx, life.prometheus, tale) if by_alert and not tale.is_drill else None
    incident = fired or await incidents.declare(
        tx,
        Declaration(
            title=tale.title,
            severity=tale.severity,
            services=(tale.service.name,),
            source=tale.source,
            reason=f"Alerts of {tale.service.name} fire." if by_alert else "",
            users_affected=tale.users_affected if tale.is_updated else None,
            started_at=tx.now - tale.started,
            by="integration:prometheus" if by_alert else f"@{YOU}",
            is_drill=tale.is_drill,
        ),
    )
    life.id = incident.id


async def _take(tx: Tx, life: Life) -> None:
    """Whoever is called takes it; now and then they cannot, and the next does."""
    pages = await paging.list_pages(tx.conn, life.id)
    if life.tale.declined and pages:
        await commands.decline(tx, life.id, f"@{pages[-1].user_name}", "on a train without a network")
        pages = await paging.list_pages(tx.conn, life.id)
    life.holder = f"@{pages[-1].user_name}" if pages else f"@{YOU}"
    await commands.acknowledge(tx, life.id, life.holder, "web")


async def _look_into(tx: Tx, life: Life) -> None:
    await incidents.change_status(tx, life.id, Status.INVESTIGATING, life.holder)
    cause = life.tale.cause
    await incidents.add_note(tx, life.id, life.holder, life.said(cause.seen), EntryType.OBSERVATION)
    if cause.first_try:
        tried = await mitigation.begin(tx, life.id, MitigationDraft(what=life.said(cause.first_try)), life.holder)
        await mitigation.finish(tx, life.id, tried.n, Result.NO_EFFECT, life.holder)


async def _look_at_room(tx: Tx, life: Life) -> None:
    """Guard rails stand around what people work on together; the others cost a year too much time."""
    if life.tale.is_updated:
        await look_at_room(tx, life.id)


async def _update(tx: Tx, life: Life) -> None:
    tale, cause = life.tale, life.tale.cause
    if tx.now >= tale.at + tale.mitigated:
        text = f"It is better since we {life.said(cause.fix)}. We watch it until that is certain."
    elif tx.now == tale.at + tale.updates[0]:
        text = f"{tale.title}. We are at it: {life.said(cause.seen)}."
    else:
        text = f"We believe to know why: {life.said(cause.root)}. We work on it, and write again."
    draft = UpdateDraft(text=text, next_update_at=tx.now + EVERY[tale.severity])
    await updates.post_update(tx, life.id, draft, life.holder)


async def _mitigate(tx: Tx, life: Life) -> None:
    await _look_at_room(tx, life)
    cause = life.tale.cause
    draft = MitigationDraft(what=life.said(cause.fix), strategy=cause.strategy, started_at=tx.now - 3 * MINUTE)
    done = await mitigation.begin(tx, life.id, draft, life.holder, is_identified=True)
    await mitigation.finish(tx, life.id, done.n, Result.HELPED, life.holder)
    await incidents.change_status(tx, life.id, Status.MONITORING, life.holder)


async def _clear(tx: Tx, life: Life) -> None:
    if life.tale.source is DetectionSource.MONITORING_ALERT and not life.tale.is_drill:
        await clear(tx, life.prometheus, life.tale)


async def _resolve(tx: Tx, life: Life) -> None:
    cause = life.tale.cause
    await _look_at_room(tx, life)
    if life.tale.source is DetectionSource.MONITORING_ALERT:
        await marking.mark_if_called(tx, life.id, life.holder, actionable=not life.tale.is_noise)
    await details.name_cause(tx, life.id, cause.category, life.holder)
    await incidents.resolve(tx, life.id, life.holder, resolution=life.said(cause.fix), root_cause=life.said(cause.root))


async def _draft(tx: Tx, life: Life) -> None:
    await postmortems.draft(tx, life.id, life.holder)
    lesson = ActionDraft(text=life.said(life.tale.cause.lesson), owner=life.holder.removeprefix("@"))
    await actions.add_item(tx, life.id, lesson, life.holder)


async def _ask(tx: Tx, life: Life) -> None:
    """Whoever leads the team reads it first; what they wrote themselves another one does."""
    reader = lead_of(life.tale.service)
    await review.ask_for_review(tx, life.id, [reader if f"@{reader}" != life.holder else YOU], life.holder)


async def _publish(tx: Tx, life: Life) -> None:
    await postmortems.publish(tx, life.id, life.holder)


async def _learn(tx: Tx, life: Life) -> None:
    await actions.finish_item(tx, life.id, 1, life.holder)


async def _close(tx: Tx, life: Life) -> None:
    await incidents.close(tx, life.id, life.holder)
