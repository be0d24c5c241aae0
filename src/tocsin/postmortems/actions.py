"""The use cases of action items (PMT-6): add, change, do, open again, and the reads of a viewer.

Every change locks the incident first, as all changes of an incident do. Reminders are in `action_reminders`, what
happens when the cause comes back in `recurrence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from msgspec.structs import replace

from tocsin.accounts.model import ORGANISATION_SCOPE, Viewer
from tocsin.catalog import service as catalog
from tocsin.incidents import assigning, privacy, role_messages
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.task_model import Task
from tocsin.incidents.tasks import list_tasks
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.kernel.tx import Tx
from tocsin.postmortems import action_reminders, action_rules, action_words, recurrence
from tocsin.postmortems import action_store as store
from tocsin.postmortems.action_model import ActionChange, ActionDraft, ActionFilter, ActionItem, ActionState, Wanted
from tocsin.postmortems.action_rules import Completion
from tocsin.postmortems.events import ActionItemAdded, ActionItemChanged, ActionItemChecked
from tocsin.verification.model import Finding
from tocsin.verification.service import LANE as CHECKS

CHECK = "postmortems.action_check"
MAX_LIST = 500


class ActionPage(NamedTuple):
    """One page of a list; `next_after` is the next page's cursor, None at the end. `today` is the organisation's."""

    items: tuple[ActionItem, ...]
    next_after: int | None
    today: date


async def add_item(tx: Tx, incident_id: int, draft: ActionDraft, by: str) -> ActionItem:
    """Its owner is told, and reminded when it is due. What is not said follows from the category, or from the follow-up
    task that it is made of.

    Raises Invalid for what cannot be kept, NotFound for the task or the owner, Refused when the task is one already.
    """
    incident = await incidents.lock(tx, incident_id)
    if draft.task_n is not None:
        draft = await _from_task(tx.conn, incident, draft, draft.task_n)
    draft = action_rules.completed_draft(draft, await today_in(tx))
    owner = await _owner_of(tx, incident, draft.owner)
    n = await store.insert_item(tx.conn, incident_id, replace(draft, owner=owner), by, tx.now)
    item = await get_item(tx.conn, incident, n)
    await tx.emit(
        ActionItemAdded(
            **incidents.about(incident, by),
            sentence=action_words.added(item),
            n=n,
            text=item.text,
            category=item.category,
            owner=item.owner,
            due_on=item.due_on,
        )
    )
    await action_reminders.arm(tx, item)
    await _tell_owner(tx, incident, item, by)
    return item


async def change_item(tx: Tx, incident_id: int, n: int, change: ActionChange, by: str) -> ActionItem:
    """What is None stays; one that becomes done goes by `finish_item`. Raises as `action_rules.changed` does, NotFound
    for the item or the owner."""
    incident = await incidents.lock(tx, incident_id)
    before = await get_item(tx.conn, incident, n)
    taken = by if change.state is ActionState.UNDER_WAY and before.owner is None and by.startswith("@") else None
    owner = await _owner_of(tx, incident, change.owner or taken)
    after = action_rules.changed(before, replace(change, owner=owner), await today_in(tx), tx.now)
    return await write(tx, incident, before, after, by, change.reason)


async def finish_item(
    tx: Tx, incident_id: int, n: int, by: str, *, reason: str = "", is_overridden: bool = False
) -> ActionItem:
    """It is done. One with a check is done when that passes, which a worker looks at now, unless that is
    overridden. Raises NotFound, and Refused when it is done already or is being looked at."""
    incident = await incidents.lock(tx, incident_id)
    before = await get_item(tx.conn, incident, n)
    if before.check is None or is_overridden:
        change = ActionChange(state=ActionState.DONE, reason=reason)
        after = action_rules.changed(before, change, await today_in(tx), tx.now)
        return await write(tx, incident, before, after, by, reason)
    if before.state is ActionState.DONE or before.is_checking:
        raise Refused(f"Item {n} is {'looked at' if before.is_checking else 'done'} already.", "Read it again.")
    after = replace(before, check_asked_by=by, changed_at=tx.now)
    await store.update_item(tx.conn, after)
    sentence = action_words.checking(after)
    await tx.emit(ActionItemChecked(**incidents.about(incident, by), sentence=sentence, n=n, detail=""))
    payload = {"incident_id": incident_id, "n": n}
    await jobs.enqueue(
        tx, jobs.NewJob(kind=CHECK, payload=payload, lane=CHECKS, run_at=tx.now, key=f"action-check:{after.id}")
    )
    return after


async def record_check(tx: Tx, incident_id: int, n: int, found: Finding) -> None:
    """What a worker's look has found: the item is done, or stays open and who asked is told why."""
    incident = await incidents.lock(tx, incident_id)
    before = await get_item(tx.conn, incident, n)
    by = before.check_asked_by
    if by is None:
        return
    seen = replace(before, check_detail=found.detail, check_asked_by=None, changed_at=tx.now)
    if found.is_good:
        done = replace(seen, state=ActionState.DONE, done_at=tx.now)
        await write(tx, incident, before, done, by, action_words.passed(found.detail))
        return
    await store.update_item(tx.conn, seen)
    sentence = action_words.not_done(seen)
    await tx.emit(ActionItemChecked(**incidents.about(incident), sentence=sentence, n=n, detail=found.detail))
    await assigning.tell(tx, incident, by.removeprefix("@"), "tocsin", role_messages.about(incident, sentence))


