"""ROL-1 and ROL-2 as tables: which roles a team of which size has, what each is for, to whom they fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import active
from tocsin.incidents import role_words
from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import (
    DUTIES,
    HELD_BY_MANY,
    ROLE_SETS,
    Holding,
    HoldingState,
    RoleName,
    commander_of,
    communicator,
    decide_role_of_taker,
    duties_words,
    list_slots,
    read_role,
    read_team_size,
    team_size_of,
)
from tocsin.kernel.errors import Invalid

SRE = active("sre")
TOP, SECOND, THIRD = (SRE.of_rank(rank) for rank in (1, 2, 3))


def held(role: RoleName, user: str, state: HoldingState = HoldingState.HOLDS) -> Holding:
    return Holding(role=role, user=user, since=T0, state=state)


@pytest.mark.parametrize(
    ("size", "names"),
    [
        (TeamSize.SOLO, ["responder"]),
        (TeamSize.SMALL, ["commander", "tech-lead", "communications-lead"]),
        (
            TeamSize.LARGE,
            ["commander", "tech-lead", "operations-lead", "communications-lead", "scribe", "expert"],
        ),
    ],
)
def test_rol_1_a_team_of_each_size_has_its_roles(size: TeamSize, names: list[str]) -> None:
    assert [slot.role.value for slot in list_slots(size, ())] == names
    assert all(slot.is_empty and slot.is_expected for slot in list_slots(size, ()))


def test_every_role_says_what_it_is_for() -> None:
    assert set(DUTIES) == set(RoleName)
    assert {role for roles in ROLE_SETS.values() for role in roles} == set(RoleName)
    assert duties_words(RoleName.EXPERT) == "The expert advises and carries out specific tasks."
    assert "declares the end" in DUTIES[RoleName.COMMANDER]


@pytest.mark.parametrize(
    ("said", "level", "size"),
    [
        (None, TOP, TeamSize.SMALL),
        (None, SECOND, TeamSize.SMALL),
        (None, THIRD, TeamSize.SOLO),
        (None, None, TeamSize.SOLO),
        (TeamSize.LARGE, THIRD, TeamSize.LARGE),
        (TeamSize.SOLO, TOP, TeamSize.SOLO),
    ],
)
def test_the_size_is_what_was_said_else_what_the_level_asks_for(
    said: TeamSize | None, level: object, size: TeamSize
) -> None:
    assert team_size_of(incident(team_size=said), level) is size  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "level", "holdings", "is_senior", "role"),
    [
        (None, TOP, (), True, RoleName.COMMANDER),
        (None, SECOND, (), True, RoleName.COMMANDER),
        (None, TOP, (), False, None),
        (None, TOP, (held(RoleName.COMMANDER, "bob"),), True, None),
        (None, TOP, (held(RoleName.COMMANDER, "bob", HoldingState.AVAILABLE),), True, RoleName.COMMANDER),
        (TeamSize.LARGE, TOP, (), True, RoleName.COMMANDER),
        (TeamSize.LARGE, THIRD, (), True, None),
        (None, THIRD, (), True, RoleName.RESPONDER),
        (None, None, (), False, RoleName.RESPONDER),
        (TeamSize.SOLO, TOP, (), True, RoleName.RESPONDER),
        (None, THIRD, (held(RoleName.RESPONDER, "alice"),), True, None),
        (None, THIRD, (held(RoleName.RESPONDER, "bob"),), True, RoleName.RESPONDER),
    ],
)
def test_rol_2_which_role_falls_to_whoever_acknowledges(
    size: TeamSize | None, level: object, holdings: tuple[Holding, ...], is_senior: bool, role: RoleName | None
) -> None:
    one = incident(team_size=size)
    assert decide_role_of_taker(one, level, holdings, "alice", is_senior=is_senior) is role  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(RoleName), st.sampled_from("abc"), st.sampled_from(HoldingState))))
def test_nobody_who_holds_a_role_is_left_out_and_nobody_else_is_shown(
    told: list[tuple[RoleName, str, HoldingState]],
) -> None:
    holdings = [held(role, user, state) for role, user, state in told]
    for size in TeamSize:
        slots = list_slots(size, holdings)
        assert [slot.role for slot in slots] == sorted({slot.role for slot in slots}, key=list(RoleName).index)
        shown = [holder for slot in slots for holder in slot.holders]
        assert sorted(map(repr, shown)) == sorted(repr(each) for each in holdings if each.holds)


def test_who_speaks_for_an_incident_is_the_first_there_is() -> None:
    taken = incident(acknowledged_by="@dave")
    lead, chief, one = (
        held(RoleName.COMMUNICATIONS_LEAD, "carol"),
        held(RoleName.COMMANDER, "alice"),
        held(RoleName.RESPONDER, "bob"),
    )
    assert communicator((one, chief, lead), taken) == "carol"
    assert communicator((one, chief), taken) == "alice"
    assert communicator((one,), taken) == "bob"
    assert communicator((), taken) == "dave"
    assert communicator((), incident()) is None
    assert communicator((), incident(acknowledged_by="integration:pagerduty")) is None
    assert commander_of((one, held(RoleName.COMMANDER, "alice", HoldingState.AVAILABLE))) is None


@pytest.mark.parametrize("text", ["tech-lead", "Tech lead", "TECH_LEAD", " tech-lead "])
def test_a_role_may_be_written_in_several_ways(text: str) -> None:
    assert read_role(text) is RoleName.TECH_LEAD


def test_what_is_no_role_or_size_is_refused_with_those_that_are() -> None:
    with pytest.raises(Invalid) as refused:
        read_role("boss")
    assert (refused.value.field, "commander, tech-lead" in refused.value.remedy) == ("role", True)
    with pytest.raises(Invalid) as refused:
        read_team_size("huge")
    assert (refused.value.field, "small (two to four people)" in refused.value.remedy) == ("team_size", True)


@pytest.mark.parametrize(
    ("by", "before", "sentence"),
    [
        ("@alice", None, "@alice is the commander now."),
        ("@bob", None, "alice is the commander now, by @bob."),
        ("@bob", "carol", "alice is the commander now, by @bob. Before it was carol."),
        ("tocsin", None, "alice is the commander now."),
    ],
)
def test_the_timeline_says_who_gave_what_to_whom(by: str, before: str | None, sentence: str) -> None:
    assert role_words.assigned(RoleName.COMMANDER, "alice", by, before) == sentence


def test_several_may_be_experts() -> None:
    assert role_words.released(RoleName.EXPERT, "dave", "@bob", is_empty=True) == (
        "dave is no longer an expert, by @bob. Nobody is now."
    )
    assert {RoleName.EXPERT, RoleName.RESPONDER} == HELD_BY_MANY
