"""Heartbeats at work: pings come in, somebody listens, and what stays away becomes an alert like any other."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.alerts import heartbeat_store as store
from tocsin.alerts import heartbeats as rules
from tocsin.alerts.events import HeartbeatPaused, HeartbeatResumed, RoutingReplaced
from tocsin.alerts.heartbeat_store import HeartbeatRow
from tocsin.alerts.heartbeats import Heartbeat, Kind, Pause, Ping, Standing
from tocsin.alerts.model import Integration, Routed
from tocsin.alerts.rulebook import load_router
from tocsin.alerts.service import Arrival, Desk, Submit, receive
from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused, Unavailable
from tocsin.kernel.jobs import NewJob, enqueue
from tocsin.kernel.ledger import Event
from tocsin.kernel.loops import end, run_for_ever
from tocsin.kernel.tx import Transactions, Tx

WATCH_JOB = "alerts.heartbeats"
LANE = "alerts"
LISTEN_EVERY = 5.0
_LOOK_AGAIN = timedelta(seconds=15)

_log = logging.getLogger(__name__)


async def ping(db: Database, submit: Submit, integration: Integration, said: Ping) -> None:
    """Records a ping, then tells its alert. A crash in between is made good by the next ping, since what it ends is
    only settled at the end. Raises Unavailable and psycopg.OperationalError."""
    try:
        options = rules.read_options(integration.options)
    except Invalid as error:
        raise Unavailable(f"Heartbeat {integration.name} cannot be read: {error.message}", error.remedy) from error
    async with db.transaction() as tx:
        await store.ensure_heartbeat(tx.conn, integration.id)
        standing = (await store.lock_heartbeats(tx.conn, [integration.id]))[integration.id]
        after = rules.after_ping(standing, said, tx.now)
        await store.update_heartbeat(tx.conn, integration.id, after)
        await _arm(tx, rules.due_at(after, options) or tx.now)
    if said.kind is Kind.FAIL:
        await submit([Arrival(integration, rules.failed_signal(integration.name, said, options))])
    elif said.kind is Kind.SUCCESS and rules.is_alarming(standing):
        await submit([Arrival(integration, rules.ended_signal(integration.name))])
        async with db.transaction() as tx:
            await store.settle_heartbeat(tx.conn, integration.id, after.last_ping_at)


async def review(tx: Tx, event: RoutingReplaced) -> None:
    """After a change of the configuration the watch looks again."""
    if event.what == "integrations" and (await store.list_heartbeats(tx.conn) or await store.list_forgotten(tx.conn)):
        await _arm(tx, tx.now)


async def watch(tx: Tx, db: Transactions) -> None:
    """Raises what is missed and arms itself for the next that could be. The rows stay locked until the alerts are
    durable: a ping that comes this moment ends them afterwards."""
    await _forget(tx, db)
    rows = await _list_readable(tx.conn)
    if not rows:
        return
    heard_at = await store.get_heard_at(tx.conn)
    if heard_at is None or tx.now - heard_at > rules.DEAF_AFTER:
        await _arm(tx, tx.now + _LOOK_AGAIN)
        return
    await _ensure_those_of_at_once(tx, rows)
    standings = await store.lock_heartbeats(tx.conn, [row.id for row in rows])
    told: list[Arrival] = []
    dues: list[datetime] = []
    for row in rows:
        standing, options = standings.get(row.id, row.standing), rules.read_options(row.options)
        if standing.waits_from is None and options.starts_at_once:
            standing = msgspec.structs.replace(standing, waits_from=tx.now)
            await store.update_heartbeat(tx.conn, row.id, standing)
        if rules.is_lifted(standing, tx.now):
            told.append(Arrival(row.as_integration(), rules.ended_signal(row.name)))
            standing = msgspec.structs.replace(standing, missed_at=None)
            await store.update_heartbeat(tx.conn, row.id, standing)
        due = rules.due_at(standing, options) if standing.missed_at is None else None
        if due is not None and due <= tx.now:
            told.append(Arrival(row.as_integration(), rules.missed_signal(row.name, standing, options)))
            await store.update_heartbeat(tx.conn, row.id, msgspec.structs.replace(standing, missed_at=tx.now))
        elif due is not None:
            dues.append(due)
    if told:
        await _take_in(db, told)
    if dues:
        await _arm(tx, min(dues))


async def _forget(tx: Tx, db: Transactions) -> None:
    """What the configuration has no more is not waited for, and its alert is over: no ping could end it."""
    forgotten = await store.list_forgotten(tx.conn)
    if not forgotten:
        return
    over = [
        Arrival(Integration(id=each.id, name=each.name, type="", scope_id=each.scope_id), rules.ended_signal(each.name))
        for each in forgotten
        if each.is_alarming
    ]
    if over:
        await _take_in(db, over)
    await store.delete_heartbeats(tx.conn, [each.id for each in forgotten])


async def _ensure_those_of_at_once(tx: Tx, rows: Sequence[HeartbeatRow]) -> None:
    """Those that are not to wait for their first ping: under the lock they are waited for, unless it has just come."""
    new = (row.id for row in rows if row.waits_from is None and rules.read_options(row.options).starts_at_once)
    for integration_id in sorted(new):
        await store.ensure_heartbeat(tx.conn, integration_id)


async def _take_in(db: Transactions, arrivals: Sequence[Arrival]) -> None:
    """Through the same intake as every alert."""
    async with db.connection() as conn:
        router = await load_router(conn)
        await receive(Desk(db, lambda: router), conn, arrivals)


async def listen(tx: Tx) -> None:
    """A web process says that it hears. After a break, what was expected meanwhile is waited for anew."""
    heard_at = await store.lock_heard_at(tx.conn)
    if heard_at is not None and tx.now - heard_at <= rules.DEAF_AFTER:
        await store.update_heard_at(tx.conn, max(heard_at, tx.now))
        return
    await store.update_heard_at(tx.conn, tx.now)
    rows = {row.id: row for row in await _list_readable(tx.conn)}
    for id_, standing in (await store.lock_heartbeats(tx.conn, list(rows))).items():
        after = rules.after_deafness(standing, rules.read_options(rows[id_].options), heard_at or tx.now, tx.now)
        if after != standing:
            await store.update_heartbeat(tx.conn, id_, after)
    if rows:
        await _arm(tx, tx.now)


async def list_heartbeats(conn: Conn, viewer: Viewer, now: datetime) -> list[Heartbeat]:
    """The heartbeats of the configuration that the viewer may read, by name."""
    return [_shown(row, now) for row in await _list_readable(conn) if viewer.may_read(row.scope_id)]


async def get_heartbeat(conn: Conn, viewer: Viewer, name: str, now: datetime) -> Heartbeat:
    """Raises NotFound, also for one that the viewer may not know of."""
    found = next((each for each in await list_heartbeats(conn, viewer, now) if each.name == name), None)
    if found is None:
        raise NotFound(f"There is no heartbeat {name[:100]!r}.", "See which there are with: tocsin heartbeat")
    return found


async def pause(tx: Tx, viewer: Viewer, name: str, wanted: Pause) -> Heartbeat:
    """Its silence is no alert before the end of the pause, and what it is one of by now is over. Raises NotFound, and
    Invalid for a pause without a reason, or with an end that has passed or is too far."""
    rules.check_pause(wanted, tx.now)
    known = await get_heartbeat(tx.conn, viewer, name, tx.now)
    until = f"{wanted.ends_at:%Y-%m-%d %H:%M} UTC"
    sentence = f"{viewer.actor} paused the heartbeat {known.name} until {until}: {wanted.reason}"
    event = HeartbeatPaused(topic="alerts", sentence=sentence, actor=viewer.actor, name=known.name)
    return await _change(tx, known, event, lambda standing: rules.paused(standing, wanted, viewer.actor))


async def resume(tx: Tx, viewer: Viewer, name: str) -> Heartbeat:
    """The pause is over now. Raises NotFound, and Refused where there is none."""
    known = await get_heartbeat(tx.conn, viewer, name, tx.now)
    if not rules.is_paused(known.standing, tx.now):
        raise Refused(f"The heartbeat {known.name} is not paused.", "See how each stands with: tocsin heartbeat")
    sentence = f"{viewer.actor} ended the pause of the heartbeat {known.name}"
    event = HeartbeatResumed(topic="alerts", sentence=sentence, actor=viewer.actor, name=known.name)
    return await _change(tx, known, event, lambda standing: msgspec.structs.replace(standing, paused_until=tx.now))


async def _change(tx: Tx, known: Heartbeat, event: Event, change: Callable[[Standing], Standing]) -> Heartbeat:
    """Under the lock that orders pings and the watch, which looks again at once."""
    id_ = known.integration_id
    await store.ensure_heartbeat(tx.conn, id_)
    after = change((await store.lock_heartbeats(tx.conn, [id_]))[id_])
    await store.update_heartbeat(tx.conn, id_, after)
    await tx.emit(event)
    await _arm(tx, tx.now)
    return msgspec.structs.replace(
        known,
        standing=after,
        state=rules.state_of(after, known.options, tx.now),
        due_at=rules.due_at(after, known.options),
    )


async def route_of(conn: Conn, heartbeat: Heartbeat, now: datetime) -> Routed:
    """Where its silence would go at this moment, by the routes in force."""
    signal = rules.missed_signal(heartbeat.name, heartbeat.standing, heartbeat.options)
    integration = Integration(
        id=heartbeat.integration_id,
        name=heartbeat.name,
        type="heartbeat",
        service=heartbeat.service,
        scope_id=heartbeat.scope_id,
    )
    return (await load_router(conn)).decide(signal, integration, now)


async def _list_readable(conn: Conn) -> list[HeartbeatRow]:
    """One that this version cannot read is left out, loudly: it must not keep the others from being watched."""
    readable: list[HeartbeatRow] = []
    for row in await store.list_heartbeats(conn):
        try:
            rules.read_options(row.options)
        except Invalid as error:
            _log.error("heartbeat %s is left out, apply the configuration again: %s", row.name, error)
        else:
            readable.append(row)
    return readable


async def find_heartbeat(conn: Conn, name: str) -> Integration | None:
    return next((row.as_integration() for row in await _list_readable(conn) if row.name == name), None)


def _shown(row: HeartbeatRow, now: datetime) -> Heartbeat:
    options, standing = rules.read_options(row.options), row.standing
    return Heartbeat(
        integration_id=row.id,
        scope_id=row.scope_id,
        name=row.name,
        service=row.service,
        managed_by=row.managed_by,
        state=rules.state_of(standing, options, now),
        options=options,
        standing=standing,
        due_at=rules.due_at(standing, options),
    )


async def _arm(tx: Tx, run_at: datetime) -> None:
    await enqueue(tx, NewJob(kind=WATCH_JOB, payload={}, lane=LANE, run_at=run_at, key=WATCH_JOB))


class Ear:
    """Says in the name of a web process that pings are heard, as long as it is open and the database answers."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._listening = asyncio.create_task(
            run_for_ever(self._listen, doing="heartbeats are listened for; none counts as missed meanwhile"),
            name="listen for heartbeats",
        )

    async def close(self) -> None:
        if self._listening is not None:
            await end(self._listening)

    async def _listen(self) -> None:
        while True:
            async with self._db.transaction() as tx:
                await listen(tx)
            await asyncio.sleep(LISTEN_EVERY)
