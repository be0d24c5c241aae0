"""What an organisation's own severity profile says counts; what it leaves out is the preset's of the same rank."""

from datetime import timedelta

from tocsin.catalog.assess import assess
from tocsin.catalog.facts import read_facts
from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, OwnRule, profile_of
from tocsin.catalog.profiles import active
from tocsin.catalog.severity import Escalation, Reach

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
