"""Use cases of error budgets (MET-5): read them, ask whether a deployment may go. The arithmetic is `slo`'s.

Private incidents count, since users feel them, and since a gate must not answer one person so and another otherwise;
only who may see such an incident is told which it is, everybody else that downtime they do not see is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.catalog.slo import Goal, Slo, downtime_levels_of, goals_of
from tocsin.incidents.downtime_store import Impaired, list_impaired
from tocsin.insights import slo, slo_store
from tocsin.insights.slo_model import Downtime, Gate, Sample, ServiceSlo, Span
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound


async def list_slos(conn: Conn, viewer: Viewer, now: datetime) -> list[ServiceSlo]:
    """Every service that promises something: what is used up first, then what is nearest to it."""
    found = await reckon_all(conn, viewer.scopes, await catalog.list_services(conn), now)
    return sorted(found, key=lambda each: (-max(budget.percent for budget in each.budgets), each.service))


async def read_slo(conn: Conn, viewer: Viewer, name: str, now: datetime) -> ServiceSlo:
    """One service's; raises NotFound for an unknown one, and for one that promises nothing."""
    found = await reckon_all(conn, viewer.scopes, [await catalog.get_service(conn, name)], now)
    if not found:
        remedy = "Add `slo: {availability: 99.9%, window: 30d}` to it, and tocsin apply."
        raise NotFound(f"{name} has no slo.", remedy, field="service")
    return found[0]


async def ask_gate(conn: Conn, viewer: Viewer, name: str, now: datetime, *, is_critical: bool) -> Gate:
    """Whether a deployment of a service may go out now. Raises NotFound for an unknown service."""
    found = await reckon_all(conn, viewer.scopes, [await catalog.get_service(conn, name)], now)
    policy = (await catalog.organisation(conn)).slo_policy
    return slo.decide_gate(name, found[0] if found else None, policy, is_critical=is_critical)


async def reckon_all(
    conn: Conn, scopes: Collection[int], services: Sequence[Service], now: datetime
) -> list[ServiceSlo]:
    """Those of the services that promise something, in their order; incidents outside `scopes` are not named."""
    promising = [(each, each.slo) for each in services if each.slo is not None]
    if not promising:
        return []
    levels = await downtime_levels(conn)
    since = now - max(slo.BURN_SPANS[-1], *(promise.window for _, promise in promising))
    impaired = await list_impaired(conn, [each.name for each, _ in promising], levels, since)
    found: list[ServiceSlo] = []
    for service, promise in promising:
        counted = promise.availability is not None
        own = [each for each in impaired if counted and each.service == service.name and each.begins_at < now]
        samples = {goal: await _samples(conn, service.name, goal, promise, now) for goal in goals_of(promise)}
        found.append(_stands(service, promise, own, samples, scopes, now))
    return found


async def downtime_levels(conn: Conn) -> tuple[str, ...]:
    """The names of the levels whose incidents are downtime."""
    policy = (await catalog.organisation(conn)).slo_policy
    return downtime_levels_of(policy, await catalog.severity_profile(conn))


async def _samples(conn: Conn, service: str, goal: Goal, promise: Slo, now: datetime) -> list[Sample]:
    if goal.query is None:
        return []
    since = now - max(promise.window, slo.BURN_SPANS[-1])
    return await slo_store.list_samples(conn, service, goal.objective, since)


def _stands(
    service: Service,
    promise: Slo,
    impaired: Sequence[Impaired],
    samples: dict[Goal, list[Sample]],
    scopes: Collection[int],
    now: datetime,
) -> ServiceSlo:
    since = now - promise.window
    down = {each: Span(each.begins_at, each.ends_at or now) for each in impaired}
    seen = [span for each, span in down.items() if each.scope_id in scopes]
    is_down = any(each.ends_at is None for each in impaired)
    return ServiceSlo(
        service=service.name,
        team=service.team,
        tier=service.tier,
        slo=promise,
        budgets=tuple(
            slo.reckon(goal, promise.window, list(down.values()), known, now, is_down=is_down)
            for goal, known in samples.items()
        ),
        downtimes=tuple(
            _downtime(each, span, since, now)
            for each, span in down.items()
            if each.scope_id in scopes and span.ends > since
        ),
        hidden=slo.total_of(slo.clip(down.values(), since, now)) - slo.total_of(slo.clip(seen, since, now)),
    )


def _downtime(each: Impaired, span: Span, since: datetime, now: datetime) -> Downtime:
    return Downtime(
        number=each.number,
        title=each.title,
        severity=each.severity,
        begins_at=each.begins_at,
        ends_at=each.ends_at,
        length=slo.total_of(slo.clip([span], since, now)),
    )
