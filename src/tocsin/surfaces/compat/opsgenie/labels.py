"""Tags, details and priority that come after the alert: shown on it as its labels, and found by searches and silences.
How it was routed stands."""

from collections.abc import Callable

from tocsin.alerts import clients
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie import labels as rules
from tocsin.integrations.sources.opsgenie.labels import Labels
from tocsin.integrations.sources.opsgenie.parse import PRIORITIES, NotProcessable, details_of, texts_of
from tocsin.surfaces.compat.opsgenie.call import Call, find_alert
from tocsin.surfaces.compat.opsgenie.receipts import Outcome
from tocsin.surfaces.compat.opsgenie.writing import receipt, write_extra_note

Change = Callable[[Labels, tuple[str, ...]], Labels]
"""The labels of now and the names that stay → the new labels. Raises NotProcessable."""


async def add_tags(call: Call) -> Answer:
    tags = _needed(texts_of(call.fields, "tags"), "tags")
    said = f"adds the tags {', '.join(tags)}"
    return await _relabel(call, "AddTags", lambda labels, kept: rules.with_tags(labels, tags, kept), said)


async def remove_tags(call: Call) -> Answer:
    tags = _listed(call, "tags")
    said = f"removes the tags {', '.join(tags)}"
    return await _relabel(call, "RemoveTags", lambda labels, kept: rules.without_tags(labels, tags, kept), said)


async def add_details(call: Call) -> Answer:
    details = details_of(call.fields)
    said = f"adds the details {', '.join(_needed(list(details), 'details'))}"
    return await _relabel(call, "AddDetails", lambda labels, kept: rules.with_details(labels, details, kept), said)


async def remove_details(call: Call) -> Answer:
    keys = _listed(call, "keys")
    said = f"removes the details {', '.join(keys)}"
    return await _relabel(call, "RemoveDetails", lambda labels, kept: rules.without_details(labels, keys, kept), said)


async def update_priority(call: Call) -> Answer:
    priority = call.fields.get("priority")
    if not isinstance(priority, str) or priority not in PRIORITIES:
        raise NotProcessable("priority", f"Priority should be one of [{', '.join(PRIORITIES)}].")
    said = f"calls its priority {priority}, in the tool that sent it"
    change: Change = lambda labels, kept: rules.with_priority(labels, priority, kept)  # noqa: E731
    return await _relabel(call, "UpdatePriority", change, said, severity_hint=PRIORITIES[priority])


async def _relabel(call: Call, action: str, change: Change, said: str, severity_hint: str | None = None) -> Answer:
    alert = await find_alert(call)
    if alert is None:
        return receipt(call, action, None, Outcome.NOT_DONE)
    kept = tuple(alert.group_labels)
    async with call.db.transaction() as tx:
        done = await clients.relabel(
            tx, alert, lambda labels: change(labels, kept), said, by=call.by, severity_hint=severity_hint
        )
        if done:
            await write_extra_note(tx, call, alert)
    return receipt(call, action, alert, Outcome.DONE if done else Outcome.NOT_DONE)


def _listed(call: Call, name: str) -> list[str]:
    """What a removal names in its query, separated by commas. Raises NotProcessable."""
    return _needed([each.strip() for each in call.query.get(name, "").split(",") if each.strip()], name)


def _needed(entries: list[str], field: str) -> list[str]:
    if not entries:
        raise NotProcessable(field, f"{field.capitalize()} can not be empty.")
    return entries
