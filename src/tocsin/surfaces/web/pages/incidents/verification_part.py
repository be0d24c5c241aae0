"""Whether it works again, as the room shows it: each check, the last run, how the wish to resolve stands (RES-1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext
from tocsin.verification import service as verification
from tocsin.verification.model import Attempt, CheckState, Stage, State, unmet_of
from tocsin.verification.own_checks import find_promise

_MARKS = {
    State.PASSING: ("✓", "passes", "soft"),
    State.TICKED: ("✓", "ticked", "soft"),
    State.FAILING: ("✗", "fails", "amber"),
    State.UNKNOWN: ("?", "not known yet", "soft"),
    State.TO_TICK: ("○", "to be ticked", "amber"),
}

NEWS_FOR = timedelta(minutes=15)
"""How long it is said at the head of the room that a wish to resolve came to nothing."""

_KINDS = (
    ("http", "A page answers"),
    ("tcp", "A port takes connections"),
    ("promql", "A number of Prometheus is within its limit"),
    ("manual", "Somebody has looked"),
)


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """`mark` is for the eye and `words` for the ear; `tick`, `untick` and `remove` are the name by which that is
    done, empty when nobody does it."""

    id: str
    label: str
    mark: str
    words: str
    tone: str
    detail: str
    at: datetime | None
    by: str
    tick: str
    untick: str
    remove: str


class VerificationView(msgspec.Struct, frozen=True, kw_only=True):
    """`sentence` says how the wish to resolve stands, with the times as they were `said_at`; `tone` is its class."""

    checks: tuple[CheckView, ...]
    is_running: bool
    ran_at: datetime | None
    sentence: str
    said_at: datetime
    tone: str
    may_run: bool


class WishView(msgspec.Struct, frozen=True):
    """How somebody's wish to resolve stands, with the times as they were `said_at`; `tone` is its class."""

    sentence: str
    said_at: datetime
    tone: str


class AdditionView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet that adds a check offers; `has_promise`: its services promise a latency."""

    kinds: tuple[tuple[str, str], ...]
    has_promise: bool

    @property
    def limits(self) -> str:
        return "300ms, 5% or slo" if self.has_promise else "300ms or 5%"


class ResolveView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet says before somebody resolves: what is not met, and how long it has to stay healthy."""

    unmet: tuple[str, ...]
    window_minutes: int
    ends_at: datetime | None


async def load(conn: Conn, room: RoomContext) -> VerificationView | None:
    """None once it is over: what counts then is on the timeline."""
    if not room.incident.is_open:
        return None
    run, attempt = room.known.last_run, room.known.attempt
    return VerificationView(
        checks=check_views(room.known.checks, may_tick=room.may_respond),
        is_running=run is not None and run.ended_at is None,
        ran_at=run.ended_at if run is not None else None,
        sentence=attempt.detail if attempt is not None else "",
        said_at=attempt.asked_at if attempt is not None else room.now,
        tone=_tone_of(attempt),
        may_run=room.may_respond,
    )


async def load_wish(conn: Conn, room: RoomContext) -> WishView | None:
    """At the head, since whoever has pressed Resolve looks there; what is refused is told for a while."""
    attempt = room.known.attempt
    if attempt is None or not room.incident.is_open:
        return None
    is_news = attempt.is_under_way or room.now - attempt.asked_at <= NEWS_FOR
    return WishView(attempt.detail, attempt.asked_at, _tone_of(attempt)) if is_news else None


def _tone_of(attempt: Attempt | None) -> str:
    is_bad = attempt is not None and attempt.stage in (Stage.REFUSED, Stage.CALLED_OFF)
    return "amber" if is_bad else ""


def check_views(states: Sequence[CheckState], *, may_tick: bool) -> tuple[CheckView, ...]:
    return tuple(_check_view(n, state, may_tick=may_tick) for n, state in enumerate(states))


def _check_view(n: int, state: CheckState, *, may_tick: bool) -> CheckView:
    mark, words, tone = _MARKS[state.state]
    return CheckView(
        id=f"check-{n}",
        label=state.label,
        mark=mark,
        words=words,
        tone=tone,
        detail=state.detail,
        at=state.at,
        by=state.by or "",
        tick=state.label if may_tick and state.state is State.TO_TICK else "",
        untick=state.label if may_tick and state.state is State.TICKED else "",
        remove=state.name if may_tick and state.is_own else "",
    )


async def load_addition(conn: Conn, room: RoomContext) -> AdditionView | None:
    """The sheet that adds a check to this incident."""
    if not room.incident.is_open or not room.may_respond:
        return None
    return AdditionView(kinds=_KINDS, has_promise=await find_promise(conn, room.incident) is not None)


async def load_sheet(conn: Conn, room: RoomContext) -> ResolveView | None:
    """The sheet that resolves."""
    if not room.incident.is_open or not room.may_respond:
        return None
    window, ends_at = verification.window_at(room.profile, room.level, room.incident, room.now)
    return ResolveView(
        unmet=tuple(f"{state.label}: {state.detail}" for state in unmet_of(room.known.checks)),
        window_minutes=int(window.total_seconds() // 60),
        ends_at=ends_at if ends_at > room.now else None,
    )
