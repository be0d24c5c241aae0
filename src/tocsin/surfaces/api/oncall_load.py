"""The load of being on call over HTTP (ONC-7)."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.insights import service as insights
from tocsin.insights.model import Asked
from tocsin.insights.paying import read_pay
from tocsin.insights.proposing import read_proposals
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import oncall_fairness as fairness
from tocsin.surfaces.wire import oncall_load as wire
from tocsin.surfaces.wire import oncall_pay as pay_wire

CSV = "text/csv; charset=utf-8"

Month = Annotated[str | None, QueryParameter(description="A month, 2026-11; absent: this one.")]
First = Annotated[str | None, QueryParameter(name="from", description="Instead of a month, the first day: 2026-11-01.")]
Last = Annotated[str | None, QueryParameter(name="to", description="And the last day, which counts too.")]
Schedule = Annotated[str | None, QueryParameter(description="Only hours and pages of this schedule.")]
TeamName = Annotated[str | None, QueryParameter(name="team", description="Only people of this team.")]
Format = Annotated[str, QueryParameter(name="format", description="json or csv.")]


@get("/oncall/load", summary="The load of being on call")
async def read_load(
    viewer: Caller,
    db: Db,
    schedule: Schedule = None,
    team_name: TeamName = None,
    month: Month = None,
    first: First = None,
    last: Last = None,
    explain: Annotated[bool, QueryParameter(description="Also the records that each figure adds up from.")] = False,
    form: Format = "json",
) -> Response[wire.Load] | Response[str]:
    """Hours, nights, pages and incidents per person, served and planned. A responder sees the people of their teams, a
    manager everybody, a viewer themselves."""
    as_csv = is_csv(form)
    asked = Asked(schedule=schedule, team=team_name, month=month, first=first, last=last)
    async with db.connection() as conn:
        found = await insights.read_load(conn, viewer, asked, db.clock.now())
    if as_csv:
        return Response(wire.load_csv(found), media_type=CSV)
    return Response(wire.load_table(found, explain=explain))


@get("/oncall/load/proposal", summary="How the weeks ahead could be shared better")
async def propose_load(
    viewer: Caller,
    db: Db,
    schedule: Annotated[str | None, QueryParameter(description="Only turns of this schedule.")] = None,
    weeks: Annotated[int, QueryParameter(description="So many weeks from now on, 1 to 26.")] = 8,
) -> fairness.Plan:
    """Turns to pass on or to exchange, each step with what is uneven afterwards. Nothing is changed by it: overrides
    and swaps put it in place. No override is moved, and nobody gets a turn while away or against a rule."""
    async with db.connection() as conn:
        return fairness.plan(await read_proposals(conn, viewer, schedule, weeks, db.clock.now()))


@get("/oncall/compensation", summary="What being on call is worth")
async def read_compensation(
    viewer: Caller,
    db: Db,
    team_name: TeamName = None,
    month: Month = None,
    first: First = None,
    last: Last = None,
    form: Format = "json",
) -> Response[pay_wire.Compensation] | Response[str]:
    """What was served, by the rules of the organisation's file. A manager sees everybody, a lead the members of their
    teams, everybody themselves."""
    as_csv = is_csv(form)
    asked = Asked(team=team_name, month=month, first=first, last=last)
    async with db.connection() as conn:
        pay = await read_pay(conn, viewer, asked, db.clock.now())
    return Response(pay_wire.compensation_csv(pay), media_type=CSV) if as_csv else Response(pay_wire.compensation(pay))


def is_csv(form: str) -> bool:
    """Raises Invalid for a form that is neither."""
    if form not in ("json", "csv"):
        raise Invalid(f"{form[:40]!r} is no format.", "Use one of json, csv.", field="format")
    return form == "csv"
