"""What the page of swaps shows of each proposal, request and shift, and what this viewer may do with it. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from tocsin.accounts.model import Permission, Role, Team, Viewer
from tocsin.oncall import words
from tocsin.oncall.change_model import Cover, Interval, Swap, Touched


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A time on the viewer's clock, and in words on that of the schedule where it shows another time."""

    starts_at: datetime
    ends_at: datetime
    there: str


class SwapRow(msgspec.Struct, frozen=True, kw_only=True):
    """`for_me`: it waits for this viewer. `may_answer` and `may_withdraw` hold for leads and managers as well."""

    id: int
    schedule: str
    giver: str
    taker: str
    gives: Hours
    takes: Hours | None
    reason: str
    for_me: bool
    may_answer: bool
    may_withdraw: bool

    @property
    def path(self) -> str:
        return f"/swaps/{self.id}"


class CoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """`may_name`: this viewer may say that somebody else takes it."""

    id: int
    schedule: str
    user: str
    shift: Hours
    reason: str
    may_take: bool
    may_name: bool
    may_withdraw: bool

    @property
    def path(self) -> str:
        return f"/swaps/cover/{self.id}"


class ShiftRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shift of somebody's that is to come; `path` leads to the form that gives it away."""

    schedule: str
    hours: Hours
    path: str


class Powers(msgspec.Struct, frozen=True, kw_only=True):
    """What this viewer may do for others: as a manager everywhere, as a lead in the schedules of these teams."""

    viewer: Viewer
    leads: frozenset[str]

    @property
    def may_act(self) -> bool:
        return self.viewer.may(Permission.SCHEDULE)

    def leads_in(self, team: str | None) -> bool:
        return self.may_act and (self.viewer.role.rank >= Role.MANAGER.rank or team in self.leads)

    def may_act_for(self, user: str, team: str | None) -> bool:
        return self.leads_in(team) or (self.may_act and user == self.viewer.name)


def powers_of(viewer: Viewer, teams: Sequence[Team]) -> Powers:
    return Powers(viewer=viewer, leads=frozenset(team.name for team in teams if viewer.name in team.leads))


def swap_rows(swaps: Sequence[Swap], powers: Powers, zone: str) -> tuple[SwapRow, ...]:
    """Those that wait for the viewer first."""
    rows = [
        SwapRow(
            id=swap.id,
            schedule=swap.schedule,
            giver=swap.giver,
            taker=swap.taker,
            gives=hours(swap.gives, swap.time_zone, zone),
            takes=hours(swap.takes, swap.time_zone, zone) if swap.takes is not None else None,
            reason=swap.reason,
            for_me=swap.taker == powers.viewer.name,
            may_answer=powers.may_act_for(swap.taker, swap.team),
            may_withdraw=powers.may_act_for(swap.giver, swap.team),
        )
        for swap in swaps
    ]
    return tuple(sorted(rows, key=lambda row: not row.for_me))


def cover_rows(requests: Sequence[Cover], powers: Powers, zone: str) -> tuple[CoverRow, ...]:
    return tuple(
        CoverRow(
            id=one.id,
            schedule=one.schedule,
            user=one.user,
            shift=hours(one.shift, one.time_zone, zone),
            reason=one.reason,
            may_take=powers.may_act and one.user != powers.viewer.name,
            may_name=powers.leads_in(one.team),
            may_withdraw=powers.may_act_for(one.user, one.team),
        )
        for one in requests
    )


def shift_rows(
    shifts: Sequence[Touched], spoken_for: Collection[tuple[str, datetime]], zone: str, of: str = ""
) -> tuple[ShiftRow, ...]:
    """The shifts that nobody has been asked about yet, the viewer's or those `of` another."""
    return tuple(
        ShiftRow(
            schedule=shift.schedule,
            hours=hours(Interval(shift.starts_at, shift.ends_at), shift.time_zone, zone),
            path=give_path(shift, of),
        )
        for shift in shifts
        if (shift.schedule, shift.ends_at) not in spoken_for
    )


def give_path(shift: Touched, of: str = "") -> str:
    """The form that gives a shift away, the viewer's or that `of` another; the instants are those of UTC."""
    fields = {
        **({"of": of} if of else {}),
        "schedule": shift.schedule,
        "from": f"{shift.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{shift.ends_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    return f"/swaps/new?{urlencode(fields)}"


def whole(shifts: Sequence[Touched], until: datetime) -> Sequence[Touched]:
    """Those that end before the end of what was looked at; all when that is none, as with a shift without end."""
    return [shift for shift in shifts if shift.ends_at < until] or shifts


def hours(span: Interval, time_zone: str, zone: str) -> Hours:
    there = words.span(span, time_zone) if words.is_another_clock(span, time_zone, zone) else ""
    return Hours(starts_at=span.starts_at, ends_at=span.ends_at, there=there)
