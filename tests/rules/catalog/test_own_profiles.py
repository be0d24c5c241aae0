"""What an organisation's own severity profile says counts; what it leaves out is the preset's of the same rank."""

from datetime import timedelta
from typing import Any

import pytest

from tocsin.catalog.assess import assess
from tocsin.catalog.facts import read_facts
from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, OwnRule, OwnTargets, profile_of
from tocsin.catalog.profiles import active
from tocsin.catalog.severity import Escalation, Op, Phase, Reach
from tocsin.kernel.errors import Invalid

RULE = OwnRule(tell="group:executives", after=timedelta(minutes=10))
OURS = profile_of(
    OwnProfile(
        name="ours",
        based_on="sre",
        levels=(
            OwnLevel(name="RED", ack_timeout=timedelta(minutes=5), escalations=(RULE,)),
            OwnLevel(name="AMBER", page=Reach.TICKET),
        ),
    )
)


def test_what_is_written_counts_and_the_rest_is_the_presets() -> None:
    red, amber = OURS.levels
    sre = active("sre")
    assert (red.rank, red.ack_timeout, amber.rank, amber.page) == (1, timedelta(minutes=5), 2, Reach.TICKET)
    assert red.escalations == (Escalation("group:executives", timedelta(minutes=10), "declared"),)
    assert (red.update_cadence, amber.ack_timeout) == (sre.of_rank(1).update_cadence, sre.of_rank(2).ack_timeout)
    assert "ack_timeout" not in red.chosen
    assert OURS.name == "ours"


def test_the_criteria_of_levels_that_are_left_out_lead_to_the_last() -> None:
    def level(share: str) -> str | None:
        found = assess(OURS, read_facts({"users_affected": share})).level
        return found.name if found else None

    assert [level("70%"), level("20%"), level("5%"), level("0.5%")] == ["RED", "AMBER", "AMBER", "AMBER"]


def test_more_levels_than_the_preset_has_go_by_its_last_one() -> None:
    names = ("A", "B", "C", "D", "E")
    many = profile_of(OwnProfile(name="many", levels=tuple(OwnLevel(name=name) for name in names)))
    assert [level.rank for level in many.levels] == [1, 2, 3, 4, 5]
    assert many.levels[4].criteria == ()
    assert many.levels[4].page is active("sre").of_rank(4).page


GRADED = profile_of(
    OwnProfile(
        name="graded",
        currency="EUR",
        mttr_from="detected",
        postmortem_completion=90,
        reassess_every=timedelta(minutes=20),
        levels=(
            OwnLevel(
                name="RED",
                criteria={"users_affected": ("above 40%",), "revenue_per_hour": ("at least 5 000 EUR",)},
                phases={"respond": timedelta(minutes=5), "mitigate": timedelta(hours=1)},
                targets=OwnTargets(mttm=timedelta(minutes=20)),
            ),
            OwnLevel(name="AMBER", criteria={"users_affected": ("above 5%", "at least 1000"), "workaround": ("no",)}),
            OwnLevel(name="GREEN"),
        ),
    )
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"users_affected": "41%"}, "RED"),
        ({"users_affected": "40%"}, "AMBER"),
        ({"users_affected": "1000"}, "AMBER"),
        ({"users_affected": "5%"}, None),  # the preset grades shares no more
        ({"revenue_per_hour": "5000 EUR"}, "RED"),
        ({"revenue_per_hour": "4999 EUR"}, None),
        ({"workaround": "no"}, "AMBER"),
        ({"breach": "yes"}, "RED"),  # of what is not written the preset speaks
        ({"feature": "critical"}, "AMBER"),
    ],
)
def test_own_criteria_alone_grade_the_facts_that_they_name(facts: dict[str, str], expected: str | None) -> None:
    found = assess(GRADED, read_facts(facts)).level
    assert (found.name if found else None) == expected


def test_own_criteria_say_themselves() -> None:
    assert assess(GRADED, read_facts({"workaround": "no"})).reason == "AMBER: workaround available: no"
    assert GRADED.of_rank(1).criteria[0][:3] == ("users_affected_share", Op.ABOVE, 40.0)


def test_boxes_targets_and_what_is_said_of_the_whole_profile() -> None:
    hour = timedelta(hours=1)
    red = GRADED.of_rank(1)
    assert red.phases == (
        Phase("respond", timedelta(), timedelta(minutes=5)),
        Phase("mitigate", timedelta(minutes=5), hour),
    )
    assert (red.targets.mttm, red.targets.mttr) == (timedelta(minutes=20), hour)
    assert not red.chosen & {"phases", "targets"}
    assert (GRADED.currency, GRADED.mttr_from, GRADED.postmortem_completion) == ("EUR", "detected", 90)
    assert GRADED.reassess_every == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ({"users_affected": ("40%",)}, "users affected"),
        ({"breach": ("above 3",)}, "security breach"),
        ({"service_status": ("gone",)}, "service status"),
        ({"revenue_per_hour": ("above 5 USD",)}, "not in USD"),
        ({"breach": ("unknown",)}, "unknown"),
    ],
)
def test_criteria_without_sense_are_refused_by_the_fact(criteria: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        profile_of(OwnProfile(name="x", currency="EUR", levels=(OwnLevel(name="A", criteria=criteria),)))
    assert refused.value.field in criteria
