"""Intake, the use case every request goes through: signals → durable alerts (ALR-2 to ALR-5).

Grouping is `groups`, the configured tables `rulebook`, silences `silences`, what people read `reading`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from psycopg.errors import NotNullViolation
from psycopg.pq import TransactionStatus

from tocsin.alerts import groups, store
from tocsin.alerts.grouping import group_key
from tocsin.alerts.intake import INSERTS_ROW, WRITES_ROW, Decision, Standing, Verdict, decide_intake, fold_signals
from tocsin.alerts.model import Integration, Routed, Signal, State
from tocsin.alerts.routing import Router
from tocsin.alerts.store import Change, Key, KnownAlert, NewAlert, Seen
from tocsin.alerts.storm import StormWatch
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Transactions, Tx

LANES = ("alerts", "alerts.bulk")
"""Where intake arms grouping: what may wake somebody, and the rest, which takes no place from it (ALR-6)."""
ENDED_UNSEEN = "had ended before it was first seen, so nobody was called"
_REPEATS_CAP = 200_000
_ROUTINGS_CAP = 10_000
_ROUNDS = 5

_HISTORY = {Verdict.END: "AlertEnded", Verdict.RESUME: "AlertResumed", Verdict.ACKNOWLEDGE: "AlertAcknowledged"}
"""What the ledger calls the verdicts that are history; a changed annotation is none (ALR-3)."""


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One signal and the integration it came by."""

    integration: Integration
    signal: Signal

    @property
    def key(self) -> Key:
        return self.integration.id, self.signal.identity


class Submit(Protocol):
    """Makes arrivals durable with those of others (`surfaces.ingest.commit`); returns how many the database could not
    hold. `size` is that of the request in bytes. Raises Unavailable: then nothing is promised."""

    async def __call__(self, arrivals: Sequence[Arrival], size: int = 0) -> int: ...


class Decided(msgspec.Struct, frozen=True, gc=False):
    """An arrival that becomes a row, and how that row will stand."""

    arrival: Arrival
    verdict: Verdict
    after: Standing


