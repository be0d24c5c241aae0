"""The demo's Prometheus: its alerts come in, are routed and grouped, and declare, as those of a real one do."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple

from tocsin.alerts.groups import group_alerts
from tocsin.alerts.model import Integration, Says, Signal, identity_of
from tocsin.alerts.routing import Router
from tocsin.alerts.rulebook import Rulebook
from tocsin.alerts.service import Desk, arrivals_of, receive
from tocsin.db.database import Database
from tocsin.demo import store
from tocsin.demo.organisation import KEY
from tocsin.demo.tales import Tale
from tocsin.incidents.model import Incident
from tocsin.kernel.clock import Clock
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx


class Prometheus(NamedTuple):
    """What the demo's alerts come in by."""

    router: Router
    integration: Integration
    clock: Clock


async def open_prometheus(db: Database) -> Prometheus:
    """As the configuration has it that was just applied."""
    rulebook = Rulebook(db)
    await rulebook.refresh()
    integration = rulebook.find_integration(KEY)
    assert integration is not None
    return Prometheus(rulebook.router, integration, db.clock)


class _Within:
    """The database for intake, from within the transaction of a step: what it commits is committed with the rest."""

    def __init__(self, tx: Tx, clock: Clock) -> None:
        self._tx = tx
        self.clock = clock

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        inner = Tx(self._tx.conn, self._tx.now, self._tx.reactions)
        yield inner
        await inner.write_rest()

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        yield self._tx.conn

    def wake(self, tx: Tx) -> None:
        """Nobody works in the past."""


async def fire(tx: Tx, prometheus: Prometheus, tale: Tale) -> Incident | None:
    """The alert of a tale, which fires until `clear`, and the incident that it declares. None: it declares none, since
    something that the service depends on has called already."""
    await _say(tx, prometheus, _signal(tale, Says.FIRING))
    found = tx.handed(Incident)
    return found if found is not None and found.title == tale.title else None


async def clear(tx: Tx, prometheus: Prometheus, tale: Tale) -> None:
    await _say(tx, prometheus, _signal(tale, Says.RESOLVED))


async def _say(tx: Tx, prometheus: Prometheus, signal: Signal) -> None:
    """Durable, then worked on: what a worker would do next is done at once."""
    desk = Desk(_Within(tx, prometheus.clock), lambda: prometheus.router)
    await receive(desk, tx.conn, arrivals_of(prometheus.integration, [signal]))
    for alert_ids in await store.take_grouping(tx.conn, tx.now):
        await group_alerts(tx, alert_ids)


def _signal(tale: Tale, says: Says) -> Signal:
    """`pod` sets one night's alert apart from the next one's."""
    labels = {
        "alertname": tale.cause.category.value.title().replace("-", ""),
        "service": tale.service.name,
        "severity": "critical" if tale.is_top else "warning",
        "level": tale.severity,
        "pod": f"{tale.service.name}-{tale.at:%j%H%M%S}",
    }
    return Signal(
        identity=identity_of(labels),
        says=says,
        labels=labels,
        title=tale.title,
        summary=tale.cause.seen.format(service=tale.service.name),
        severity_hint=labels["severity"],
        starts_at=tale.at - tale.started if says is Says.FIRING else None,
    )
