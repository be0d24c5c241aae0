"""Who is reminded of an action item, and when: a timer of its own for each that is open (PMT-6)."""

from __future__ import annotations

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.incidents import assigning, findings, role_messages
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.kernel.tx import Tx
from tocsin.postmortems import action_rules, action_store, action_words
from tocsin.postmortems.action_model import ActionItem

REMIND = "postmortems.action_reminder"
TIMERS = "timers"
BULK = 2
IGNORED = "action-items-ignored"
"""The rule of the finding about an item that is overdue for a week."""


async def arm(tx: Tx, item: ActionItem) -> None:
    """The timer of its next reminder, in the place of the one before; none for what is not open."""
    key = f"action-reminder:{item.id}"
    await jobs.cancel(tx, key=key)
    if not item.is_open:
        return
    zone = zone_of((await catalog.organisation_in(tx)).time_zone)
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=REMIND,
            payload={"incident_id": item.incident_id, "n": item.n},
            lane=TIMERS,
            run_at=action_rules.next_reminder_at(item.due_on, tx.now, zone),
            prio=BULK,
            key=key,
        ),
    )


async def watch(tx: Tx, incident: Incident, item: ActionItem, *, is_late: bool = False) -> None:
    """Says in the room, once for a due day, that an item is ignored (GRD-1), and takes that back when it is no more."""
    occurrence = f"{item.n} {item.due_on}"
    known = (await findings.list_open_findings(tx.conn, [incident.id])).get(incident.id, ())
    of_item = [each for each in known if each.rule == IGNORED and each.occurrence.split(" ")[0] == str(item.n)]
    over = [each for each in of_item if not item.is_open or each.occurrence != occurrence]
    await findings.settle_findings(tx, incident, over)
    if is_late and item.is_open:
        text, remedy = action_words.ignored(item)
        await findings.raise_finding(tx, incident, rule=IGNORED, occurrence=occurrence, text=text, remedy=remedy)


async def remind(tx: Tx, incident_id: int, n: int) -> None:
    """The owner hears of it; of what nobody owns, and of what is overdue for a week, the leads of its teams, too."""
    incident = await incidents.lock(tx, incident_id)
    item = await action_store.find_item(tx.conn, incident_id, n)
    if item is None or not item.is_open:
        return
    zone = zone_of((await catalog.organisation_in(tx)).time_zone)
    today = local_of(tx.now, zone).date()
    if today >= item.due_on - action_rules.BEFORE:
        message = role_messages.about(incident, action_words.reminder(item, today))
        is_late = today - item.due_on >= action_rules.WEEK
        for name in await _whom(tx, incident, item, is_late=is_late):
            await assigning.tell(tx, incident, name, "tocsin", message)
        await watch(tx, incident, item, is_late=is_late)
    await arm(tx, item)


async def _whom(tx: Tx, incident: Incident, item: ActionItem, *, is_late: bool) -> list[str]:
    """By name, each once. Nothing of a private incident is told to leads."""
    names = [item.owner] if item.owner else []
    if (not names or is_late) and not incident.is_private:
        names += [lead.name for team in item.teams for lead in await accounts.list_team_leads(tx.conn, team)]
    return list(dict.fromkeys(names))
