"""What is pressed about action items: add one, make one of a follow-up task, move one (PMT-6)."""

from __future__ import annotations

from datetime import date

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.postmortems import actions
from tocsin.postmortems.action_model import ActionChange, ActionDraft, ActionState, Category, Priority, read_choice
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.incidents.respond import respond_to
from tocsin.surfaces.web.visits import Form, viewer_of

BACK = ("/actions", "/postmortems/")


@post("/incidents/{ref:str}/actions")
async def add_action(ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Its owner is told. `task` is the number of a follow-up task that it is made of."""
    task, priority, day = form.get("task", ""), form.get("priority", ""), form.get("due_on", "")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "add action items to")
        draft = ActionDraft(
            text=form.get("text", ""),
            category=read_choice(Category, form.get("category") or "prevent", "category"),
            priority=read_choice(Priority, priority, "priority") if priority else None,
            owner=form.get("owner", "").strip() or None,
            due_on=_day(day) if day else None,
            task_n=whole_number(task, 8),
        )
        await actions.add_item(tx, incident.id, draft, viewer_of(visit).actor)
    return Redirect(_back(form, incident), status_code=303)


@post("/incidents/{ref:str}/actions/{item:int}")
async def move_action(
    ref: FromPath[str], item: FromPath[int], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Redirect:
    """Started, done, given up, opened again; with `owner`, given to somebody."""
    actor = viewer_of(visit).actor
    state = read_choice(ActionState, form["state"], "state") if form.get("state") else None
    reason = form.get("reason", "").strip()
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change action items of")
        if state is ActionState.DONE:
            await actions.finish_item(tx, incident.id, item, actor, reason=reason, is_overridden=bool(reason))
        else:
            change = ActionChange(state=state, owner=form.get("owner", "").strip() or None, reason=reason)
            await actions.change_item(tx, incident.id, item, change, actor)
    return Redirect(_back(form, incident), status_code=303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not a day.", "Write it as 2026-12-24.", field="due_on") from None


def _back(form: Form, incident: Incident) -> str:
    """The page on which it was pressed, of those that offer it; else the incident."""
    back = form.get("back", "")
    is_ours = back.startswith(BACK) and "//" not in back and "\\" not in back
    return back if is_ours else incident_path(incident.number)
