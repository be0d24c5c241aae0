"""Has the tales happen: every step is a use case in a transaction of its own, at its own instant of the past."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.comms import updates
from tocsin.comms.model import UpdateDraft
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.demo import store
from tocsin.demo.organisation import YOU, configuration
from tocsin.demo.tales import MINUTE, QUIET, Tale
from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, DetectionSource, EntryType, Status
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger_months import make_months
from tocsin.kernel.tx import Tx
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.paging import commands
from tocsin.paging import service as paging
from tocsin.postmortems import actions
from tocsin.postmortems import service as postmortems
from tocsin.postmortems.action_model import ActionDraft

CLOSED_AFTER = timedelta(days=10)
LEARNT_AFTER = timedelta(days=8)
DRAFTED_AFTER, PUBLISHED_AFTER = timedelta(hours=20), timedelta(hours=60)
MONTHS_AT_ONCE = timedelta(days=80)

Progress = Callable[[int, int], None]
"""Is told how many incidents have begun, of how many."""


class Step(NamedTuple):
    """Something happens to one incident; `place` keeps the steps of one instant in their order."""

    at: datetime
    place: tuple[int, int]
    act: Callable[[Tx, Life], Awaitable[None]]


class Life:
    """One tale and its incident, once that is declared; `holder` is the actor who has taken it."""

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        self.id = 0
        self.holder = ""

    def said(self, words: str) -> str:
        return words.format(service=self.tale.service.name)


async def live_through(
    db: Database, clock: VirtualClock, tales: Sequence[Tale], ends: datetime, progress: Progress
) -> None:
    """`db` is empty and up to date, and `clock` is its clock, before the first tale."""
    await _prepare(db, clock, ends)
    lives = [Life(tale) for tale in tales]
    steps = [step for place, life in enumerate(lives) for step in _steps(place, life, ends)]
    begun = 0
    for step in sorted(steps, key=lambda each: each[:2]):
        clock.set(step.at)
        async with db.transaction() as tx:
            await step.act(tx, lives[step.place[0]])
        if step.place[1] == 0:
            begun += 1
            progress(begun, len(tales))
    async with db.transaction() as tx:
        await store.hold_everything(tx.conn)


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
    if tale.is_updated:
        acts.append((taken + (mitigated - taken) / 2, _update))
    acts += [(mitigated, _mitigate), (resolved, _resolve)]
    if tale.is_reviewed:
        acts += [(resolved + DRAFTED_AFTER, _draft), (resolved + PUBLISHED_AFTER, _publish)]
    if tale.is_reviewed and tale.is_learnt:
        acts.append((resolved + LEARNT_AFTER, _learn))
    if tale.is_reviewed or not tale.is_top:  # what asks for a postmortem stays resolved until it has one
        acts.append((resolved + CLOSED_AFTER, _close))
    return [Step(at, (place, n), act) for n, (at, act) in enumerate(acts) if at < ends - QUIET / 4]


async def _declare(tx: Tx, life: Life) -> None:
    tale = life.tale
    by_alert = tale.source is DetectionSource.MONITORING_ALERT
    incident = await incidents.declare(
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


async def _update(tx: Tx, life: Life) -> None:
    text = f"{life.tale.title}. We are at it: {life.said(life.tale.cause.seen)}."
    await updates.post_update(tx, life.id, UpdateDraft(text=text, root_cause=None), life.holder)


async def _mitigate(tx: Tx, life: Life) -> None:
    cause = life.tale.cause
    draft = MitigationDraft(what=life.said(cause.fix), strategy=cause.strategy, started_at=tx.now - 3 * MINUTE)
    done = await mitigation.begin(tx, life.id, draft, life.holder, is_identified=True)
    await mitigation.finish(tx, life.id, done.n, Result.HELPED, life.holder)
    await incidents.change_status(tx, life.id, Status.MONITORING, life.holder)


async def _resolve(tx: Tx, life: Life) -> None:
    cause = life.tale.cause
    await details.name_cause(tx, life.id, cause.category, life.holder)
    await incidents.resolve(tx, life.id, life.holder, resolution=life.said(cause.fix), root_cause=life.said(cause.root))


async def _draft(tx: Tx, life: Life) -> None:
    await postmortems.draft(tx, life.id, life.holder)
    lesson = ActionDraft(text=life.said(life.tale.cause.lesson), owner=life.holder.removeprefix("@"))
    await actions.add_item(tx, life.id, lesson, life.holder)


async def _publish(tx: Tx, life: Life) -> None:
    await postmortems.publish(tx, life.id, life.holder)


async def _learn(tx: Tx, life: Life) -> None:
    await actions.finish_item(tx, life.id, 1, life.holder)


async def _close(tx: Tx, life: Life) -> None:
    await incidents.close(tx, life.id, life.holder)
