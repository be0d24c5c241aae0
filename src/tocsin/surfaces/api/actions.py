"""Action items over HTTP (PMT-6): list, add, change; done is a change, too."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.catalog.checks import Check
from tocsin.config.one_check import read_one_check
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import actions
from tocsin.postmortems.action_model import (
    ActionChange,
    ActionDraft,
    ActionFilter,
    ActionState,
    Category,
    Priority,
    Wanted,
    read_choice,
)
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.api.incidents import named
from tocsin.surfaces.api.parsing import as_id, as_number
from tocsin.surfaces.wire import actions as wire
from tocsin.surfaces.wire import verification as wire_checks
from tocsin.verification.own_checks import find_promise


@get("/actions", summary="List action items")
async def list_actions(
    viewer: Caller,
    db: Db,
    wanted_state: Annotated[str, QueryParameter(name="state", description="open, overdue, done or all.")] = "open",
    owner: Annotated[str | None, QueryParameter(description="A name; me is the caller.")] = None,
    team: Annotated[str | None, QueryParameter(description="Of incidents of this team's services.")] = None,
    service: Annotated[str | None, QueryParameter(description="Of incidents of this service.")] = None,
    category: Annotated[str | None, QueryParameter(description="prevent, detect, respond or process.")] = None,
    after: Annotated[str | None, QueryParameter(description="The next_after of the page before.")] = None,
    limit: Annotated[int, QueryParameter(description="1 to 500.")] = 100,
) -> wire.ActionList:
    """Of the incidents that the caller sees, the earliest due first, with how many get done."""
    wanted = ActionFilter(
        wanted=read_choice(Wanted, wanted_state, "state"),
        owner=named(owner, viewer),
        team=team,
        service=service,
        category=read_choice(Category, category, "category") if category else None,
        after=as_number(after, "after"),
        limit=limit,
    )
    async with db.connection() as conn:
        today = await actions.today(conn, db.clock.now())
        page = await actions.list_action_items(conn, viewer, wanted, today)
        reckoned = await actions.read_completion(conn, viewer, wanted, today)
    return wire.ActionList(
        actions=wire.items(page.items, today), next_after=page.next_after, completion=wire.completion(reckoned)
    )


@get("/incidents/{ref:str}/actions", summary="List the action items of an incident")
async def list_incident_actions(ref: Ref, viewer: Caller, db: Db) -> wire.IncidentActions:
    """In the order in which they were added, with the follow-up tasks that could become some."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        today = await actions.today(conn, db.clock.now())
        return wire.IncidentActions(
            incident=incident_ref(incident.number),
            actions=wire.items(await actions.list_of_incident(conn, incident.id), today),
            offers=[
                wire.ActionOffer(task=task.n, text=task.text, owner=task.owner)
                for task in await actions.list_offers(conn, incident.id)
            ],
        )


@post("/incidents/{ref:str}/actions", summary="Add an action item")
async def add_action(ref: Ref, data: JSONBody[wire.ActionRequest], viewer: Caller, db: Db) -> wire.ActionItem:
    """Its owner is told, and reminded of it."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change action items")
        draft = ActionDraft(
            text=data.text,
            category=read_choice(Category, data.category, "category"),
            priority=read_choice(Priority, data.priority, "priority") if data.priority else None,
            owner=named(data.owner, viewer),
            due_on=data.due_on,
            check=await _check_of(tx.conn, incident, data),
            task_n=data.task,
        )
        made = await actions.add_item(tx, incident.id, draft, viewer.actor)
        return wire.item(made, await actions.today(tx.conn, tx.now))


@post("/incidents/{ref:str}/actions/{item:str}", status_code=200, summary="Change an action item, or do it")
async def change_action(
    ref: Ref, item: FromPath[str], data: JSONBody[wire.ActionChangeRequest], viewer: Caller, db: Db
) -> wire.ActionItem:
    """What is absent stays. One with a check is done when a worker has seen it pass: `is_checking` until then."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change action items")
        n, state = as_id(item, "item"), read_choice(ActionState, data.state, "state") if data.state else None
        change = ActionChange(
            text=data.text,
            category=read_choice(Category, data.category, "category") if data.category else None,
            priority=read_choice(Priority, data.priority, "priority") if data.priority else None,
            owner=named(data.owner, viewer),
            due_on=data.due_on,
            state=state if state is not ActionState.DONE else None,
            reason=data.reason,
        )
        if state is not ActionState.DONE or change != ActionChange(reason=data.reason):
            await actions.change_item(tx, incident.id, n, change, viewer.actor)
        if state is ActionState.DONE:
            _check_override(data)
            await actions.finish_item(tx, incident.id, n, viewer.actor, reason=data.reason, is_overridden=data.override)
        changed = await actions.get_item(tx.conn, incident, n)
        return wire.item(changed, await actions.today(tx.conn, tx.now))


def _check_override(data: wire.ActionChangeRequest) -> None:
    if data.override and not data.reason.strip():
        raise Invalid("A check is overridden with a reason.", "Say why it is done: --why TEXT.", field="reason")


async def _check_of(conn: Conn, incident: Incident, data: wire.ActionRequest) -> Check | None:
    try:
        said = wire.said_check(data)
    except msgspec.ValidationError as wrong:
        raise Invalid(
            f"The check cannot be read: {wrong}.", "Give one of http, promql and tcp.", field="check"
        ) from None
    return read_one_check(wire_checks.said(said), await find_promise(conn, incident)) if said is not None else None
