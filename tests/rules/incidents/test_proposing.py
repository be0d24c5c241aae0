"""What the known facts propose, and what another level asks for: the words a person decides by (CLS-3)."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.rules.incidents.examples import incident
from tocsin.catalog.assess import assess
from tocsin.catalog.facts import read_facts
from tocsin.catalog.model import Organisation
from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, profile_of
from tocsin.catalog.profiles import active
from tocsin.incidents import level_change, proposing
from tocsin.incidents.classifying import merged
from tocsin.incidents.facts_store import Assessed
from tocsin.incidents.model import TeamSize
from tocsin.incidents.proposing import Proposal
from tocsin.incidents.reassessing import next_question_at, question_of
from tocsin.kernel.localtime import Hours

SRE = active("sre")


@pytest.mark.parametrize(
    ("severity", "known", "level", "is_raise"),
    [
        ("SEV-3", {"users_affected": "30%"}, "SEV-2", True),
        ("SEV-1", {"users_affected": "30%"}, "SEV-2", False),
        ("SEV-2", {"users_affected": "30%"}, None, False),
        (None, {"users_affected": "0.5%"}, "SEV-4", True),
        ("SEV-3", {}, None, False),
        ("SEV-3", {"breach": "no"}, None, False),
        ("P1", {"users_affected": "30%"}, "SEV-2", True),  # of a former profile
    ],
)
def test_another_level_is_proposed_and_the_same_is_not(
    severity: str | None, known: dict[str, str], level: str | None, is_raise: bool
) -> None:
    found = proposing.propose(SRE, severity, assess(SRE, read_facts(known)))
    assert (found.level, found.is_raise) == (level, is_raise)


def test_the_question_names_the_criterion_and_the_command() -> None:
    raised = Proposal("SEV-2", is_raise=True, reason="SEV-2: users affected at least 10 % (30 %)")
    assert proposing.proposed(incident(), raised) == (
        "What is known assesses to SEV-2: users affected at least 10 % (30 %), and INC-7 is a SEV-3. Raise it, or keep"
        " the level and say why: tocsin severity INC-7 SEV-2 --why TEXT."
    )
    lowered = Proposal("SEV-4", is_raise=False, reason="x")
    assert "Lower it" in proposing.proposed(incident(), lowered)
    assert "is not classified" in proposing.proposed(incident(severity=None), raised)
    assert proposing.proposed(incident(), Proposal(None, is_raise=False, reason="x")) == ""


def test_what_is_learnt_replaces_and_unknown_takes_back() -> None:
    before = {"users_affected": "30%", "breach": "no"}
    assert merged(before, {"users-affected": 1200, "data_loss_risk": "low"}) == {
        "users_affected": "1200",
        "breach": "no",
        "data_loss_risk": "low",
    }
    assert merged(before, {"breach": "Unknown", "error_rate": None}) == {"users_affected": "30%"}


def test_an_amount_in_a_former_profiles_currency_counts_as_unknown() -> None:
    found = proposing.assess_known(SRE, {"revenue_per_hour": "50000 EUR", "users_affected": "2%"})
    assert found.level is SRE.level("SEV-3")


def test_raising_says_what_begins_and_lowering_what_goes_on() -> None:
    one, two, three = (SRE.of_rank(rank) for rank in (1, 2, 3))
    assert level_change.in_words(incident(), two, one) == (
        " From now on: updates every 15m (30m before); whoever has it is called again after 15m without a sign of work."
    )
    assert level_change.in_words(incident(), one, three).endswith(
        "a postmortem is optional; stakeholders need not be told. " + level_change.GOES_ON
    )
    assert "a postmortem is required" in level_change.in_words(incident(), None, one)
    assert level_change.GOES_ON not in level_change.in_words(incident(), None, one)
    assert level_change.in_words(incident(), one, one) == ""
    alone = incident(team_size=TeamSize.SOLO)
    assert "updates" not in level_change.in_words(alone, two, one), "every quarter of an hour before and after"


OFFICE = Organisation(time_zone="Europe/Berlin", business_hours=Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(18)))
NOON, EVENING = datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, 16, 45, tzinfo=UTC)  # a Monday
HALF = timedelta(minutes=30)


def test_somebody_is_asked_every_half_hour_and_what_wakes_nobody_in_business_hours_alone() -> None:
    waking, waiting = SRE.of_rank(1), SRE.of_rank(4)
    for level in (waking, None):
        assert next_question_at(SRE, level, OFFICE, EVENING) == EVENING + HALF
    assert next_question_at(SRE, waiting, OFFICE, NOON) == NOON + HALF
    assert next_question_at(SRE, waiting, OFFICE, EVENING) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert next_question_at(SRE, waiting, Organisation(), EVENING) == EVENING + HALF, "it names no business hours"
    ours = profile_of(OwnProfile(name="x", reassess_every=timedelta(days=3), levels=(OwnLevel(name="A"),)))
    assert next_question_at(ours, ours.of_rank(1), OFFICE, NOON) == NOON + timedelta(days=3)


def assessed(**changes: object) -> Assessed:
    known: dict[str, object] = {
        "at": incident().declared_at,
        "by": "@alice",
        "facts": {"users_affected": "30%"},
        "suggested": "SEV-2",
        "criteria": ("users_affected_share",),
        "kept": None,
        "kept_at": None,
        "kept_by": None,
        "reason": None,
    }
    return Assessed(**known | changes)  # type: ignore[arg-type]


def test_a_reminder_repeats_the_proposal_until_somebody_has_answered_it() -> None:
    waiting = question_of(SRE, incident(), assessed())
    assert "Is INC-7 still a SEV-3?" in waiting
    assert "users affected: 30%) assesses to SEV-2" in waiting
    for settled in (None, assessed(kept="SEV-3"), assessed(suggested=None), assessed(suggested="P1")):
        assert "Say what has become known" in question_of(SRE, incident(), settled)
    assert "Is INC-7 still not classified?" in question_of(SRE, incident(severity=None), None)
