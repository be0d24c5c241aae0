"""Held alerts that still fire are decided again when a time window of the routes turns, and when the routes are
replaced: what was held for the night is routed in the morning (ALR-5).
"""

from collections.abc import Sequence

import msgspec
from psycopg.rows import class_row

from tocsin.alerts import rule_store, rulebook, store
from tocsin.alerts.events import AlertsRerouted
from tocsin.alerts.grouping import group_key
from tocsin.alerts.model import Disposition, Routed, Says, Signal
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.tx import Tx

_AT_ONCE = 1000


class HeldAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What routing reads of an alert again; `group_hint` stands for what its source groups by, which is not kept."""

    id: int
    integration_id: int
    identity: str
    labels: dict[str, str]
    title: str
    severity_hint: str
    group_hint: str
    digest: str
    reason: str

    def as_signal(self) -> Signal:
        return Signal(
            identity=self.identity,
            says=Says.FIRING,
            labels=self.labels,
            title=self.title,
            severity_hint=self.severity_hint,
            group_hint=self.group_hint,
        )


class Rerouted(msgspec.Struct, frozen=True, kw_only=True):
    """A held alert that goes elsewhere from now on. `until_now` is why it was held, None: it still calls nobody."""

    id: int
    routing_id: int
    group_key: str
    until_now: str | None


async def arm_turn(tx: Tx) -> None:
    """Alerts are held: look at them again when a window turns, if there is one."""
    turn = await rulebook.find_next_turn(tx.conn, tx.now)
    if turn is not None:
        armed_for = await jobs.find_due(tx.conn, rulebook.REROUTE_JOB)
        if armed_for is None or armed_for > turn:
            await jobs.enqueue(tx, rulebook.reroute_at(turn))


async def reroute(tx: Tx, after_id: int = 0) -> list[int]:
    """Decides a thousand held alerts again, the next thousand in a job of its own. Returns those that are routed now,
    to be grouped."""
    held = await lock_held(tx.conn, after_id, _AT_ONCE)
    router = await rulebook.load_router(tx.conn)
    integrations = {row.id: row for row in await rule_store.list_integrations(tx.conn, with_retired=True)}
    decided = [
        (alert, router.decide(alert.as_signal(), integrations[alert.integration_id].as_integration(), tx.now))
        for alert in held
    ]
    changed = [(alert, routed) for alert, routed in decided if routed.digest != alert.digest]
    freed = await _move(tx, changed) if changed else []
    if len(held) == _AT_ONCE:
        await jobs.enqueue(tx, rulebook.reroute_at(tx.now, after_id=held[-1].id))
    elif after_id or any(routed.disposition is Disposition.HELD for _, routed in decided):
        await arm_turn(tx)
    return freed


async def _move(tx: Tx, changed: Sequence[tuple[HeldAlert, Routed]]) -> list[int]:
    ids = await store.ensure_routings(tx.conn, list({routed.digest: routed for _, routed in changed}.values()))
    freed = [alert.id for alert, routed in changed if routed.disposition is Disposition.ROUTED]
    moved = [
        Rerouted(
            id=alert.id,
            routing_id=ids[routed.digest],
            group_key=group_key(alert.as_signal(), routed, alert.integration_id),
            until_now=alert.reason if routed.disposition is Disposition.ROUTED else None,
        )
        for alert, routed in changed
    ]
    await update_rerouted(tx.conn, moved)
    by_reason: dict[str, list[int]] = {}
    for alert, routed in changed:
        by_reason.setdefault(routed.reason, []).append(alert.id)
    for reason, alert_ids in by_reason.items():
        what = "1 held alert is" if len(alert_ids) == 1 else f"{len(alert_ids)} held alerts are"
        sentence = f"{what} decided again: {reason}"
        await tx.emit(AlertsRerouted(topic="alerts", sentence=sentence, alert_ids=alert_ids, reason=reason))
    return freed


async def lock_held(conn: Conn, after_id: int, limit: int) -> list[HeldAlert]:
    """Firing alerts that a route holds, by id."""
    async with conn.cursor(row_factory=class_row(HeldAlert)) as cursor:
        await cursor.execute(
            """
            select a.id, a.integration_id, replace(a.identity::text, '-', '') as identity, a.labels, a.title,
                a.severity_hint, a.group_key::text as group_hint, replace(r.digest::text, '-', '') as digest, r.reason
            from alert a join alert_routing r on r.id = a.routing_id
            where a.state = 'firing' and r.disposition = 'held' and a.id > %s order by a.id limit %s for update of a
            """,
            (after_id, limit),
        )
        return await cursor.fetchall()


async def update_rerouted(conn: Conn, moved: Sequence[Rerouted]) -> None:
    await conn.execute(
        """
        update alert a set routing_id = d.routing_id, group_key = d.group_key, muted_reason = d.until_now
        from jsonb_to_recordset(%s) as d (id bigint, routing_id bigint, group_key uuid, until_now text)
        where a.id = d.id
        """,
        (as_jsonb(moved),),
    )
