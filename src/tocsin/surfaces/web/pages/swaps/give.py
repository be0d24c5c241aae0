"""Give a shift away, one's own or, as a lead, another's: to the whole team, to one person, or for one of theirs."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import cover, moving, swaps
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import Choice, CoverDraft, Interval, SwapDraft
from tocsin.oncall.model import Schedule
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.swaps.list import LOOK_AHEAD, PATH, list_takers
from tocsin.surfaces.web.pages.swaps.rows import Hours, hours
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_instant
from tocsin.surfaces.web.visits import viewer_of

EVERYBODY = "everybody"
_LISTED = 8
"""Shifts of one person that can be asked for in return."""


class GiveForm(msgspec.Struct, frozen=True, kw_only=True):
    """As it was sent: `begins` and `ends` are instants with their zone, `to` is one of the choices; `of` is whose shift
    it is."""

    of: str
    schedule: str
    begins: str
    ends: str
    to: str = EVERYBODY
    reason: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may be asked, and the shifts of theirs that may be asked for in return, as (value, hours)."""

    name: str
    shifts: tuple[tuple[str, Hours], ...]


class GiveView(msgspec.Struct, frozen=True, kw_only=True):
    form: GiveForm
    shift: Hours
    people: tuple[Person, ...]


@get(f"{PATH}/new")
async def show_give(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The form for the shift that the address names."""
    form = sent_form(request.query_params, _who_may(visit))
    async with db.connection() as conn:
        view = await _view(conn, form, visit)
    return pages.page("swaps/give.html", visit, view=view)


@post(f"{PATH}/new")
async def give_shift(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """To what waits for answers, or the form again with what is wrong."""
    viewer = _who_may(visit)
    sent = sent_form(form, viewer)
    try:
        async with db.transaction() as tx:
            await _give(tx, viewer, sent)
    except (Invalid, Refused) as refusal:
        problem = refusal
    else:
        return Redirect(PATH, status_code=303)
    async with db.connection() as conn:
        view = await _view(conn, sent, visit)
    return pages.page("swaps/give.html", visit, status=400, view=view, problem=problem)


def sent_form(fields: Mapping[str, str], viewer: Viewer) -> GiveForm:
    return GiveForm(
        of=fields.get("of", "").strip().removeprefix("@") or viewer.name,
        schedule=fields.get("schedule", ""),
        begins=fields.get("from", ""),
        ends=fields.get("to", ""),
        to=fields.get("whom", EVERYBODY),
        reason=fields.get("reason", ""),
    )


def span_of(form: GiveForm) -> Interval:
    """Raises Invalid for what is no time."""
    return Interval(_instant(form.begins), _instant(form.ends))


def answer_of(form: GiveForm) -> tuple[str, Choice | None]:
    """Who is asked, and which of their shifts comes back: `bob`, or `bob 2026-03-09T08:00:00+00:00/…`."""
    name, _, in_return = form.to.partition(" ")
    if not in_return:
        return name, None
    begins, _, ends = in_return.partition("/")
    return name, Choice(starts_at=_instant(begins), ends_at=_instant(ends))


async def _give(tx: Tx, viewer: Viewer, form: GiveForm) -> None:
    given = span_of(form)
    shift = Choice(starts_at=given.starts_at, ends_at=given.ends_at)
    if form.to == EVERYBODY:
        draft = CoverDraft(schedule=form.schedule, user=form.of, shift=shift, reason=form.reason)
        await cover.ask_cover(tx, viewer, draft)
        return
    taker, takes = answer_of(form)
    await swaps.propose_swap(
        tx,
        viewer,
        SwapDraft(schedule=form.schedule, giver=form.of, taker=taker, gives=shift, takes=takes, reason=form.reason),
    )


async def _view(conn: Conn, form: GiveForm, visit: Visit) -> GiveView:
    schedule = await oncall.get_schedule(conn, form.schedule, visit.times.now)
    zone = visit.times.zone.key
    people = [name for name in await list_takers(conn) if name != form.of]
    return GiveView(
        form=form,
        shift=hours(span_of(form), schedule.time_zone, zone),
        people=tuple(_people(people, schedule, visit.times.now, zone)),
    )


def _people(names: list[str], schedule: Schedule, now: datetime, zone: str) -> Iterator[Person]:
    """Those who are on call in this schedule themselves first, with what can be had in return."""
    times = moving.on_call_times(schedule, Interval(now, now + LOOK_AHEAD))
    for name in sorted(names, key=lambda name: (name not in times, name)):
        ahead = [span for span in times.get(name, ()) if now < span.starts_at and span.ends_at < now + LOOK_AHEAD]
        values = [(f"{name} {span.starts_at.isoformat()}/{span.ends_at.isoformat()}", span) for span in ahead[:_LISTED]]
        yield Person(name=name, shifts=tuple((value, hours(span, schedule.time_zone, zone)) for value, span in values))


def _instant(text: str) -> datetime:
    found = read_instant(text)
    if found is None:
        raise Invalid("Which shift is not said.", "Choose it on the page of swaps.", field="shift")
    return found


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.SCHEDULE, "give shifts away")
    return viewer
