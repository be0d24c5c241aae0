"""Swaps that wait for an answer, shifts that need cover, and the viewer's own shifts to come; the answers to them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.text import whole_number
from tocsin.kernel.tx import Tx
from tocsin.oncall import cover, leave, swaps
from tocsin.oncall.change_model import Interval
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.swaps.rows import (
    CoverRow,
    ShiftRow,
    SwapRow,
    cover_rows,
    powers_of,
    shift_rows,
    swap_rows,
    whole,
)
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of

PATH = "/swaps"
LOOK_AHEAD = timedelta(days=90)
_MOST_DIGITS = 18

SOON = 6
"""Own shifts that are listed at once; those after them are folded away."""

Answer = Callable[[Tx, Viewer, int, Mapping[str, str]], Awaitable[object]]


class SwapsView(msgspec.Struct, frozen=True, kw_only=True):
    """`shifts` are the viewer's next ones, `later` those after them. `people` may be named to take a shift. `refused`
    is the row, such as "swap-7", whose answer breaks a rule and may be repeated with a reason, by `taker` if named."""

    swaps: tuple[SwapRow, ...]
    cover: tuple[CoverRow, ...]
    shifts: tuple[ShiftRow, ...]
    later: tuple[ShiftRow, ...]
    people: tuple[str, ...]
    refused: str = ""
    taker: str = ""


@get(PATH)
async def show_swaps(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        view = await _view(conn, visit)
    return pages.page("swaps/list.html", visit, view=view)


@post(f"{PATH}/{{number:str}}/accept")
async def accept_swap(
    number: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """Both shifts change hands, or the page says why not."""
    return await _answer("swap", number, _accept, visit, form, pages, db)


@post(f"{PATH}/{{number:str}}/decline")
async def decline_swap(number: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    async with db.transaction() as tx:
        await swaps.decline_swap(tx, viewer_of(visit), number_of(number))
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/{{number:str}}/withdraw")
async def withdraw_swap(number: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    async with db.transaction() as tx:
        await swaps.withdraw_swap(tx, viewer_of(visit), number_of(number))
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/cover/{{number:str}}/take")
async def take_cover(
    number: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """The shift is the viewer's, or the page says why not."""
    return await _answer("cover", number, _take, visit, form, pages, db)


@post(f"{PATH}/cover/{{number:str}}/withdraw")
async def withdraw_cover(number: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    async with db.transaction() as tx:
        await cover.withdraw_cover(tx, viewer_of(visit), number_of(number))
    return Redirect(PATH, status_code=303)


def number_of(text: str) -> int:
    """Raises NotFound for what is no number of ours."""
    number = whole_number(text, _MOST_DIGITS)
    if number is None:
        raise NotFound(f"There is nothing with the number {text[:40]!r}.", "See what waits for an answer: /swaps")
    return number


async def _accept(tx: Tx, viewer: Viewer, number: int, form: Mapping[str, str]) -> object:
    return await swaps.accept_swap(tx, viewer, number, form.get("anyway"))


async def _take(tx: Tx, viewer: Viewer, number: int, form: Mapping[str, str]) -> object:
    taker = form.get("user", "").strip().removeprefix("@") or None
    return await cover.take_cover(tx, viewer, number, taker, anyway=form.get("anyway"))


async def _answer(
    what: str,
    number: str,
    answer: Answer,
    visit: Visit,
    form: Mapping[str, str],
    pages: GivenPages,
    db: GivenDb,
) -> Response[str] | Redirect:
    try:
        async with db.transaction() as tx:
            await answer(tx, viewer_of(visit), number_of(number), form)
    except (Invalid, Refused) as refusal:
        problem = refusal
    else:
        return Redirect(PATH, status_code=303)
    async with db.connection() as conn:
        refused = f"{what}-{number}" if problem.field == "anyway" else ""
        view = await _view(conn, visit, refused, form.get("user", ""))
    return pages.page("swaps/list.html", visit, status=409, view=view, problem=problem)


async def _view(conn: Conn, visit: Visit, refused: str = "", taker: str = "") -> SwapsView:
    viewer, now, zone = viewer_of(visit), visit.times.now, visit.times.zone.key
    powers = powers_of(viewer, await accounts.list_teams(conn))
    open_swaps, requests = await swaps.list_swaps(conn, now), await cover.list_cover(conn, now)
    spoken_for = {(one.schedule, one.gives_until) for one in open_swaps if one.giver == viewer.name}
    spoken_for |= {(one.schedule, one.ends_at) for one in requests if one.user == viewer.name}
    until = now + LOOK_AHEAD
    own = await leave.shifts_within(conn, viewer.name, Interval(now, until)) if powers.may_act else []
    shifts = shift_rows(whole(own, until), spoken_for, zone)
    return SwapsView(
        swaps=swap_rows(open_swaps, powers, zone),
        cover=cover_rows(requests, powers, zone),
        shifts=shifts[:SOON],
        later=shifts[SOON:],
        people=await list_takers(conn) if requests else (),
        refused=refused,
        taker=taker,
    )


async def list_takers(conn: Conn) -> tuple[str, ...]:
    """Everybody who can be put on call, by name."""
    users = await accounts.list_users(conn)
    return tuple(user.name for user in users if not user.is_disabled and user.role is not Role.VIEWER)
