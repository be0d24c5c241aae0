"""Signals, integrations and the jobs of `alerts`, as the tests of this folder need them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tocsin.alerts import flaps, groups, rerouting, rulebook, service, silences
from tocsin.alerts.model import Integration, Says, Signal, identity_of
from tocsin.alerts.muting import RELEASE_JOB
from tocsin.alerts.rule_store import list_integrations
from tocsin.db.database import Database

LEASE = timedelta(minutes=4)


def signal(
    *, starts_at: datetime | None = None, ends_at: datetime | None = None, says: Says = Says.FIRING, **labels: str
) -> Signal:
    """A signal as Prometheus' parser makes it; the time-out stands in where no `ends_at` is given."""
    labels = labels or {"alertname": "HighErrorRate", "severity": "critical"}
    return Signal(
        identity=identity_of(labels),
        says=says,
        labels=labels,
        title=labels.get("alertname", "something"),
        severity_hint=labels.get("severity", ""),
        group_hint=labels.get("alertname", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        timeout=timedelta(minutes=5),
    )


class Desk:
    """Receives signals and runs the jobs that grouping left, in the order of the queue."""

    def __init__(self, db: Database, book: rulebook.Rulebook, integration: Integration) -> None:
        self.db = db
        self.book = book
        self.integration = integration
        self.intake = service.Desk(db, lambda: book.router)

    async def receive(self, *signals: Signal) -> None:
        arrivals = service.arrivals_of(self.integration, signals)
        async with self.db.connection() as conn:
            await service.receive(self.intake, conn, arrivals)

    async def work(self) -> None:
        """Runs every job of the lane that is due, until none is."""
        while True:
            async with self.db.transaction() as tx:
                cursor = await tx.conn.execute(
                    "delete from job where id = (select id from job where lane like 'alerts%%' and run_at <= %s "
                    "order by prio, run_at, id limit 1) returning kind, payload",
                    (tx.now,),
                )
                row = await cursor.fetchone()
                if row is None:
                    return
                kind, payload = row
                if kind == groups.GROUP_JOB:
                    await groups.group_alerts(
                        tx,
                        payload["alert_ids"],
                        resumed=payload.get("resumed", ()),
                        acknowledged=payload.get("acknowledged", ()),
                    )
                elif kind == groups.EXPIRE_JOB:
                    await groups.expire(tx)
                elif kind == flaps.SETTLE_JOB:
                    await groups.enqueue_grouping(tx, await flaps.settle(tx))
                elif kind == rulebook.REROUTE_JOB:
                    await groups.enqueue_grouping(tx, await rerouting.reroute(tx, payload["after_id"]))
                elif kind == groups.CLOSE_JOB:
                    await groups.mark_closed(tx, payload["group_id"], closed=payload["closed"])
                elif kind == RELEASE_JOB:
                    await silences.release(tx, UUID(payload["silence_id"]))

    async def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        async with self.db.connection() as conn:
            cursor = await conn.execute(statement, parameters)  # type: ignore[arg-type]
            return await cursor.fetchall()

    async def events(self, *kinds: str) -> list[tuple[str, str, dict[str, Any]]]:
        """Kind, topic and data of the ledger's entries, oldest first."""
        return [
            (kind, topic, data)
            for kind, topic, data in await self.rows("select kind, topic, data from ledger order by id")
            if not kinds or kind in kinds
        ]


async def open_desk(
    db: Database,
    routes: Sequence[dict[str, Any]] = (),
    default_route: dict[str, Any] | None = None,
    inhibitions: Sequence[dict[str, Any]] = (),
    **integration: Any,
) -> Desk:
    fields = {"name": "prometheus", "type": "prometheus", "key": "0123456789abcdef", "managed_by": "test"} | integration
    wanted = rulebook.NewIntegration(key_hash=rulebook.hash_key(fields.pop("key")), **fields)
    async with db.transaction() as tx:
        await rulebook.replace_integrations(tx, [wanted])
        await rulebook.replace_routes(tx, routes, default_route, inhibitions)
    book = rulebook.Rulebook(db)
    await book.refresh()
    async with db.connection() as conn:
        (row,) = await list_integrations(conn)
    return Desk(db, book, row.as_integration())
