"""How long each part of an incident took: a case by hand, and what a missing or contradicting instant costs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.measures import DEFINITIONS, DETECTED, STARTED, Durations, Instants, definition, durations

MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 2, 14, tzinfo=UTC)
WHOLE = Instants(START, START + 4 * MINUTE, START + 6 * MINUTE, START + 30 * MINUTE, START + 65 * MINUTE)


def test_each_part_by_hand() -> None:
    assert durations(WHOLE) == Durations(4 * MINUTE, 2 * MINUTE, 24 * MINUTE, 26 * MINUTE, 65 * MINUTE)


def test_the_profile_says_from_where_resolving_counts() -> None:
    assert durations(WHOLE, DETECTED).resolve == 61 * MINUTE
    assert definition("resolve").formula == "resolved − impact started"
    assert definition("resolve", DETECTED).formula == "resolved − detected"


@pytest.mark.parametrize("measure", DEFINITIONS)
@pytest.mark.parametrize("mttr_from", [STARTED, DETECTED])
def test_a_definition_names_the_instants_that_are_reckoned_with(measure: str, mttr_from: str) -> None:
    said = definition(measure, mttr_from)
    from_, to = getattr(WHOLE, said.from_), getattr(WHOLE, said.to)
    assert getattr(durations(WHOLE, mttr_from), measure) == to - from_


INSTANTS = st.none() | st.integers(0, 10_000).map(lambda seconds: START + timedelta(seconds=seconds))


@given(st.builds(Instants, *[INSTANTS] * 5), st.sampled_from(Instants._fields), st.sampled_from([STARTED, DETECTED]))
def test_a_missing_instant_changes_only_the_measures_that_are_made_of_it(
    instants: Instants, missing: str, mttr_from: str
) -> None:
    before, after = durations(instants, mttr_from), durations(instants._replace(**{missing: None}), mttr_from)
    for measure in DEFINITIONS:
        said = definition(measure, mttr_from)
        concerned = missing in (said.from_, said.to)
        assert getattr(after, measure) == (None if concerned else getattr(before, measure))


@given(st.builds(Instants, *[INSTANTS] * 5))
def test_what_contradicts_itself_is_not_said(instants: Instants) -> None:
    assert all(each is None or each >= timedelta() for each in durations(instants))
