"""What is pressed about recovery in the room: run the checks, add one, tick one, resolve (RES-1, RES-4).

Each answers as the room's other buttons do (`incidents.respond`).
"""

from typing import Any

from litestar import post
from litestar.params import FromPath

from tocsin.config.one_check import read_one_check
from tocsin.incidents import details
from tocsin.kernel.errors import Invalid
from tocsin.paging import marking
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to, worth_it
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of
from tocsin.verification import own_checks, resolving
from tocsin.verification import service as verification
from tocsin.verification.model import Resolution

KINDS = ("http", "tcp", "promql", "manual")
"""What people may add: what runs a program or reads a secret stands in the configuration."""


@post("/incidents/{ref:str}/checks")
async def run_checks(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """A worker runs them; the room shows what it found."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "run the checks of")
        await verification.ask_for_checks(tx, incident.id, viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/checks/tick")
async def tick_check(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer has looked, and it is as it should be; `ticked` "no" takes a tick back."""
    tick = verification.take_tick_back if form.get("ticked") == "no" else verification.tick
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "tick a check of")
        await tick(tx, incident.id, form.get("name", ""), viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/checks/add")
async def add_check(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """One for this incident alone."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "add a check to")
        check = read_one_check(_said(form), await own_checks.find_promise(tx.conn, incident))
        await own_checks.add_check(tx, incident.id, check, viewer_of(visit).actor)
    return done(request, incident)


def _said(form: Form) -> dict[str, Any]:
    """The form in the shape of the configuration; what is empty was not said."""
    kind, limit = form.get("kind", ""), form.get("limit", "").strip()
    if kind not in KINDS:
        raise Invalid("What shows it was not chosen.", f"Choose one of {', '.join(KINDS)}.", field="kind")
    said: dict[str, Any] = {"name": form.get("name", "").strip(), kind: form.get("asks", "").strip()}
    if limit and kind == "http":
        said["latency_below"] = limit
    elif limit:
        said["above" if form.get("side") == "above" else "below"] = _number(limit)
    return {key: value for key, value in said.items() if value}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text  # a share such as 5%, "slo", or what the reader refuses by name


@post("/incidents/{ref:str}/checks/remove")
async def remove_check(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """One that was added to this incident."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "remove a check of")
        await own_checks.remove_check(tx, incident.id, form.get("name", ""), viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/resolve")
async def resolve(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Over, when it is true; else the room says what is waited for, or the refusal what is not met."""
    wish = Resolution(
        reason=form.get("reason", ""),
        resolution=form.get("resolution", "").strip() or None,
        root_cause=form.get("root_cause", "").strip() or None,
        override=form.get("override") == "yes",
    )
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "resolve")
        actor = viewer_of(visit).actor
        if form.get("cause_category"):
            await details.name_cause(tx, incident.id, form["cause_category"], actor)
        await resolving.resolve(tx, incident.id, actor, wish)
        await marking.mark_if_called(tx, incident.id, actor, actionable=worth_it(form))
    return done(request, incident)
