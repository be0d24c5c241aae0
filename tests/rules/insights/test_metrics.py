"""The metrics of incidents: a history by hand, and what holds of every history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.catalog.profiles import active
from tocsin.incidents.measures import DEFINITIONS as TIME_DEFINITIONS
from tocsin.incidents.measures import DETECTED, Instants
from tocsin.insights.metric_definitions import DEFINITIONS, UNITS
from tocsin.insights.metric_figures import metrics_of, reckoning_of
from tocsin.insights.metric_groups import read_dimensions
from tocsin.insights.metric_model import (
    Called,
    Case,
    Counted,
    Dimension,
    Figure,
    Lack,
    Place,
    Question,
    Reckoning,
    Tally,
)
from tocsin.insights.metric_tallies import count, percentile, select
from tocsin.kernel.errors import Invalid

MINUTE, HOUR, DAY = 60, 3600, 86400
SINCE = datetime(2026, 3, 2, tzinfo=UTC)
FORTNIGHT = Question(since=SINCE, until=SINCE + timedelta(days=14))
SRE = reckoning_of(active("sre"), "Europe/Berlin")
CHECKOUT, SEARCH = Place("checkout", "payments"), Place("search", "discovery")


def at(day: int, clock: str) -> datetime:
    """A time of March 2026, UTC."""
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}Z")


def case(
    day: int,
    clock: str,
    severity: str | None,
    *places: Place,
    minutes: Sequence[int | None] = (None, None, None, None),
    **said: object,
) -> Case:
    """Detected then; `minutes` from the detection to the start (back), the acknowledgement, less impact, the end."""
    detected = at(day, clock)
    before, acknowledged, mitigated, resolved = (timedelta(minutes=each) if each else None for each in minutes)
    instants = Instants(
        detected - before if before else None,
        detected,
        detected + acknowledged if acknowledged else None,
        detected + mitigated if mitigated else None,
        detected + resolved if resolved else None,
    )
    return Case(at=detected, instants=instants, severity=severity, places=places, **said)  # type: ignore[arg-type]


HISTORY = (
    # Started 09:56, 09:57 and 19:50 on three days: two gaps of checkout, 48:01 and 57:53 hours.
    case(
        2, "10:00", "SEV-1", CHECKOUT,
        minutes=(4, 2, 30, 50),
        cause="deployment",
        calls=(Called("alice", at_night=False, actionable=True), Called("bob", at_night=False, actionable=None)),
        kept=1, promised=2, in_time=True, done=1, agreed=3,
    ),
    case(
        4, "10:00", "SEV-1", CHECKOUT, SEARCH,
        minutes=(3, 10, 40, 90),
        cause="capacity",
        calls=(Called("alice", at_night=True, actionable=False),),
        kept=2, promised=2, in_time=False, done=1, agreed=1,
    ),
    case(6, "20:00", "SEV-3", CHECKOUT, minutes=(10, None, None, 30)),
    case(6, "21:00", None),
    case(7, "12:00", "SEV-1", SEARCH, minutes=(1, 1, 1, 1), is_drill=True),
    case(8, "12:00", "SEV-1", SEARCH, minutes=(1, 1, 1, 1), is_merged=True),
    case(9, "12:00", "SEV-1", SEARCH, minutes=(1, 1, 1, 1), scope_id=7),
)  # fmt: skip
EARLIER = case(1, "10:00", "SEV-1", CHECKOUT, minutes=(10, 1, 2, 3))


def figures(*by: Dimension, cases: Sequence[Case] = HISTORY, reckoning: Reckoning = SRE) -> dict[str, Figure]:
    """By measure and group: `detect`, `detect SEV-1`."""
    found = metrics_of(cases, replace(FORTNIGHT, by=by), reckoning, {1})
    return {" ".join((figure.measure, *figure.group)): figure for figure in found.figures}


def test_a_fortnight_by_hand() -> None:
    """Four count: a drill, a merged one and another's private one do not."""
    found = figures()
    assert [(name, found[name].n, found[name].left_out) for name in found] == [
        ("detect", 3, 1),
        ("acknowledge", 2, 2),
        ("mitigate", 2, 2),
        ("detected_to_mitigated", 2, 2),
        ("resolve", 3, 1),
        ("between", 2, 1),
        ("incidents", 4, 0),
        ("frequency", 4, 0),
        ("postmortems", 2, 2),
        ("actions", 2, 2),
        ("updates", 2, 2),
        ("pages", 2, 2),
        ("night_pages", 2, 2),
        ("noise", 2, 2),
    ]
    assert {name: each.value for name, each in found.items()} == pytest.approx(
        {
            "detect": (4 + 3 + 10) / 3 * MINUTE,
            "acknowledge": (2 + 10) / 2 * MINUTE,
            "mitigate": (28 + 30) / 2 * MINUTE,
            "detected_to_mitigated": (30 + 40) / 2 * MINUTE,
            "resolve": (54 + 93 + 40) / 3 * MINUTE,
            "between": (48 * HOUR + MINUTE + 57 * HOUR + 53 * MINUTE) / 2,
            "incidents": 4,
            "frequency": 2,
            "postmortems": 50,
            "actions": 50,
            "updates": 75,
            "pages": 1.5,
            "night_pages": 1,
            "noise": 50,
        }
    )
    assert (found["resolve"].median, found["resolve"].p90) == pytest.approx((54 * MINUTE, (54 + 0.8 * 39) * MINUTE))
    assert found["detect"].lacks == (Lack("lack the time: impact started", 1),)
    assert found["acknowledge"].lacks == (Lack("lack the time: acknowledged", 2),)


