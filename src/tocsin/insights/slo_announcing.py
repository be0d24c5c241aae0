"""That a budget is used up, and that there is some again, is announced once: an event, and told to the team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.catalog.notifying import notify
from tocsin.catalog.slo import Objective, SloPolicy
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.insights import slo_messages as messages
from tocsin.insights import slo_store as store
from tocsin.insights.slo import STEP
from tocsin.insights.slo_events import BudgetExhausted, BudgetRecovered
from tocsin.insights.slo_model import Budget
from tocsin.insights.slo_service import reckon_all
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import Tx

_Key = tuple[str, Objective]


async def announce(tx: Tx) -> None:
    """What changed since it was last looked at. A promise that was taken back ends in silence."""
    services = {each.name: each for each in await catalog.list_services(tx.conn) if each.slo is not None}
    known = await store.list_exhausted(tx.conn)
    if not services and not known:
        return
    found = await reckon_all(tx.conn, (), list(services.values()), tx.now)
    budgets = {(each.service, budget.objective): budget for each in found for budget in each.budgets}
    policy = (await catalog.organisation(tx.conn)).slo_policy
    for key, budget in budgets.items():
        if budget.is_exhausted and key not in known:
            await _exhausted(tx, services[key[0]], budget, policy)
    await _end(tx, services, known, budgets)


async def _end(
    tx: Tx, services: Mapping[str, Service], known: Mapping[_Key, datetime], budgets: Mapping[_Key, Budget]
) -> None:
    for (name, objective), since in known.items():
        budget = budgets.get((name, objective))
        if budget is not None and budget.is_exhausted:
            continue
        await store.delete_exhausted(tx.conn, name, objective)
        if budget is not None:
            await _recovered(tx, services[name], objective, since)


async def _exhausted(tx: Tx, service: Service, budget: Budget, policy: SloPolicy) -> None:
    await store.insert_exhausted(tx.conn, service.name, budget.objective, tx.now)
    await tx.emit(
        BudgetExhausted(
            topic=topic_of(service.name),
            scope_id=service.scope_id,
            sentence=messages.exhausted_sentence(service.name, budget),
            service=service.name,
            objective=budget.objective,
            percent=round(budget.percent),
            consequences=tuple(policy.exhausted),
        )
    )
    await _tell_team(tx, service, messages.exhausted(service.name, budget, policy))


async def _recovered(tx: Tx, service: Service, objective: Objective, since: datetime) -> None:
    await tx.emit(
        BudgetRecovered(
            topic=topic_of(service.name),
            scope_id=service.scope_id,
            sentence=messages.recovered_sentence(service.name, objective),
            service=service.name,
            objective=objective,
            since=since,
        )
    )
    await _tell_team(tx, service, messages.recovered(service.name, objective, since))


def topic_of(service: str) -> str:
    return f"service/{service}"


async def _tell_team(tx: Tx, service: Service, message: MessageView) -> None:
    """Members and leads, each once."""
    if service.team is None:
        return
    members = await accounts.list_team_members(tx.conn, service.team)
    people = {user.id: user for user in (*members, *await accounts.list_team_leads(tx.conn, service.team))}
    for user_id in people:
        await notify(
            tx,
            Notification(
                user_id=user_id,
                topic=topic_of(service.name),
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                cause=f"slo/{service.name}",
            ),
        )


async def _look(held: Held) -> None:
    async with held.finish() as tx:
        await announce(tx)


ANNOUNCE_BUDGETS = JobKind("insights.announce_budgets", "insights", _look, every=STEP)
