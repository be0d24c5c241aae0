"""The checker of schedules: each rule with its exact interval, and equal to a walk through every quarter of an hour."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.oncall.test_rotation import at, weekly
from tocsin.catalog.oncall_limits import DEFAULTS, Limits, in_force
from tocsin.kernel.localtime import Hours
from tocsin.oncall.checker import check, newly_broken, prove
from tocsin.oncall.findings import MEANINGS, Away, Facts, Finding, Ladder, PersonFacts, Rule, Wake
from tocsin.oncall.model import Layer, Override, Rotation, Schedule
from tocsin.oncall.rest import look_back
from tocsin.oncall.rotation import who_is_on_call

NOW = at("2026-01-05T09:00")
LATER = NOW + timedelta(days=90)
EVERYBODY = {name: PersonFacts() for name in ("alice", "bob", "carol", "dave")}
FACTS = Facts(people=EVERYBODY)
NO_LIMITS = Limits(days_in_a_row=None, days_between=None)
OFFICE = Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(17))


def schedule(*layers: Layer, name: str = "primary", **more: object) -> Schedule:
    return Schedule(name=name, time_zone="Europe/Berlin", layers=layers, **more)  # pyright: ignore[reportArgumentType]


def cover(user: str, since: str, until: str, **more: object) -> Override:
    return Override(user=user, starts_at=at(since), ends_at=at(until), **more)  # pyright: ignore[reportArgumentType]


def found(schedules: Schedule | Iterable[Schedule], facts: Facts = FACTS, *rules: Rule) -> list[Finding]:
    """What is broken, of these rules, or of all."""
    listed = [schedules] if isinstance(schedules, Schedule) else list(schedules)
    return [each for each in check(listed, facts, NOW, LATER) if not rules or each.rule in rules]


def spans(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """The intervals on the clock of Berlin."""
    zone = ZoneInfo("Europe/Berlin")
    return [
        tuple(f"{instant.astimezone(zone):%m-%dT%H:%M}" for instant in (each.starts_at, each.ends_at))  # pyright: ignore[reportReturnType]
        for each in findings
    ]


SOUND = schedule(weekly("alice", "bob", "carol"))


def test_a_sound_schedule_is_proven_rule_by_rule() -> None:
    verdicts = prove([SOUND], FACTS, NOW, LATER)
    assert [verdict.rule for verdict in verdicts] == list(Rule)
    assert all(not verdict.findings and verdict.holds_until == LATER for verdict in verdicts)
    off = {verdict.rule for verdict in verdicts if not verdict.applies}
    assert off == {Rule.NIGHTS_IN_A_ROW, Rule.HOURS_A_WEEK, Rule.REST}


def test_a_gap_is_named_to_the_second_with_its_rule_and_a_remedy() -> None:
    ended = schedule(weekly("alice", "bob", ends=datetime.fromisoformat("2026-01-20T10:00:30")))
    again = weekly("alice", "bob", name="again", starts="2026-01-20T12:00")
    [gap] = found(msgspec.structs.replace(ended, layers=(*ended.layers, again)), FACTS, Rule.GAP)
    assert (gap.starts_at, gap.ends_at) == (at("2026-01-20T10:00:30"), at("2026-01-20T12:00"))
    assert gap.sentence == ("nobody is on call in primary from Tue 2026-01-20 10:00 CET to Tue 2026-01-20 12:00 CET")
    assert "tocsin override" in gap.remedy
    verdict = next(each for each in prove([ended], FACTS, NOW, LATER) if each.rule is Rule.GAP)
    assert verdict.holds_until == at("2026-01-20T10:00:30")


def test_gaps_that_are_meant_are_none() -> None:
    office = schedule(weekly("alice", "bob", "carol", restrict=(OFFICE,)))
    assert len(found(office, FACTS, Rule.GAP)) == 65  # each evening, with the weekends as one
    assert not found(msgspec.structs.replace(office, limits=Limits(gaps=True)), FACTS, Rule.GAP)


@pytest.mark.parametrize("state", [PersonFacts(is_disabled=True), PersonFacts(has_contact=False), None])
def test_on_call_alone_and_out_of_reach_is_as_silent_as_a_gap(state: PersonFacts | None) -> None:
    people = {**EVERYBODY, "bob": state} if state else {name: EVERYBODY[name] for name in ("alice", "carol")}
    silent = found(SOUND, Facts(people=people), Rule.UNREACHABLE)  # pyright: ignore[reportArgumentType]
    assert spans(silent)[0] == ("01-12T09:00", "01-19T09:00")
    assert silent[0].people == ("bob",)
    assert Rule.UNREACHABLE.means_silence


def test_one_of_two_without_a_contact_is_no_silence() -> None:
    both = schedule(weekly("alice", users=(("alice", "bob"),)))
    people = {**EVERYBODY, "bob": PersonFacts(has_contact=False)}
    rules = {each.rule for each in found(both, Facts(people=people))}
    assert Rule.NO_CONTACT in rules
    assert Rule.UNREACHABLE not in rules


def test_a_turn_of_somebody_who_left_or_is_not_on_the_team() -> None:
    team = msgspec.structs.replace(SOUND, team="payments")
    facts = Facts(people={**EVERYBODY, "bob": PersonFacts(is_disabled=True)}, teams={"payments": frozenset({"alice"})})
    gone = found(team, facts, Rule.GONE)
    assert {each.people for each in gone} == {("bob",), ("carol",)}
    assert gone[0].sentence.startswith("bob has left and is on call in primary from Mon 2026-01-12 09:00 CET")
    assert any("is not on the team payments" in each.sentence for each in gone)


def test_an_override_by_or_for_somebody_who_has_left() -> None:
    overridden = msgspec.structs.replace(
        SOUND,
        overrides=(
            cover("dave", "2026-01-06T18:00", "2026-01-07T08:00"),
            cover("alice", "2026-01-13T18:00", "2026-01-14T08:00", created_by="@dave"),
            cover("alice", "2026-01-20T18:00", "2026-01-21T08:00", created_by="@bob"),
        ),
    )
    facts = Facts(people={**EVERYBODY, "dave": PersonFacts(is_disabled=True)})
    wrong = found(overridden, facts, Rule.OVERRIDE)
    assert spans(wrong) == [("01-06T18:00", "01-07T08:00"), ("01-13T18:00", "01-14T08:00")]
    assert [each.people for each in wrong] == [("dave",), ("alice", "dave")]


def test_on_call_while_on_leave() -> None:
    away = Away("bob", at("2026-01-10T00:00"), at("2026-01-14T00:00"))
    facts = msgspec.structs.replace(FACTS, leave=(away,))
    assert spans(found(SOUND, facts, Rule.LEAVE)) == [("01-12T09:00", "01-14T00:00")]


SECOND = schedule(weekly("bob", "carol", "alice"), name="secondary")


def test_primary_and_secondary_at_once_only_where_a_policy_names_both() -> None:
    late = msgspec.structs.replace(SECOND, overrides=(cover("alice", "2026-01-06T00:00", "2026-01-06T06:00"),))
    assert not found([SOUND, late])
    ladder = Ladder("payments", (("primary",), ("secondary",)))
    facts = msgspec.structs.replace(FACTS, ladders=(ladder,))
    [double] = found([SOUND, late], facts)
    assert (double.rule, double.schedule, double.beside) == (Rule.DOUBLE, "primary", "secondary")
    assert spans([double]) == [("01-06T00:00", "01-06T06:00")]
    for verdict in prove([SOUND, late], facts, NOW, LATER):
        assert bool(verdict.findings) is (verdict.rule is Rule.DOUBLE)


def test_called_first_in_two_places_but_not_by_one_policy() -> None:
    other = schedule(weekly("bob", "alice", "carol"), name="search")
    two = (Ladder("payments", (("primary",),)), Ladder("search", (("search",),)))
    facts = msgspec.structs.replace(FACTS, ladders=two)
    assert found([SOUND, other], facts, Rule.TWO_PLACES)[0].people == ("carol",)
    one = msgspec.structs.replace(FACTS, ladders=(Ladder("all", (("primary", "search"),)),))
    assert not found([SOUND, other], one, Rule.TWO_PLACES)


def test_more_than_a_week_in_a_row_counts_what_an_override_adds() -> None:
    longer = msgspec.structs.replace(SOUND, overrides=(cover("alice", "2026-01-12T09:00", "2026-01-13T21:00"),))
    [stretch] = found(longer, FACTS, Rule.DAYS_IN_A_ROW)
    assert spans([stretch]) == [("01-05T09:00", "01-13T21:00")]
    assert "8.5 days in a row" in stretch.sentence
    assert not found(msgspec.structs.replace(longer, limits=Limits(days_in_a_row=9)), FACTS, Rule.DAYS_IN_A_ROW)


def test_a_week_over_the_end_of_summer_time_is_a_week() -> None:
    since, until = at("2026-10-19T09:00"), at("2026-11-20T09:00")
    assert not [each for each in check([SOUND], FACTS, since, until) if each.rule is Rule.DAYS_IN_A_ROW]


def test_a_stretch_that_began_before_the_look_is_seen() -> None:
    longer = msgspec.structs.replace(SOUND, overrides=(cover("alice", "2026-01-12T09:00", "2026-01-13T21:00"),))
    late = check([longer], FACTS, at("2026-01-13T00:00"), LATER)
    assert spans(each for each in late if each.rule is Rule.DAYS_IN_A_ROW) == [("01-05T09:00", "01-13T21:00")]


def test_too_few_days_off_but_not_after_daily_turns_or_office_hours() -> None:
    swapped = msgspec.structs.replace(SOUND, overrides=(cover("alice", "2026-01-16T09:00", "2026-01-19T09:00"),))
    [pause] = found(swapped, FACTS, Rule.DAYS_BETWEEN)
    assert spans([pause]) == [("01-12T09:00", "01-16T09:00")]
    daily = schedule(weekly("alice", "bob", "carol", rotation=Rotation.DAILY, handover=None))
    assert not found(daily, FACTS, Rule.DAYS_BETWEEN)
    office = schedule(weekly("alice", restrict=(OFFICE,)))
    assert not found(office, FACTS, Rule.DAYS_BETWEEN)


def test_nights_in_a_row_in_all_schedules_together() -> None:
    facts = msgspec.structs.replace(FACTS, limits=Limits(nights_in_a_row=7))
    assert not found(SOUND, facts, Rule.NIGHTS_IN_A_ROW)
    moved = schedule(weekly("carol", "alice", "bob"), name="search")
    rows = found([SOUND, moved], facts, Rule.NIGHTS_IN_A_ROW)
    assert spans(rows)[0] == ("01-05T22:00", "01-19T07:00")  # primary one week, search the next
    assert "14 nights in a row" in rows[0].sentence
    assert {each.schedule for each in rows} == {"primary", "search"}


def test_hours_a_week_count_an_hour_in_two_places_once() -> None:
    office = weekly("alice", restrict=(OFFICE,))
    both = [schedule(office), schedule(office, name="search")]
    assert not found(both, msgspec.structs.replace(FACTS, limits=Limits(hours_a_week=40)), Rule.HOURS_A_WEEK)
    [first, *_] = found(both, msgspec.structs.replace(FACTS, limits=Limits(hours_a_week=39)), Rule.HOURS_A_WEEK)
    assert spans([first]) == [("01-05T00:00", "01-12T00:00")]
    assert "40 hours" in first.sentence


def test_rest_after_a_page_at_night() -> None:
    wake = Wake("alice", at("2026-01-05T03:00"))
    facts = msgspec.structs.replace(FACTS, wakes=(wake,), limits=Limits(rest_after_night_page=11))
    assert spans(found(SOUND, facts, Rule.REST)) == [("01-05T09:00", "01-05T14:00")]


def test_a_schedule_has_the_last_word_on_each_limit() -> None:
    said = in_force(Limits(days_in_a_row=10, hours_a_week=60), Limits(days_in_a_row=None))
    assert (said.days_in_a_row, said.hours_a_week, said.days_between) == (None, 60, DEFAULTS.days_between)
    assert {meaning.limit for meaning in MEANINGS.values()} - {None} == set(Limits.__struct_fields__)


def test_what_a_change_breaks_is_what_was_not_broken_for_all_of_that_time() -> None:
    before = schedule(weekly("alice", "bob", starts="2026-01-07T09:00"))
    after = schedule(weekly("alice", "bob", starts="2026-01-08T09:00"))
    assert spans(newly_broken(found(before), found(after)))[0] == ("01-05T09:00", "01-08T09:00")
    assert not newly_broken(found(after), found(before, FACTS, Rule.GAP))


STEP = timedelta(minutes=15)
DAYS = 24
USERS = ("alice", "bob", "carol")


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Turns of any length on the quarter of an hour, some of them nobody's."""
    starts = datetime.fromisoformat("2026-01-01T00:00") + draw(st.integers(0, 4 * 24 * 10)) * STEP
    turns = draw(st.lists(st.sampled_from([(), *((user,) for user in USERS)]), min_size=1, max_size=4))
    length = draw(st.integers(4, 4 * 24 * 9)) * STEP
    return Layer(name="turns", rotation=Rotation.CUSTOM, starts=starts, users=tuple(turns), length=length)


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
BEGINS = st.sampled_from([NOW, datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)])


