"""Who is called for an alert: by the same use cases as everywhere, for the incident that it belongs to. What they
refuse is refused with the field that has to be another (422)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast

from tocsin.accounts import service as accounts
from tocsin.alerts import clients
from tocsin.alerts.model import State
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie.parse import NotProcessable, text_of
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.text import one_line
from tocsin.kernel.tx import Tx
from tocsin.paging import commands, handing_over, snoozing
from tocsin.surfaces.compat.opsgenie.call import Call, find_alert
from tocsin.surfaces.compat.opsgenie.receipts import Outcome
from tocsin.surfaces.compat.opsgenie.writing import receipt, write_extra_note

SOURCE = "source"
"""The way by which somebody acknowledged, for the timeline."""

Deed = Callable[[Tx, Incident, str], Awaitable[None]]
"""What is done to the incident, with the reason that was given."""


async def unacknowledge(call: Call) -> Answer:
    alert = await find_alert(call)
    if alert is None:
        return receipt(call, "Unacknowledge", None, Outcome.NOT_DONE)
    async with call.db.transaction() as tx:
        done = await clients.take_back_acknowledgement(tx, alert, by=call.by)
        if done:
            await write_extra_note(tx, call, alert)
    return receipt(call, "Unacknowledge", alert, Outcome.DONE if done else Outcome.NOT_DONE)


async def snooze(call: Call) -> Answer:
    """Whoever asks for quiet has it, as everywhere in Tocsin."""
    until = _instant(call, "endTime")

    async def deed(tx: Tx, incident: Incident, why: str) -> None:
        await snoozing.snooze(tx, incident.id, call.by, SOURCE, until - tx.now, why)

    return await _on_incident(call, "Snooze", "endTime", deed)


async def assign(call: Call) -> Answer:
    name = _named(call, "owner")

    async def deed(tx: Tx, incident: Incident, why: str) -> None:
        await handing_over.reassign(tx, incident.id, await _find_person(tx, name), call.by, why)

    return await _on_incident(call, "Assign", "owner", deed)


async def escalate(call: Call) -> Answer:
    """The next step of the incident's own policy is called now; the one that is named is for the record."""
    name = _named(call, "escalation")

    async def deed(tx: Tx, incident: Incident, why: str) -> None:
        await commands.escalate(tx, incident.id, call.by, why or f"escalation {name}")

    return await _on_incident(call, "Escalate", "escalation", deed)


async def add_responder(call: Call) -> Answer:
    responder = call.fields.get("responder")
    kind = cast("dict[str, Any]", responder).get("type", "user") if isinstance(responder, dict) else "user"
    if kind != "user":
        return await add_team(call)
    name = _named(call, "responder")

    async def deed(tx: Tx, incident: Incident, why: str) -> None:
        await handing_over.add_responders(tx, incident.id, [await _find_person(tx, name)], call.by, why)

    return await _on_incident(call, "AddResponder", "responder", deed)


async def add_team(call: Call) -> Answer:
    """Refused: whom a team means at this hour is for Tocsin's policies to say."""
    raise NotProcessable(
        "team" if "team" in call.fields else "responder",
        "Tocsin asks people by name to help. Send a responder of type user, or let a policy name the team.",
    )


async def _on_incident(call: Call, action: str, field: str, deed: Deed) -> Answer:
    alert = await find_alert(call)
    if alert is None or alert.state is not State.FIRING:
        return receipt(call, action, alert, Outcome.NOT_DONE)
    try:
        async with call.db.transaction() as tx:
            incident = None
            if alert.group_id is not None:
                incident = await incidents.find_open_incident_of_group(tx, alert.group_id)
            if incident is None:
                return receipt(call, action, alert, Outcome.NO_INCIDENT)
            await deed(tx, incident, one_line(text_of(call.fields, "note"), 500))
            await write_extra_note(tx, call, alert)
    except TocsinError as refused:
        raise NotProcessable(field, f"{refused.message} {refused.remedy}".strip()) from refused
    return receipt(call, action, alert, Outcome.DONE)


async def _find_person(tx: Tx, name: str) -> str:
    """By the name here, or by the address, which is what Opsgenie calls people by; what is neither is refused as an
    unknown name."""
    wanted = name.casefold()
    everybody = await accounts.list_users(tx.conn)
    found = next((user.name for user in everybody if (user.email or "").casefold() == wanted), None)
    return found or name


def _named(call: Call, field: str) -> str:
    """`{"username": …}`, or by `name` or `id`. Raises NotProcessable."""
    value = call.fields.get(field)
    entry = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    name = entry.get("username") or entry.get("name") or entry.get("id")
    if not isinstance(name, str) or not name.strip():
        raise NotProcessable(field, f"{field.capitalize()} should have a username, a name or an id.")
    return one_line(name, 200)


def _instant(call: Call, field: str) -> datetime:
    """An instant without a zone is UTC. Raises NotProcessable."""
    try:
        instant = datetime.fromisoformat(text_of(call.fields, field))
    except ValueError as error:
        raise NotProcessable(field, f"{field} should be an instant like 2026-12-01T09:00:00Z.") from error
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