async def write(tx: Tx, incident: Incident, before: ActionItem, after: ActionItem, by: str, reason: str) -> ActionItem:
    """The item is so from now on, of an incident that is locked: told, reminded of, and missed where it is open."""
    await store.update_item(tx.conn, after)
    await tx.emit(
        ActionItemChanged(
            **incidents.about(incident, by),
            sentence=action_words.changed(before, after, reason),
            n=after.n,
            text=after.text,
            owner=after.owner,
            before=before.state,
            after=after.state,
        )
    )
    await action_reminders.arm(tx, after)
    await action_reminders.watch(tx, incident, after)
    if before.is_open != after.is_open:
        await recurrence.look_again_where_missed(tx, after)
    if after.owner != before.owner:
        await _tell_owner(tx, incident, after, by)
    return after


async def get_item(conn: Conn, incident: Incident, n: int) -> ActionItem:
    """Of an incident that the caller may see. Raises NotFound."""
    found = await store.find_item(conn, incident.id, n)
    if found is None:
        ref = incident_ref(incident.number)
        raise NotFound(f"{ref} has no action item {n}.", f"tocsin actions list {ref} lists them.", field="item")
    return found


async def list_of_incident(conn: Conn, incident_id: int) -> list[ActionItem]:
    """Of an incident that the caller may see, in the order in which they were added."""
    return await store.list_of_incident(conn, incident_id)


async def list_offers(conn: Conn, incident_id: int) -> list[Task]:
    """Follow-up tasks that are not done and could become action items, in their order."""
    made = {item.task_n for item in await store.list_of_incident(conn, incident_id)}
    return [task for task in await list_tasks(conn, incident_id) if task.is_open and task.n not in made]


async def list_action_items(conn: Conn, viewer: Viewer, wanted: ActionFilter, today: date) -> ActionPage:
    """Those of incidents that `viewer` may see, the earliest due first. Raises Invalid for a limit out of range."""
    if not 1 <= wanted.limit <= MAX_LIST:
        raise Invalid(f"limit is 1 to {MAX_LIST}.", "Ask for fewer, and go on with after.", field="limit")
    found = await store.list_items(conn, viewer.scopes, wanted, today)
    shown = tuple(found[: wanted.limit])
    return ActionPage(shown, shown[-1].id if len(found) > wanted.limit else None, today)


async def read_completion(conn: Conn, viewer: Viewer, wanted: ActionFilter, today: date) -> Completion:
    """How many of those that the same filters narrow down to, whatever their state, are done."""
    every = replace(wanted, wanted=Wanted.ALL, after=None)
    return await store.count_completed(conn, viewer.scopes, every, today)


async def today(conn: Conn, now: datetime) -> date:
    """On the calendar of the organisation, by which items are due."""
    return local_of(now, zone_of((await catalog.organisation(conn)).time_zone)).date()


async def today_in(tx: Tx) -> date:
    return local_of(tx.now, zone_of((await catalog.organisation_in(tx)).time_zone)).date()


async def _from_task(conn: Conn, incident: Incident, draft: ActionDraft, task_n: int) -> ActionDraft:
    ref = incident_ref(incident.number)
    task = next((each for each in await list_tasks(conn, incident.id) if each.n == task_n), None)
    if task is None:
        raise NotFound(f"{ref} has no task {task_n}.", f"tocsin task {ref} lists its tasks.", field="task")
    if any(item.task_n == task_n for item in await store.list_of_incident(conn, incident.id)):
        raise Refused(f"Task {task_n} is an action item already.", f"tocsin actions list {ref}", field="task")
    return replace(draft, text=draft.text or task.text, owner=draft.owner or task.owner)


async def _owner_of(tx: Tx, incident: Incident, name: str | None) -> str | None:
    if name is None:
        return None
    person = await assigning.get_eligible(tx, incident, name.removeprefix("@"))
    await privacy.admit(tx, incident, [person.id], "they have an action item")
    return person.name


async def _tell_owner(tx: Tx, incident: Incident, item: ActionItem, by: str) -> None:
    if item.owner is not None:
        message = role_messages.about(incident, action_words.yours(item, by))
        await assigning.tell(tx, incident, item.owner, by, message)


async def list_added(conn: Conn, scopes: Sequence[int], until: datetime) -> list[ActionItem]:
    """All that were added before an instant, of incidents of these scopes that were no drills."""
    return await store.list_added(conn, scopes, until)


async def list_overdue(conn: Conn, wanted: ActionFilter, now: datetime) -> tuple[ActionItem, ...]:
    """Those that everybody may see, narrowed down by `wanted`, the longest overdue first."""
    day = await today(conn, now)
    narrowed = replace(wanted, wanted=Wanted.OVERDUE)
    return tuple(await store.list_items(conn, (ORGANISATION_SCOPE,), narrowed, day))
