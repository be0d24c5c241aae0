"""How the weeks ahead could be shared better: the steps, what each gains, and a button that asks the other person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.insights.fairness import mean
from tocsin.insights.model import Measures, Pass, Proposal, Step
from tocsin.insights.proposing import MOST_WEEKS, read_proposals
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.oncall import permission, swaps
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import Choice, Swap, SwapDraft
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.oncall.load import Cell
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_instant
from tocsin.surfaces.web.visits import viewer_of

HEADINGS = ("hours", "nights", "weekend hours", "holiday hours")
WHY = "so that the weeks ahead are shared evenly"
_WEEKS = "8"

Asked = tuple[str, str, str, datetime]
"""A swap that waits for its answer: schedule, giver, taker, and when the turn begins that is given."""


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """`fields` are what the button sends; `may_propose`: the viewer may give this turn away. `is_asked`: the other
    person has been asked already, and has not answered."""

    passes: tuple[Pass, ...]
    gain: str
    fields: dict[str, str]
    may_propose: bool
    is_asked: bool


class ShareView(msgspec.Struct, frozen=True, kw_only=True):
    user: str
    cells: tuple[Cell, ...]


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """Of one schedule: shares before and after all steps, their mean, and what is uneven."""

    schedule: str
    rows: tuple[ShareView, ...]
    mean: tuple[Cell, ...]
    uneven: tuple[Cell, ...]
    steps: tuple[StepView, ...]


class FairnessView(msgspec.Struct, frozen=True, kw_only=True):
    """`names` are all schedules, `schedule` the one that is asked for."""

    weeks: int
    until: datetime
    schedule: str
    names: tuple[str, ...]
    plans: tuple[PlanView, ...]
    left_out: tuple[str, ...]
    headings: tuple[str, ...] = HEADINGS
    most_weeks: int = MOST_WEEKS


@get("/oncall/load/proposal")
async def show_proposal(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """`schedule=` and `weeks=` narrow it."""
    viewer = viewer_of(visit)
    schedule = request.query_params.get("schedule", "").strip()
    weeks = _weeks(request.query_params.get("weeks", "").strip() or _WEEKS)
    async with db.connection() as conn:
        found = await read_proposals(conn, viewer, schedule or None, weeks, visit.times.now)
        known = await oncall.list_schedules(conn, visit.times.now)
        asked = {_key(each) for each in await swaps.list_swaps(conn, visit.times.now)}
        led = {each.name for each in known if await permission.leads(conn, viewer, each.team)}
    view = FairnessView(
        weeks=weeks,
        until=found.until,
        schedule=schedule,
        names=tuple(each.name for each in known),
        plans=tuple(plan_view(each, viewer, is_led=each.schedule in led, asked=asked) for each in found.proposals),
        left_out=found.left_out,
    )
    return pages.page("oncall/fairness.html", visit, view=view)


@post("/oncall/load/proposal")
async def propose_step(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """The other person is asked; nothing changes before they accept."""
    viewer = viewer_of(visit)
    viewer.require(Permission.SCHEDULE, "propose swaps")
    takes = _span(form, "takes") if form.get("takes_from") else None
    draft = SwapDraft(
        schedule=form.get("schedule", ""),
        giver=form.get("giver", ""),
        taker=form.get("taker", ""),
        gives=_span(form, "gives"),
        takes=takes,
        reason=WHY,
    )
    async with db.transaction() as tx:
        await swaps.propose_swap(tx, viewer, draft)
    return Redirect("/oncall/load/proposal", status_code=303)


def plan_view(proposal: Proposal, viewer: Viewer, *, is_led: bool, asked: Collection[Asked]) -> PlanView:
    """What the page shows of one schedule; `is_led`: the viewer may act for its people."""
    last = proposal.steps[-1].uneven if proposal.steps else proposal.uneven
    return PlanView(
        schedule=proposal.schedule,
        rows=tuple(
            ShareView(user=user, cells=_cells(before, proposal.after[user])) for user, before in proposal.before.items()
        ),
        mean=_cells(mean(list(proposal.before.values())), mean(list(proposal.after.values()))),
        uneven=_cells(proposal.uneven, last),
        steps=tuple(_steps(proposal, viewer, is_led=is_led, asked=asked)),
    )


def _steps(proposal: Proposal, viewer: Viewer, *, is_led: bool, asked: Collection[Asked]) -> Iterator[StepView]:
    before = proposal.uneven
    for step in proposal.steps:
        first = step.passes[0]
        yield StepView(
            passes=step.passes,
            gain=", ".join(f"{each.label} {each.value}" for each in _cells(before, step.uneven) if "→" in each.value),
            fields=_fields(proposal.schedule, step),
            may_propose=is_led or (viewer.may(Permission.SCHEDULE) and viewer.name == first.giver),
            is_asked=(proposal.schedule, first.giver, first.taker, first.starts_at) in asked,
        )
        before = step.uneven


def _key(swap: Swap) -> Asked:
    return swap.schedule, swap.giver, swap.taker, swap.gives.starts_at


def _fields(schedule: str, step: Step) -> dict[str, str]:
    gives, *takes = step.passes
    said = {"schedule": schedule, "giver": gives.giver, "taker": gives.taker, **_said("gives", gives)}
    return {**said, **_said("takes", takes[0])} if takes else said


def _said(what: str, one: Pass) -> dict[str, str]:
    return {f"{what}_from": one.starts_at.isoformat(), f"{what}_to": one.ends_at.isoformat()}


def _cells(before: Measures, after: Measures) -> tuple[Cell, ...]:
    return tuple(
        Cell(name, _figure(one) if _figure(one) == _figure(other) else f"{_figure(one)} → {_figure(other)}")
        for name, one, other in zip(HEADINGS, before, after, strict=True)
    )


def _figure(number: float) -> str:
    """Hours to six minutes, which is closer than anybody shares them."""
    return f"{round(number, 1):g}"


def _span(form: Mapping[str, str], what: str) -> Choice:
    """The hours that a button names: from one instant to another."""
    begins, ends = (_instant(form.get(f"{what}_{end}", "")) for end in ("from", "to"))
    return Choice(starts_at=begins, ends_at=ends)


def _instant(text: str) -> datetime:
    found = read_instant(text)
    if found is None:
        raise Invalid("The proposal has no time.", "Load the page again and repeat it.", field="gives")
    return found


def _weeks(text: str) -> int:
    weeks = whole_number(text, 3)
    if weeks is None:
        raise Invalid(f"{text[:40]!r} is no number of weeks.", f"Use 1 to {MOST_WEEKS}.", field="weeks")
    return weeks
