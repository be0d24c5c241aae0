"""How often the suggested severity was changed, and which way: what is counted, and when something is concluded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.profiles import active
from tocsin.incidents.facts_store import Judged
from tocsin.insights.severity_review import FEW, Review, review

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
SRE = active("sre")


def judged(suggested: str, kept: str | None, *criteria: str) -> Judged:
    return Judged(
        number=7,
        at=NOW,
        suggested=suggested,
        criteria=criteria or ("users_affected_share",),
        kept=kept,
        kept_by="@alice",
        reason="because",
    )


def reviewed(*each: Judged) -> Review:
    return review(each, SRE, NOW - timedelta(days=90), NOW)


def test_raised_is_worse_and_lowered_is_less_bad() -> None:
    found = reviewed(
        judged("SEV-2", "SEV-2"), judged("SEV-2", "SEV-1"), judged("SEV-2", "SEV-4"), judged("SEV-3", None)
    )
    total = found.total
    assert (total.suggested, total.taken, total.raised, total.lowered, total.unanswered) == (4, 1, 1, 1, 1)
    assert total.changed_percent == 67
    by_level = {row.name: row.tally.suggested for row in found.levels}
    assert by_level == {"SEV-1": 0, "SEV-2": 3, "SEV-3": 1, "SEV-4": 0}
    assert [change.kept for change in found.changes] == ["SEV-4", "SEV-1"]


def test_a_suggestion_counts_for_each_criterion_that_decided() -> None:
    found = reviewed(judged("SEV-2", "SEV-3", "error_rate", "sla_at_risk"), judged("SEV-1", "SEV-1", "error_rate"))
    assert [(row.name, row.tally.suggested) for row in found.criteria] == [("error rate", 2), ("SLA at risk", 1)]


def test_levels_of_a_former_profile_are_left_out_and_counted_so() -> None:
    found = reviewed(judged("P1", "P1"), judged("SEV-2", "P0"), judged("SEV-2", "SEV-2"))
    assert (found.total.suggested, found.left_out) == (1, 2)


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (["SEV-2"] * (FEW - 1), "too few to judge"),
        (["SEV-2"] * FEW, "the table fits"),
        (["SEV-3"] * FEW, "'users affected' suggests is changed in 100 % of cases, mostly lowered"),
        (["SEV-1"] * FEW, "mostly raised"),
        (["SEV-2"] * 6 + ["SEV-3"] * 3, "'users affected' suggests is changed in 33 % of cases, mostly lowered"),
    ],
)
def test_nothing_is_concluded_from_few_and_the_criterion_is_named(kept: list[str], says: str) -> None:
    assert says in reviewed(*[judged("SEV-2", each) for each in kept]).conclusion


def test_of_several_criteria_none_may_stand_out() -> None:
    kept = ["SEV-2"] * 4 + ["SEV-3"] * 2
    both = [judged("SEV-2", each, fact) for each in kept for fact in ("error_rate", "sla_at_risk")]
    assert "no one criterion stands out" in reviewed(*both).conclusion


levels = st.sampled_from([level.name for level in SRE.levels])


@given(st.lists(st.tuples(levels, st.none() | levels), max_size=30))
def test_every_suggestion_is_counted_once(pairs: list[tuple[Any, Any]]) -> None:
    found = reviewed(*[judged(suggested, kept) for suggested, kept in pairs])
    tally = found.total
    assert tally.taken + tally.raised + tally.lowered + tally.unanswered == tally.suggested == len(pairs)
    assert sum(row.tally.suggested for row in found.levels) == len(pairs)
    assert len(found.changes) == tally.raised + tally.lowered