@st.composite
def rotas(draw: st.DrawFn, name: str) -> Schedule:
    return Schedule(name=name, time_zone=draw(ZONES), layers=(draw(layers()),))


def walk(one: Schedule, since: datetime, until: datetime) -> list[tuple[datetime, tuple[str, ...]]]:
    """Who is on call in each quarter of an hour: whose turn the latest time is in that the clock has shown."""
    [layer] = one.layers
    zone, shown = ZoneInfo(one.time_zone), datetime.min  # noqa: DTZ901  local
    assert layer.length is not None
    steps: list[tuple[datetime, tuple[str, ...]]] = []
    for moment in (since + n * STEP for n in range((until - since) // STEP)):
        shown = max(shown, moment.astimezone(zone).replace(tzinfo=None))
        turn = (shown - layer.starts) // layer.length
        steps.append((moment, layer.users[turn % len(layer.users)] if turn >= 0 else ()))
    return steps


@given(rotas("primary"), BEGINS, st.integers(0, 40))
def test_the_walk_finds_who_is_on_call(one: Schedule, since: datetime, first: int) -> None:
    for moment, users in walk(one, since, since + timedelta(days=DAYS))[first::41]:
        assert users == who_is_on_call(one, moment).users


def quarters(findings: Iterable[Finding], since: datetime, until: datetime) -> set[datetime]:
    """The quarters of an hour that findings cover, whole ones only."""
    covered: set[datetime] = set()
    for each in findings:
        moment = max(each.starts_at, since)
        while moment < min(each.ends_at, until):
            covered.add(moment)
            moment += STEP
    return covered


@settings(max_examples=60, deadline=None)
@given(rotas("primary"), BEGINS)
def test_gaps_are_those_of_a_walk(one: Schedule, since: datetime) -> None:
    until = since + timedelta(days=DAYS)
    empty = {moment for moment, users in walk(one, since, until) if not users}
    gaps = [each for each in check([one], FACTS, since, until) if each.rule is Rule.GAP]
    assert quarters(gaps, since, until) == empty


@settings(max_examples=60, deadline=None)
@given(rotas("primary"), rotas("secondary"), BEGINS)
def test_doubles_are_those_of_a_walk(one: Schedule, other: Schedule, since: datetime) -> None:
    until = since + timedelta(days=DAYS)
    facts = msgspec.structs.replace(FACTS, ladders=(Ladder("all", (("primary",), ("secondary",))),))
    doubles = [each for each in check([one, other], facts, since, until) if each.rule is Rule.DOUBLE]
    steps = list(zip(walk(one, since, until), walk(other, since, until), strict=True))
    for user in USERS:
        both = {moment for (moment, first), (_, second) in steps if user in first and user in second}
        assert quarters((each for each in doubles if each.people == (user,)), since, until) == both


@settings(max_examples=60, deadline=None)
@given(rotas("primary"), BEGINS, st.integers(1, 8))
def test_days_in_a_row_are_those_of_a_walk(one: Schedule, since: datetime, limit: int) -> None:
    until = since + timedelta(days=DAYS)
    limited = msgspec.structs.replace(one, limits=Limits(days_in_a_row=limit, days_between=None))
    steps = walk(one, since - look_back(FACTS.limits, [limited.limits]), until)
    found_here = [each for each in check([limited], FACTS, since, until) if each.rule is Rule.DAYS_IN_A_ROW]
    for user in USERS:
        wanted = [row for row in rows(steps, user, ZoneInfo(one.time_zone), limit) if row[1] > since]
        assert [(each.starts_at, each.ends_at) for each in found_here if each.people == (user,)] == wanted


def rows(
    steps: list[tuple[datetime, tuple[str, ...]]], user: str, zone: ZoneInfo, limit: int
) -> list[tuple[datetime, datetime]]:
    """Stretches of one person longer than so many days on the wall clock; a day off ends one."""

    def shown(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None, fold=0)

    on: list[list[datetime]] = []
    for moment in (moment for moment, users in steps if user in users):
        if on and shown(moment) - shown(on[-1][1]) < timedelta(days=1):
            on[-1][1] = moment + STEP
        else:
            on.append([moment, moment + STEP])
    return [(begin, end) for begin, end in on if shown(end) - shown(begin) > timedelta(days=limit)]