def test_targets_are_those_of_the_level() -> None:
    """SEV-1 asks for 5 minutes to detect and to acknowledge: one of two acknowledgements came in time."""
    found = figures(Dimension.SEVERITY)
    assert [name for name in found if name.startswith("resolve")] == ["resolve SEV-1", "resolve SEV-3", "resolve none"]
    acknowledge = found["acknowledge SEV-1"]
    assert (acknowledge.target, acknowledge.in_target, acknowledge.with_target) == (5 * MINUTE, 1, 2)
    assert (found["resolve none"].target, found["resolve none"].with_target) == (None, 0)
    whole = figures()
    assert (whole["detect"].target, whole["detect"].in_target, whole["detect"].with_target) == (None, 3, 3)
    assert found["postmortems SEV-1"].target == active("sre").postmortem_completion


def test_an_incident_of_two_services_counts_in_both() -> None:
    asked = replace(FORTNIGHT, by=(Dimension.SERVICE,))
    found = metrics_of(HISTORY, asked, SRE, {1})
    assert (found.incidents, found.counted_again) == (4, 1)
    assert {each.group: each.n for each in found.figures if each.measure == "incidents"} == {
        ("checkout",): 3,
        ("search",): 1,
        ("none",): 1,
    }
    alone = metrics_of(HISTORY, replace(FORTNIGHT, services=("search",)), SRE, {1})
    assert alone.incidents == 1


def test_days_and_hours_are_those_of_the_zone() -> None:
    """21:00 and 20:00 in London are 22:00 and 21:00 in Berlin."""
    found = figures(Dimension.WEEKDAY, Dimension.HOUR)
    assert {name: each.n for name, each in found.items() if name.startswith("incidents")} == {
        "incidents Monday 11:00": 1,
        "incidents Wednesday 11:00": 1,
        "incidents Friday 21:00": 1,
        "incidents Friday 22:00": 1,
    }
    weeks = figures(Dimension.WEEK, cases=(*HISTORY, EARLIER))
    assert [name for name in weeks if name.startswith("incidents")] == ["incidents 2026-W10"]
    assert not [name for name in weeks if name.startswith(("between", "frequency"))]


def test_the_period_before_stands_beside_it() -> None:
    found = figures(cases=(*HISTORY, EARLIER))
    assert (found["detect"].before, found["detect"].before_n) == (10 * MINUTE, 1)
    assert (found["incidents"].before, found["updates"].before) == (1, None)


def test_the_profile_says_from_where_resolving_counts() -> None:
    found = figures(reckoning=replace(SRE, mttr_from=DETECTED))
    assert found["resolve"].value == pytest.approx((50 + 90 + 30) / 3 * MINUTE)


def test_nothing_is_a_figure_too() -> None:
    found = figures(cases=())
    assert (found["incidents"].value, found["detect"].value, found["detect"].n) == (0, None, 0)


@pytest.mark.parametrize(("text", "found"), [("", ()), ("Service, week", (Dimension.SERVICE, Dimension.WEEK))])
def test_what_may_be_grouped_by(text: str, found: tuple[Dimension, ...]) -> None:
    assert read_dimensions(text) == found


