"""How a way stands, when it is asked next, and of whom nobody knows whether a page would wake them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.delivery.model import Contact
from tocsin.delivery.proof_model import ProofState, Record
from tocsin.delivery.proof_rules import (
    WORKING_HOURS,
    Desk,
    answer_within,
    answered,
    asked,
    is_askable,
    is_newly_missed,
    is_to_be_reminded,
    next_proof_at,
    standing,
)
from tocsin.insights.reachability_model import Deed, Responder, Way
from tocsin.insights.reachability_rules import decide_steps, doubt_of, reach_of
from tocsin.kernel.localtime import Hours, local_of

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = timedelta(days=7)
DESK = Desk(BERLIN, WORKING_HOURS, WEEKLY)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # 10:30 in Berlin
NEW = Record(user_id=7, contact_id=3, begun_at=FRIDAY - 9 * DAY)
PROVEN = replace(NEW, answered_at=FRIDAY - DAY)
ASKED = replace(NEW, asked_at=FRIDAY, answer_by=FRIDAY + 3 * HOUR)
MISSED = replace(ASKED, missed_at=ASKED.answer_by)

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PACES = st.integers(1, 28).map(lambda days: timedelta(days=days))
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC"]).map(ZoneInfo)
DESKS = st.builds(
    Desk,
    ZONES,
    st.builds(
        Hours,
        days=st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(tuple),
        begin=st.times().map(lambda at: time(at.hour, at.minute)),
        to=st.times().map(lambda at: time(at.hour, at.minute)),
    ),
    PACES,
)
RECORDS = st.builds(
    Record,
    user_id=st.integers(1, 99),
    contact_id=st.integers(1, 99),
    begun_at=INSTANTS,
    answered_at=st.none() | INSTANTS,
)


@pytest.mark.parametrize(
    ("record", "at", "state", "since", "is_proven"),
    [
        (NEW, FRIDAY, ProofState.NEVER, None, False),
        (PROVEN, FRIDAY, ProofState.PROVEN, FRIDAY - DAY, True),
        (PROVEN, FRIDAY + 28 * DAY, ProofState.PROVEN, FRIDAY - DAY, True),
        (PROVEN, FRIDAY + 29 * DAY, ProofState.DUE, FRIDAY + 29 * DAY, False),
        (ASKED, FRIDAY + HOUR, ProofState.ASKED, FRIDAY, False),
        (replace(ASKED, answered_at=FRIDAY - 7 * DAY), FRIDAY + HOUR, ProofState.ASKED, FRIDAY, True),
        (replace(ASKED, answered_at=FRIDAY - 7 * DAY), FRIDAY + 3 * HOUR, ProofState.MISSED, FRIDAY + 3 * HOUR, False),
        (replace(ASKED, answered_at=FRIDAY - 40 * DAY), FRIDAY + HOUR, ProofState.ASKED, FRIDAY, False),
        (
            asked(MISSED, FRIDAY + 3 * DAY, FRIDAY + 4 * DAY),
            FRIDAY + 3 * DAY,
            ProofState.MISSED,
            MISSED.missed_at,
            False,
        ),
        (answered(MISSED, FRIDAY + 4 * HOUR), FRIDAY + 5 * HOUR, ProofState.PROVEN, FRIDAY + 4 * HOUR, True),
    ],
)
def test_how_a_way_stands(
    record: Record, at: datetime, state: ProofState, since: datetime | None, is_proven: bool
) -> None:
    found = standing(record, at)
    assert (found.state, found.since, found.is_proven) == (state, since, is_proven)


def test_asking_again_is_no_way_out_of_a_miss() -> None:
    again = asked(ASKED, FRIDAY + 2 * HOUR, FRIDAY + 5 * HOUR)
    assert again == ASKED
    after = asked(ASKED, FRIDAY + 3 * DAY, FRIDAY + 3 * DAY + 3 * HOUR)
    assert (after.misses, after.missed_at) == (1, ASKED.answer_by)


def test_a_reminder_comes_once_at_half_of_the_time_and_the_miss_is_told_once() -> None:
    assert not is_to_be_reminded(ASKED, FRIDAY + HOUR)
    assert is_to_be_reminded(ASKED, FRIDAY + timedelta(minutes=90))
    assert not is_to_be_reminded(replace(ASKED, reminded_at=FRIDAY), FRIDAY + timedelta(minutes=90))
    assert not is_to_be_reminded(ASKED, FRIDAY + 3 * HOUR)
    assert is_newly_missed(ASKED, FRIDAY + 3 * HOUR)
    assert not is_newly_missed(MISSED, FRIDAY + 4 * HOUR)


def days_until(record: Record, now: datetime, desk: Desk = DESK) -> int:
    return (local_of(next_proof_at(record, desk, now), BERLIN).date() - local_of(now, BERLIN).date()).days


@pytest.mark.parametrize(
    ("record", "days"),
    [
        (PROVEN, 6),  # answered on Thursday: next Thursday
        (replace(ASKED, asked_at=FRIDAY, answer_by=FRIDAY + 3 * HOUR), 7),
        (replace(NEW, begun_at=FRIDAY), 3),  # known since Friday: Monday, not the same day
        (replace(PROVEN, answered_at=FRIDAY - 5 * DAY), 3),  # on Sunday by a real page: a week later is Sunday
    ],
)
def test_the_day_of_the_next_question(record: Record, days: int) -> None:
    assert days_until(record, FRIDAY) == days


@pytest.mark.parametrize(("misses", "days"), [(0, 3), (1, 3), (2, 7), (9, 7)])
def test_a_miss_is_asked_again_on_the_next_working_day_and_after_three_at_the_ordinary_pace(
    misses: int, days: int
) -> None:
    assert days_until(replace(MISSED, misses=misses), FRIDAY + 4 * HOUR) == days


def test_what_could_not_be_asked_at_its_minute_is_asked_as_soon_as_it_may_be() -> None:
    overdue = replace(PROVEN, answered_at=FRIDAY - 20 * DAY)
    noon, evening = datetime(2026, 11, 20, 12, 59, tzinfo=UTC), datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
    assert next_proof_at(overdue, DESK, noon) == noon
    assert days_until(overdue, evening) == 3


@given(RECORDS, DESKS, INSTANTS)
def test_every_question_is_put_in_working_hours_and_can_be_answered_in_them(
    record: Record, desk: Desk, now: datetime
) -> None:
    at = next_proof_at(record, desk, now)
    assert at >= now
    assert is_askable(desk, at)
    ends = at + answer_within(desk.hours)
    for moment in (at, ends - timedelta(seconds=1)):
        local = local_of(moment, desk.zone)
        days = [local.date() - n * DAY for n in range(2) if (local.date() - n * DAY).weekday() in desk.hours.days]
        assert days, "on no working day"


@given(RECORDS, DESKS, INSTANTS, st.integers(1, 200))
def test_waiting_brings_no_question_forward(record: Record, desk: Desk, now: datetime, minutes: int) -> None:
    later = now + timedelta(minutes=minutes)
    assert next_proof_at(record, desk, now) <= next_proof_at(record, desk, later)


@given(DESKS, INSTANTS)
def test_whoever_answers_is_not_asked_before_the_pace_has_passed(desk: Desk, now: datetime) -> None:
    at = next_proof_at(answered(NEW, now), desk, now)
    assert local_of(at, desk.zone).date() >= (local_of(now, desk.zone) + desk.every).date()


def contact(number: int, kind: str) -> Contact:
    return Contact(id=number, user_id=7, kind=kind, address=f"{kind}:7", managed_by="file.yaml")


def way(number: int, kind: str, record: Record, *, wakes: bool = True) -> Way:
    return Way(contact(number, kind), replace(record, contact_id=number), wakes)


def bob(*ways: Way, is_paged: bool = False, is_away: bool = False) -> Responder:
    return Responder(user_id=7, name="bob", time_zone="Europe/Berlin", ways=ways, is_paged=is_paged, is_away=is_away)


OVERDUE = replace(PROVEN, answered_at=FRIDAY - 20 * DAY)
NOON = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # 13:30 in Berlin, after the minute of nearly every way
ALL = ("email", "sms", "ntfy")


def steps(responder: Responder, now: datetime = NOON, sendable: tuple[str, ...] = ALL) -> list[tuple[Deed, str]]:
    return [(step.deed, step.way.contact.kind) for step in decide_steps(responder, DESK, sendable, now)]


def test_of_several_ways_that_are_due_one_is_asked() -> None:
    older = replace(OVERDUE, answered_at=FRIDAY - 25 * DAY)
    assert steps(bob(way(1, "email", OVERDUE), way(2, "sms", older), way(3, "ntfy", PROVEN))) == [(Deed.ASK, "sms")]


@pytest.mark.parametrize(
    "responder",
    [
        bob(way(1, "email", OVERDUE), is_paged=True),
        bob(way(1, "email", OVERDUE), is_away=True),
        bob(way(1, "email", OVERDUE), way(2, "sms", replace(ASKED, asked_at=NOON, answer_by=NOON + 3 * HOUR))),
        bob(way(1, "voice", OVERDUE)),
    ],
    ids=["paged", "on leave", "another question is open", "cannot be sent"],
)
def test_who_is_not_asked(responder: Responder) -> None:
    assert steps(responder) == []


def test_what_is_new_begins_and_what_ran_out_is_told() -> None:
    new = replace(NEW, begun_at=None)
    assert steps(bob(way(1, "email", new), way(2, "sms", ASKED), way(3, "ntfy", PROVEN)), FRIDAY + 3 * HOUR) == [
        (Deed.BEGIN, "email"),
        (Deed.TELL_MISSED, "sms"),
    ]


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ((), "bob has no way to be reached"),
        ((way(1, "email", NEW), way(2, "sms", NEW)), "bob has never answered a message by email and sms"),
        ((way(1, "email", NEW), way(2, "sms", MISSED)), "bob has not answered the test by sms"),
        ((way(1, "sms", replace(PROVEN, answered_at=FRIDAY - 31 * DAY)),), "bob has not answered by sms for 30 days"),
        ((way(1, "sms", replace(ASKED, answer_by=NOON + HOUR)),), "bob has still to answer a test by sms"),
        ((way(1, "email", PROVEN, wakes=False), way(2, "sms", NEW)), "bob has never answered a message by sms"),
        ((way(1, "email", PROVEN), way(2, "sms", MISSED)), None),
    ],
)
def test_one_proven_way_of_those_that_wake_is_enough(ways: tuple[Way, ...], said: str | None) -> None:
    doubt = doubt_of(bob(*ways), NOON)
    assert (doubt.sentence if doubt else None) == said


def test_a_matrix_row_says_when_each_way_is_asked_next() -> None:
    reach = reach_of(bob(way(1, "email", PROVEN), way(2, "sms", ASKED)), DESK, FRIDAY + HOUR)
    first, second = reach.ways
    assert (first.standing.state, second.standing.state) == (ProofState.PROVEN, ProofState.ASKED)
    assert first.next_at is not None
    assert (second.next_at, second.answer_by) == (None, ASKED.answer_by)
