"""The cause comes back (PMT-6): who works on an incident reads which items of earlier ones are still open, and what was
to prevent it and was done is open again, with the reason.

A look of its own, run as a job: at the declaration by the service alone, as nobody knows the cause yet; when the cause
is named, by service and cause. What it finds it pushes down to `incidents.findings`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.incidents.events import CauseNamed
from tocsin.incidents.model import Incident
from tocsin.incidents.recalling import recall_of
from tocsin.incidents.sentences import joined
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.kernel.questions import ask
from tocsin.kernel.tx import Tx
from tocsin.postmortems import action_store, action_words
from tocsin.postmortems.action_model import ActionItem, ActionState, Category
from tocsin.postmortems.action_rules import default_due

RULE = "action-item-still-open"
REOPEN = "postmortems.action_reopen"
REMEMBERED_FOR = timedelta(days=365)
MOST = 5
"""So many open items are named in a room: more would not be read."""


class Reminded(NamedTuple):
    """One open item of an earlier incident, as the room says it."""

    occurrence: str
    text: str
    remedy: str


async def is_there_anything(conn: Conn, incident_id: int) -> bool:
    """Whether a look is worth its transaction: mostly nothing was to be done after what is like an incident, and its
    room speaks of nothing."""
    items, spoken_of = await ask(
        conn, action_store.sharing_a_service(incident_id), findings.open_by_rule(incident_id, RULE)
    )
    return items or spoken_of


async def recall(tx: Tx, incident_id: int) -> None:
    """Idempotent: a second look at the same items says nothing new."""
    incident = await incidents.lock(tx, incident_id)
    alike = await _list_alike(tx, incident)
    today = local_of(tx.now, zone_of((await catalog.organisation_in(tx)).time_zone)).date()
    wanted = list(reminded(incident, alike, today))
    known = (await findings.list_open_findings(tx.conn, [incident_id])).get(incident_id, ())
    held = {each.occurrence for each in wanted}
    over = [each for each in known if each.rule == RULE and each.occurrence not in held]
    await findings.settle_findings(tx, incident, over)
    for each in wanted:
        await findings.raise_finding(
            tx, incident, rule=RULE, occurrence=each.occurrence, text=each.text, remedy=each.remedy
        )
    await jobs.enqueue(tx, *(_reopening(item, incident, tx) for item in failed(incident, alike)))


async def _list_alike(tx: Tx, incident: Incident) -> list[ActionItem]:
    if incident.is_drill or incident.merged_into is not None:
        return []
    since = incident.declared_at - REMEMBERED_FOR
    return await action_store.list_alike(
        tx.conn, incident.id, incident.scope_id, incident.services, incident.cause_category, since
    )


def reminded(incident: Incident, alike: Iterable[ActionItem], today: date) -> list[Reminded]:
    """What is still open of what was to be done after the incidents that are like this one, while it is open. As long
    as nobody knows its cause, only what was to prevent theirs."""
    if not incident.is_open:
        return []
    still_open = [
        item
        for item in alike
        if item.is_open and (incident.cause_category is not None or item.category is Category.PREVENT)
    ]
    return [_reminded(incident, item, today) for item in still_open[:MOST]]


def _reminded(incident: Incident, item: ActionItem, today: date) -> Reminded:
    ref = incident_ref(item.incident_number)
    services = joined([each for each in item.services if each in incident.services])
    if incident.cause_category is not None:
        alike = f"Same cause as {ref} ({item.cause_category}, {services})"
    else:
        alike = f"{ref} of {services} was caused by {item.cause_category}"
    return Reminded(
        occurrence=f"{ref} item {item.n} {'cause' if incident.cause_category else 'service'}",
        text=f"{alike}, whose {action_words.still_open(item, today)}",
        remedy=f"Read what was learnt then: tocsin show {ref}; tocsin actions list {ref}.",
    )


def failed(incident: Incident, alike: Iterable[ActionItem]) -> list[ActionItem]:
    """What was to prevent this and is done: it did not. Once for each time that it comes back."""
    if incident.cause_category is None:
        return []
    return [
        item
        for item in alike
        if item.category is Category.PREVENT
        and item.state is ActionState.DONE
        and incident.number not in item.recurred_in
        and item.done_at is not None
        and item.done_at <= incident.declared_at
    ]


def reopened(item: ActionItem, number: int, today: date, now: datetime) -> ActionItem:
    """The item, open again because of the incident with this number, with a new due day."""
    return replace(
        item,
        state=ActionState.OPEN,
        done_at=None,
        recurred_in=(*item.recurred_in, number),
        due_on=max(item.due_on, default_due(item.priority, today)),
        changed_at=now,
    )


def _reopening(item: ActionItem, because: Incident, tx: Tx) -> jobs.NewJob:
    """A job of its own, so that no transaction holds two incidents."""
    return jobs.NewJob(
        kind=REOPEN,
        payload={"incident_id": item.incident_id, "n": item.n, "because": because.id},
        lane="timers",
        run_at=tx.now,
        prio=2,
        key=f"action-reopen:{item.id}:{because.id}",
    )


async def look_at_cause(tx: Tx, event: CauseNamed) -> None:
    """Now it is known what is alike."""
    await jobs.enqueue(tx, recall_of(event.incident_id, tx.now))


async def look_again_where_missed(tx: Tx, item: ActionItem) -> None:
    """An item was done, given up or opened again: the rooms that name it look again."""
    occurrences = [f"{incident_ref(item.incident_number)} item {item.n} {how}" for how in ("cause", "service")]
    where = await findings.list_incidents_with(tx.conn, RULE, occurrences)
    await jobs.enqueue(tx, *(recall_of(incident_id, tx.now) for incident_id in where))