@pytest.mark.parametrize("text", ["colour", "week,week", "week,hour,team"])
def test_what_may_not(text: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_dimensions(text)
    assert wrong.value.field == "by"


def test_every_measure_has_a_unit() -> None:
    assert UNITS.keys() == DEFINITIONS.keys()


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_percentile_lies_between_the_values(values: list[float]) -> None:
    ordered = sorted(values)
    assert percentile(ordered, 0) == ordered[0]
    assert percentile(ordered, 1) == ordered[-1]
    assert ordered[0] <= percentile(ordered, 0.5) <= percentile(ordered, 0.9) <= ordered[-1]


INSTANT = st.none() | st.integers(0, 13 * DAY).map(lambda seconds: SINCE + timedelta(seconds=seconds))
PLACES = st.lists(st.sampled_from([CHECKOUT, SEARCH, Place("carts", "payments"), Place("mail")]), unique=True)
CASES = st.lists(
    st.builds(
        Case,
        at=st.integers(0, 13 * DAY).map(lambda seconds: SINCE + timedelta(seconds=seconds)),
        instants=st.builds(Instants, *[INSTANT] * 5),
        severity=st.none() | st.sampled_from(["SEV-1", "SEV-2"]),
        cause=st.none() | st.sampled_from(["deployment", "other"]),
        places=PLACES.map(tuple),
        is_drill=st.booleans(),
        scope_id=st.integers(1, 2),
        in_time=st.none() | st.booleans(),
        calls=st.lists(st.builds(Called, st.sampled_from(["alice", "bob"]), st.booleans(), st.none() | st.booleans())),
    ),
    max_size=12,
)
BY = st.lists(st.sampled_from(Dimension), min_size=1, max_size=2, unique=True).map(tuple)
QUICK = settings(max_examples=60, deadline=None)


def counted(cases: Sequence[Case], by: tuple[Dimension, ...] = ()) -> Counted:
    question = replace(FORTNIGHT, by=by)
    return count(select(cases, question), question, SRE)


def sums(tallies: Sequence[Tally], measure: str) -> tuple[int, int]:
    mine = [tally for tally in tallies if tally.measure == measure]
    return sum(tally.n for tally in mine), sum(lack.n for tally in mine for lack in tally.lacks)


@QUICK
@given(CASES, BY)
def test_groups_add_up_to_the_whole(cases: list[Case], by: tuple[Dimension, ...]) -> None:
    """Where nothing counts in two groups, n, what is left out and every sum are those of the whole."""
    whole, grouped = counted(cases), counted(cases, by)
    assert sums(grouped.tallies, "incidents")[0] == whole.incidents + grouped.counted_again
    alone = [replace(each, places=each.places[:1]) for each in cases]
    whole, grouped = counted(alone), counted(alone, by)
    assert grouped.counted_again == 0
    for measure in {tally.measure for tally in grouped.tallies} - {"between"}:
        assert sums(grouped.tallies, measure) == sums(whole.tallies, measure)
    for measure in TIME_DEFINITIONS:
        parts = [tally for tally in grouped.tallies if tally.measure == measure]
        (total,) = [tally for tally in whole.tallies if tally.measure == measure]
        assert sum(tally.n * (tally.value or 0) for tally in parts) == pytest.approx(total.n * (total.value or 0))


@QUICK
@given(CASES, BY)
def test_every_incident_is_behind_a_figure_or_left_out(cases: list[Case], by: tuple[Dimension, ...]) -> None:
    found = counted(cases, by).tallies
    of_group = {tally.group: tally.n for tally in found if tally.measure == "incidents"}
    for tally in found:
        if tally.measure != "between":
            assert tally.n + sum(lack.n for lack in tally.lacks) == of_group[tally.group]


@QUICK
@given(CASES, BY)
def test_drills_never_count(cases: list[Case], by: tuple[Dimension, ...]) -> None:
    assert counted(cases, by) == counted([each for each in cases if not each.is_drill], by)


@QUICK
@given(CASES, BY)
def test_what_one_does_not_see_is_not_there(cases: list[Case], by: tuple[Dimension, ...]) -> None:
    question = replace(FORTNIGHT, by=by)
    visible = [each for each in cases if each.scope_id == 1]
    assert metrics_of(cases, question, SRE, {1}) == metrics_of(visible, question, SRE)


@QUICK
@given(CASES.filter(bool), BY, st.sampled_from(Instants._fields))
def test_a_missing_instant_changes_only_its_own_measures(
    cases: list[Case], by: tuple[Dimension, ...], missing: str
) -> None:
    first, *rest = cases
    without = [replace(first, instants=first.instants._replace(**{missing: None})), *rest]
    before, after = (counted(each, by).tallies for each in (cases, without))
    concerned = {name for name, said in TIME_DEFINITIONS.items() if missing in (said.from_, said.to)}
    if missing == "started_at":
        concerned.add("between")
    assert [t for t in before if t.measure not in concerned] == [t for t in after if t.measure not in concerned]
