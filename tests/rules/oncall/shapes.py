"""Schedules of every shape, beside days on which the clocks of their zones jump."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from tests.rules.oncall.oracle import RULES
from tocsin.kernel.localtime import Hours
from tocsin.oncall.model import (
    Handover,
    Layer,
    Member,
    OnHolidays,
    Override,
    Part,
    Rotation,
    Schedule,
    Window,
)

# Zones and days on which the clocks jump: forward, back, by half an hour, by a whole day, at midnight, by law.
JUMPS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Havana", date(2026, 11, 1)),
    ("Europe/Istanbul", date(2016, 9, 7)),  # stays on summer time for good
    ("Europe/Istanbul", date(2015, 11, 8)),  # a change put off by two weeks
    ("Asia/Pyongyang", date(2015, 8, 15)),  # half an hour back, for good
    ("Asia/Pyongyang", date(2018, 5, 5)),  # and forward again
    ("America/Caracas", date(2016, 5, 1)),
    ("Asia/Tokyo", date(2024, 2, 29)),
]
NAMES = ("ann", "ben", "cleo", "dan")
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
early_times = st.one_of(times, st.builds(time, st.integers(0, 3), st.sampled_from([0, 15, 30, 45])))
people = st.lists(
    st.sampled_from([("ann",), ("ben",), ("cleo",), ("dan",), ("ann", "ben"), ()]), min_size=1, max_size=5
)
hours = st.builds(
    lambda days, begin, to: Hours(days=tuple(sorted(days)), begin=begin, to=to),
    st.sets(st.integers(0, 6), min_size=1),
    early_times,
    early_times,
)
zones = st.sampled_from(sorted({zone for zone, _ in JUMPS}))
weekdays = st.integers(0, 6)
times_of_day = st.lists(early_times, min_size=1, max_size=2, unique=True)
days_of_week = st.lists(weekdays, min_size=1, max_size=3, unique=True)
nths_of_month = st.sampled_from([(1,), (2,), (4,), (-1,), (1, 3), (2, -1)])
days_of_month = st.sampled_from([(1,), (15,), (28,), (29,), (30,), (31,), (1, 15), (10, 31)])
bounds = st.one_of(
    st.none(), st.tuples(st.just(False), st.integers(-1440, 70 * 1440)), st.tuples(st.just(True), st.integers(0, 70))
)
"""A join or a leave: so many minutes after the begin of the layer, or (True) at the hand-over so many days after it."""
memberships = st.lists(st.tuples(st.integers(0, 11), bounds, bounds), max_size=4)
rotations = st.sampled_from([one for one in Rotation if one is not Rotation.CALENDAR])
lengths = st.sampled_from([1, 5, 12, 24, 84])
rules = st.sampled_from(sorted(RULES))
own_zones = st.one_of(st.none(), zones)
restrictions = st.lists(hours, max_size=2)
holidays_of_layers = st.sampled_from([OnHolidays.ANY, *OnHolidays])
shadows = st.sampled_from([False, False, True])
spans = st.tuples(st.integers(-1440, 1440), st.integers(1, 2 * 1440))
"""Minutes from an instant to a begin within a day of it, and the length, up to two days."""
windows = st.lists(st.tuples(st.sampled_from(NAMES), spans), max_size=3)
takers = st.sampled_from(["over", *NAMES])
layers_of_overrides = st.sampled_from([None, None, 0, 1, 2, 3])
instead = st.sampled_from([None, "over", *NAMES])
parts = st.sampled_from(Part)


@st.composite
def handovers(draw: st.DrawFn, rotation: Rotation) -> Handover | tuple[Handover, ...] | None:
    """Several only where they can never fall together."""
    match rotation:
        case Rotation.DAILY:
            ats = draw(times_of_day)
            found = tuple(Handover(at=at) for at in ats)
        case Rotation.WEEKLY:
            days = draw(days_of_week)
            found = tuple(Handover(at=draw(early_times), weekday=day) for day in days)
        case Rotation.MONTHLY if draw(st.booleans()):
            nths = draw(nths_of_month)
            weekday = draw(weekdays)
            found = tuple(Handover(at=draw(early_times), weekday=weekday, nth=nth) for nth in nths)
        case Rotation.MONTHLY:
            days = draw(days_of_month)
            found = tuple(Handover(at=draw(early_times), day=day) for day in days)
        case _:
            return None
    return found if len(found) > 1 else found[0]


@st.composite
def members(draw: st.DrawFn, starts: datetime, users: tuple[tuple[str, ...], ...], at: time) -> tuple[Member, ...]:
    """Joins and leaves in the weeks after the begin, at any minute or at the very hand-over of a day."""
    names = sorted({user for turn in users for user in turn})
    if not names:
        return ()

    def when(bound: tuple[bool, int] | None) -> datetime | None:
        if bound is None:
            return None
        is_handover, number = bound
        if is_handover:
            return datetime.combine(starts.date() + timedelta(days=number), at)
        return starts + timedelta(minutes=number)

    found = [(names[place % len(names)], when(since), when(until)) for place, since, until in draw(memberships)]
    return tuple(
        Member(user=user, since=since, until=until)
        for user, since, until in found
        if since is None or until is None or since < until
    )


@st.composite
def layers(draw: st.DrawFn, jump: date, number: int) -> Layer:
    rotation = draw(rotations)
    starts = datetime.combine(jump - timedelta(days=draw(st.integers(0, 70))), draw(early_times))
    handover = draw(handovers(rotation))
    users = tuple(draw(people))
    clock = handover[0].at if isinstance(handover, tuple) else handover.at if handover is not None else starts.time()
    length = timedelta(hours=draw(lengths)) if rotation is Rotation.CUSTOM else None
    return Layer(
        name=f"layer-{number}",
        rotation=rotation,
        handover=handover,
        length=length,
        rrule=draw(rules) if rotation is Rotation.RRULE else None,
        every=1 if isinstance(handover, tuple) else draw(st.integers(1, 3)),
        starts=starts,
        ends=starts + timedelta(days=draw(st.integers(1, 90))) if draw(st.booleans()) else None,
        time_zone=draw(own_zones),
        users=users,
        members=draw(members(starts, users, clock)),
        restrict=tuple(draw(restrictions)),
        on_holidays=draw(holidays_of_layers),
        additive=draw(st.booleans()),
        shadow=draw(shadows),
    )


def span(around: datetime, minutes: tuple[int, int]) -> tuple[datetime, datetime]:
    """What `spans` says, from an instant."""
    begin, length = minutes
    return around + timedelta(minutes=begin), around + timedelta(minutes=begin + length)


@st.composite
def overrides(draw: st.DrawFn, around: datetime, names: list[str]) -> Override:
    starts_at, ends_at = span(around, draw(spans))
    part = draw(parts)
    place = draw(layers_of_overrides)
    return Override(
        user=draw(takers),
        starts_at=starts_at,
        ends_at=ends_at,
        part=part,
        layer=None if place is None else names[place % len(names)],
        instead_of=draw(instead) if part is Part.INSTEAD else None,
    )


@st.composite
def imported(draw: st.DrawFn, around: datetime) -> Layer:
    """The layer of a calendar."""
    found = [(user, span(around, minutes)) for user, minutes in draw(windows)]
    return Layer(
        name="imported",
        rotation=Rotation.CALENDAR,
        calendar="team",
        events=tuple(Window(user=user, starts_at=begin, ends_at=end) for user, (begin, end) in found),
        additive=draw(st.booleans()),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    """A schedule and a minute within two days of a day on which its clocks jump."""
    zone, jump = draw(st.sampled_from(JUMPS))
    noon = datetime.combine(jump, time(12), tzinfo=UTC)
    minute = noon + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)))
    rotations = [draw(layers(jump, number)) for number in range(draw(st.integers(1, 3)))]
    row = rotations + ([draw(imported(minute))] if draw(st.booleans()) else [])
    names = [layer.name for layer in row]
    found = Schedule(
        name="s",
        time_zone=zone,
        holidays=draw(st.sampled_from([None, "DE-BE", "US", "TR"])),
        layers=tuple(row),
        overrides=tuple(draw(st.lists(overrides(minute, names), max_size=4))),
    )
    return found, minute
