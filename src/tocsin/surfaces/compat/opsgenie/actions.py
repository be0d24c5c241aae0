"""What changes an alert: create, close, acknowledge, new words, notes. Answered 202 once it is durable; what came of
it is in the id that is given back, as Opsgenie's clients expect (contracts 1.5)."""

from tocsin.alerts import heartbeat_service
from tocsin.alerts.heartbeats import Kind, Ping
from tocsin.alerts.model import Alert, Says, Signal, State
from tocsin.integrations.sources.contract import Answer, one_line
from tocsin.integrations.sources.opsgenie.answers import pong, refuse
from tocsin.integrations.sources.opsgenie.parse import (
    NotProcessable,
    annotations_of,
    read_create,
    text_of,
)
from tocsin.surfaces.compat.opsgenie.call import Call, find_alert, find_by_alias
from tocsin.surfaces.compat.opsgenie.receipts import Outcome
from tocsin.surfaces.compat.opsgenie.writing import receipt, write_extra_note


async def create(call: Call) -> Answer:
    alias, signal = read_create(call.fields)
    await call.keep(signal)
    return receipt(call, "Create", await find_by_alias(call, alias), Outcome.DONE)


async def close(call: Call) -> Answer:
    return await _say(call, "Close", Says.RESOLVED)


async def delete(call: Call) -> Answer:
    """Ends it; nothing that was an alert is ever gone from the record."""
    return await _say(call, "Delete", Says.RESOLVED)


async def acknowledge(call: Call) -> Answer:
    return await _say(call, "Acknowledge", Says.ACKNOWLEDGED)


async def update_message(call: Call) -> Answer:
    message = text_of(call.fields, "message")
    if not one_line(message):
        raise NotProcessable("message", "Message can not be empty.")
    return await _reword(call, "UpdateMessage", message=message)


async def update_description(call: Call) -> Answer:
    return await _reword(call, "UpdateDescription", description=text_of(call.fields, "description"))


async def note(call: Call) -> Answer:
    if not text_of(call.fields, "note").strip():
        raise NotProcessable("note", "Note can not be empty.")
    alert = await find_alert(call)
    if alert is None:
        return receipt(call, "AddNote", None, Outcome.NOT_DONE)
    await _keep_note(call, alert)
    return receipt(call, "AddNote", alert, Outcome.DONE)


async def ping(call: Call) -> Answer:
    """A heartbeat, by its name; any client of this API may send it, as with Opsgenie's own."""
    async with call.db.connection() as conn:
        heartbeat = await heartbeat_service.find_heartbeat(conn, call.identifier)
    if heartbeat is None:
        return refuse(404, f"No heartbeat exists with name [{call.identifier[:200]}]")
    await heartbeat_service.ping(call.db, call.submit, heartbeat, Ping(kind=Kind.SUCCESS))
    return pong()


async def custom_action(call: Call) -> Answer:
    """Taken, and told to be without effect: what an action does was configured in Opsgenie, and is not known here."""
    return receipt(call, "ExecuteCustomAction", await find_alert(call), Outcome.NOT_DONE)


async def _say(call: Call, action: str, says: Says) -> Answer:
    """Nothing is said of an alert that has ended: by its number, it would be said of a newer one of that alias."""
    alert = await find_alert(call)
    fires = alert is not None and alert.state is State.FIRING
    if alert is not None and fires:
        await call.keep(Signal(identity=alert.identity, says=says, labels=alert.labels, title=alert.title, by=call.by))
        await _keep_note(call, alert)
    return receipt(call, action, alert, Outcome(fires))


async def _keep_note(call: Call, alert: Alert) -> None:
    """What a request says, or says beside what it does."""
    if text_of(call.fields, "note").strip():
        async with call.db.transaction() as tx:
            await write_extra_note(tx, call, alert)


async def _reword(call: Call, action: str, *, message: str = "", description: str | None = None) -> Answer:
    """The alert fires on under its own identity, in other words; one that has ended keeps its words."""
    alert = await find_alert(call)
    fires = alert is not None and alert.state is State.FIRING
    if alert is not None and fires:
        await call.keep(_reworded(alert, message, description))
    return receipt(call, action, alert, Outcome(fires))


def _reworded(alert: Alert, message: str, description: str | None) -> Signal:
    message = message or alert.annotations.get("message", alert.title)
    description = alert.annotations.get("description", "") if description is None else description
    others = {name: text for name, text in alert.annotations.items() if name not in ("message", "description")}
    return Signal(
        identity=alert.identity,
        says=Says.FIRING,
        labels=alert.labels,
        annotations=others | annotations_of(message, description),
        title=one_line(message),
        url=alert.url,
        severity_hint=alert.severity_hint,
        starts_at=alert.starts_at,
    )