class Repeats:
    """Resends seen but not yet worth a write, counted per alert in this process; they ride on the next touch."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def add(self, alert_id: int) -> None:
        if len(self._counts) < _REPEATS_CAP or alert_id in self._counts:
            self._counts[alert_id] = self._counts.get(alert_id, 0) + 1

    def take(self, alert_id: int) -> int:
        return self._counts.pop(alert_id, 0)


class Desk:
    """What one process keeps in its hands from request to request: the routes in force and what it has learnt."""

    def __init__(self, db: Transactions, router: Callable[[], Router]) -> None:
        self.db = db
        self.router = router
        self.repeats = Repeats()
        self.storms = StormWatch()
        self._routing_ids: dict[str, int] = {}

    async def rows_for(self, conn: Conn, decided: Sequence[Decided], now: datetime) -> list[NewAlert]:
        """The rows to insert, sorted as the statement wants them; decisions of routing are stored on first sight."""
        router = self.router()
        routed = [router.decide(each.arrival.signal, each.arrival.integration, now) for each in decided]
        ids = self._routing_ids
        unknown = {each.digest: each for each in routed if each.digest not in ids}
        if unknown:
            ids = ids | await store.ensure_routings(conn, list(unknown.values()))
            if conn.info.transaction_status is TransactionStatus.IDLE:  # else it may still be undone
                self._routing_ids = ids if len(ids) <= _ROUTINGS_CAP else {}
        rows = [_new_row(each, where, ids[where.digest]) for each, where in zip(decided, routed, strict=True)]
        return sorted(rows, key=lambda row: row.key)

    def forget(self) -> None:
        """What was learnt is not there any more: the database is an older one (fail-over, restore)."""
        self._routing_ids = {}


async def receive(desk: Desk, conn: Conn, arrivals: Sequence[Arrival]) -> None:
    """Make every arrival durable; returns after the commit. `conn` is an autocommit connection of the caller's own.

    All are first decided as if they were new and inserted in one statement; those whose alert exists are then decided
    against it.
    """
    try:
        await _receive(desk, conn, arrivals)
    except NotNullViolation:  # a routing that we remember is gone; what got through is an unchanged resend now
        desk.forget()
        await _receive(desk, conn, arrivals)


async def _receive(desk: Desk, conn: Conn, arrivals: Sequence[Arrival]) -> None:
    now = desk.db.clock.now()
    firsts: dict[Key, Arrival] = {}
    known: list[Arrival] = []
    fresh: list[Decided] = []
    later: list[Arrival] = []
    for arrival in _fold(arrivals, now):
        if firsts.setdefault(arrival.key, arrival) is not arrival:
            later.append(arrival)
            continue
        decision = decide_intake(arrival.signal, None, now)
        if decision.after is None:
            known.append(arrival)
        else:
            fresh.append(Decided(arrival, decision.verdict, decision.after))
    if fresh:
        rows = await desk.rows_for(conn, fresh, now)
        burning = await desk.storms.find_burning(conn, rows, now)
        inserted = await store.insert_new_alerts(conn, rows, now, burning)
        _wake(desk.db, conn, now)
        if inserted is not None:
            known += [firsts[row.key] for row in rows if row.key not in inserted]
    await _receive_known(desk, conn, [*known, *later])


def _fold(arrivals: Sequence[Arrival], now: datetime) -> Sequence[Arrival]:
    """Several signals of one alert, folded to those that change the outcome: each costs a turn of its own."""
    if len({arrival.key for arrival in arrivals}) == len(arrivals):
        return arrivals
    by_key: dict[Key, list[Arrival]] = {}
    for arrival in arrivals:
        by_key.setdefault(arrival.key, []).append(arrival)
    folded: list[Arrival] = []
    for same in by_key.values():
        signals = fold_signals([arrival.signal for arrival in same], now)
        folded += [Arrival(same[0].integration, signal) for signal in signals]
    return folded


def _wake(db: Transactions, conn: Conn, now: datetime) -> None:
    tx = Tx(conn, now, {})
    _arm(tx, now)
    db.wake(tx)


def _arm(tx: Tx, now: datetime) -> None:
    for lane in LANES:
        tx.arm(lane, now)


def _new_row(decided: Decided, routed: Routed, routing_id: int) -> NewAlert:
    integration, signal, after = decided.arrival.integration, decided.arrival.signal, decided.after
    return NewAlert(
        integration_id=integration.id,
        routing_id=routing_id,
        identity=signal.identity,
        labels=signal.labels,
        annotations=signal.annotations,
        title=signal.title,
        starts_at=after.starts_at,
        group_key=group_key(signal, routed, integration.id),
        scope_id=integration.scope_id,
        occurrence=after.occurrence,
        state=after.state.value,
        summary=signal.summary,
        url=signal.url,
        severity_hint=signal.severity_hint,
        details=signal.details,
        lease_until=after.lease_until,
        lease_is_timeout=after.lease_is_timeout,
        ended_at=after.ended_at,
        ended_by=after.ended_by,
        muted_reason=ENDED_UNSEEN if decided.verdict is Verdict.REMEMBER else None,
        changed_at=after.flaps.changes if after.occurrence > 1 else (),
        flaps_since=after.flaps.since,
        flaps_told=after.flaps.told,
    )


async def _receive_known(desk: Desk, conn: Conn, arrivals: Sequence[Arrival]) -> None:
    """Several signals of one alert are decided one after the other, in the order they came."""
    waiting: dict[Key, list[Arrival]] = {}
    for arrival in arrivals:
        waiting.setdefault(arrival.key, []).append(arrival)
    while waiting:
        turn = [queue.pop(0) for queue in waiting.values()]
        waiting = {key: queue for key, queue in waiting.items() if queue}
        for _ in range(_ROUNDS):
            turn = await _decide_known(desk, conn, turn)
            if not turn:
                break


async def _decide_known(desk: Desk, conn: Conn, arrivals: list[Arrival]) -> list[Arrival]:
    """Decide against the rows without a lock, which is enough for the many that change nothing; lock only for the
    others. Returns the arrivals whose row another process replaced meanwhile.
    """
    now = desk.db.clock.now()
    known = {each.key: each for each in await store.list_current_alerts(conn, (arrival.key for arrival in arrivals))}
    seen: list[Seen] = []
    writes: list[Arrival] = []
    for arrival in arrivals:
        found = known.get(arrival.key)
        decision = decide_intake(arrival.signal, found.standing if found else None, now)
        if decision.verdict in WRITES_ROW or decision.verdict in INSERTS_ROW:
            writes.append(arrival)
        elif found is not None:
            seen += _count_repeat(found, decision, desk.repeats)
    if seen:
        await store.upsert_seen(conn, sorted(seen, key=lambda each: each.alert_id), now)
    if not writes:
        return []
    return await _write_known(desk, writes, {key: each.id for key, each in known.items()})


def _count_repeat(found: KnownAlert, decision: Decision, repeats: Repeats) -> Iterable[Seen]:
    if decision.verdict is not Verdict.TOUCH or decision.after is None:
        repeats.add(found.id)
        return ()
    return (Seen(found.id, decision.after.lease_until, 1 + repeats.take(found.id)),)


async def _write_known(desk: Desk, arrivals: list[Arrival], ids: dict[Key, int]) -> list[Arrival]:
    """Decide again under lock and write. Returns the arrivals that lost their row, to be decided anew."""
    lost: list[Arrival] = []
    new_leases: list[datetime | None] = []
    changes: list[Change] = []
    inserts: list[Decided] = []
    async with desk.db.transaction() as tx:
        await store.lock_alerts(tx.conn, list(ids.values()))
        current = await store.list_current_alerts(tx.conn, (arrival.key for arrival in arrivals))
        known = {each.key: each for each in current}
        for arrival in arrivals:
            found = known.get(arrival.key)
            if (found.id if found else None) != ids.get(arrival.key):
                lost.append(arrival)
                continue
            decision = decide_intake(arrival.signal, found.standing if found else None, tx.now)
            if found is not None and (change := _change_of(found, arrival.signal, decision)) is not None:
                changes.append(change)
                if found.standing.lease_until is None:
                    new_leases.append(change.lease_until)
            if decision.after is not None and decision.verdict in INSERTS_ROW:
                inserts.append(Decided(arrival, decision.verdict, decision.after))
        if changes:
            await store.update_alerts(tx.conn, sorted(changes, key=lambda change: change.id), tx.now)
            await groups.arm_expiry(tx, new_leases)
        if inserts:
            lost += await _insert_under_lock(desk, tx, inserts)
        if changes or inserts:
            _arm(tx, tx.now)
    return lost


async def _insert_under_lock(desk: Desk, tx: Tx, inserts: list[Decided]) -> list[Arrival]:
    """Returns those of which another process has just made a row."""
    rows = await desk.rows_for(tx.conn, inserts, tx.now)
    inserted = await store.insert_new_alerts(tx.conn, rows, tx.now)
    if inserted is None:
        return []
    return [each.arrival for each in inserts if each.arrival.key not in inserted]


def _change_of(found: KnownAlert, signal: Signal, decision: Decision) -> Change | None:
    """The row after the decision; of a re-fire only that it is the latest no more."""
    refire = decision.verdict is Verdict.REFIRE
    if decision.verdict not in WRITES_ROW and not refire:
        return None
    after = found.standing if refire else decision.after
    assert after is not None
    renewed = decision.verdict in (Verdict.UPDATE, Verdict.RESUME) and after.state is State.FIRING
    return Change(
        id=found.id,
        is_current=not refire,
        state=after.state,
        starts_at=after.starts_at,
        lease_until=after.lease_until,
        lease_is_timeout=after.lease_is_timeout,
        ended_at=after.ended_at,
        ended_by=after.ended_by,
        acknowledged_at=after.acknowledged_at,
        acknowledged_by=signal.by or None if decision.verdict is Verdict.ACKNOWLEDGE else None,
        annotations=after.annotations,
        title=signal.title if renewed else None,
        summary=signal.summary if renewed else None,
        updated_at=after.updated_at,
        changed_at=after.flaps.changes,
        flaps_since=after.flaps.since,
        flaps_told=after.flaps.told,
        kind=_HISTORY.get(decision.verdict),
        said=decision.reason,
    )


def arrivals_of(integration: Integration, signals: Iterable[Signal]) -> list[Arrival]:
    """The integration's own time-out stands above the source's."""
    if integration.timeout is None:
        return [Arrival(integration, signal) for signal in signals]
    return [Arrival(integration, msgspec.structs.replace(signal, timeout=integration.timeout)) for signal in signals]
