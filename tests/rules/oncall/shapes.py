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


@st.composite
def handovers(draw: st.DrawFn, rotation: Rotation) -> Handover | tuple[Handover, ...] | None:
    """Several only where they can never fall together."""
    match rotation:
        case Rotation.DAILY:
            ats = draw(st.lists(early_times, min_size=1, max_size=2, unique=True))
            found = tuple(Handover(at=at) for at in ats)
        case Rotation.WEEKLY:
            days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True))
            found = tuple(Handover(at=draw(early_times), weekday=day) for day in days)
        case Rotation.MONTHLY if draw(st.booleans()):
            nths = draw(st.sampled_from([(1,), (2,), (4,), (-1,), (1, 3), (2, -1)]))
            weekday = draw(st.integers(0, 6))
            found = tuple(Handover(at=draw(early_times), weekday=weekday, nth=nth) for nth in nths)
        case Rotation.MONTHLY:
            days = draw(st.sampled_from([(1,), (15,), (28,), (29,), (30,), (31,), (1, 15), (10, 31)]))
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
    minutes = st.builds(lambda minutes: starts + timedelta(minutes=minutes), st.integers(-1440, 70 * 1440))
    handed = st.builds(lambda days: datetime.combine(starts.date() + timedelta(days=days), at), st.integers(0, 70))
    bound = st.one_of(st.none(), minutes, handed)
    found = draw(st.lists(st.tuples(st.sampled_from(names), bound, bound), max_size=4))
    return tuple(
        Member(user=user, since=since, until=until)
        for user, since, until in found
        if since is None or until is None or since < until
    )


@st.composite
def layers(draw: st.DrawFn, jump: date, number: int) -> Layer:
    rotation = draw(st.sampled_from([one for one in Rotation if one is not Rotation.CALENDAR]))
    starts = datetime.combine(jump - timedelta(days=draw(st.integers(0, 70))), draw(early_times))
    handover = draw(handovers(rotation))
    users = tuple(draw(people))
    clock = handover[0].at if isinstance(handover, tuple) else handover.at if handover is not None else starts.time()
    length = timedelta(hours=draw(st.sampled_from([1, 5, 12, 24, 84]))) if rotation is Rotation.CUSTOM else None
    return Layer(
        name=f"layer-{number}",
        rotation=rotation,
        handover=handover,
        length=length,
        rrule=draw(st.sampled_from(sorted(RULES))) if rotation is Rotation.RRULE else None,
        every=1 if isinstance(handover, tuple) else draw(st.integers(1, 3)),
        starts=starts,
        ends=starts + timedelta(days=draw(st.integers(1, 90))) if draw(st.booleans()) else None,
        time_zone=draw(st.one_of(st.none(), zones)),
        users=users,
        members=draw(members(starts, users, clock)),
        restrict=tuple(draw(st.lists(hours, max_size=2))),
        on_holidays=draw(st.sampled_from([OnHolidays.ANY, *OnHolidays])),
        additive=draw(st.booleans()),
        shadow=draw(st.sampled_from([False, False, True])),
    )


def spans(around: datetime) -> st.SearchStrategy[tuple[datetime, datetime]]:
    """Whole minutes within a day of an instant, up to two days long."""
    return st.builds(
        lambda begin, length: (around + timedelta(minutes=begin), around + timedelta(minutes=begin + length)),
        st.integers(-1440, 1440),
        st.integers(1, 2 * 1440),
    )


@st.composite
def overrides(draw: st.DrawFn, around: datetime, names: list[str]) -> Override:
    starts_at, ends_at = draw(spans(around))
    part = draw(st.sampled_from(Part))
    return Override(
        user=draw(st.sampled_from(["over", *NAMES])),
        starts_at=starts_at,
        ends_at=ends_at,
        part=part,
        layer=draw(st.sampled_from([None, None, *names])),
        instead_of=draw(st.sampled_from([None, "over", *NAMES])) if part is Part.INSTEAD else None,
    )


@st.composite
def imported(draw: st.DrawFn, around: datetime) -> Layer:
    """The layer of a calendar."""
    found = draw(st.lists(st.tuples(st.sampled_from(NAMES), spans(around)), max_size=3))
    return Layer(
        name="imported",
        rotation=Rotation.CALENDAR,
        calendar="team",
        events=tuple(Window(user=user, starts_at=span[0], ends_at=span[1]) for user, span in found),
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
