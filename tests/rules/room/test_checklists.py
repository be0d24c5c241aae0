"""GRD-2: what the checklists hold, that every item states its rule, what ticks itself, which phase is the one."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.rules.room.examples import SRE, T0, after, facts, holds, level, mitigation, update, wrote
from tocsin.catalog.facts import Facts
from tocsin.catalog.profiles import PRESETS
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents.model import Status
from tocsin.mitigation.model import Result
from tocsin.room.checklist_items import Phase, Tick, checklist_of
from tocsin.room.composing import TickedBy, compose
from tocsin.room.model import ToldBeside
from tocsin.room.ticking import WHEN, phase_of
from tocsin.verification.model import ALERTS, CheckState, State

LEVELS = [(profile, each) for profile in PRESETS.values() for each in profile.levels]
NAMES = [f"{profile.name} {each.name}" for profile, each in LEVELS]

AT_LEAST: Mapping[Phase, int] = {
    Phase.FIRST: 10,
    Phase.EARLY: 3,
    Phase.LATER: 4,
    Phase.MITIGATION: 6,
    Phase.RESOLUTION: 13,
    Phase.CLOSING: 6,
    Phase.AFTER: 3,
}
"""How many items the list of the specification has for each phase, counted for the level that has the fewest."""

AT_THE_TOP: Mapping[Phase, int] = {**AT_LEAST, Phase.EARLY: 5, Phase.LATER: 5, Phase.CLOSING: 7, Phase.AFTER: 9}


@pytest.mark.parametrize(("profile", "each"), LEVELS, ids=NAMES)
def test_no_phase_of_any_level_of_any_preset_is_empty_and_every_item_states_its_rule(
    profile: Profile, each: Level
) -> None:
    parts = checklist_of(profile, each)
    wanted = AT_THE_TOP if each.rank == 1 else AT_LEAST
    assert {phase: len(items) >= wanted[phase] for phase, items in parts.items()} == dict.fromkeys(Phase, True)
    items = [item for of_phase in parts.values() for item in of_phase]
    assert len({item.key for item in items}) == len(items)
    assert len({item.text for item in items}) == len(items)
    assert all(item.rule.endswith((".", "?")) and not item.text.endswith(".") for item in items)


def test_the_items_are_counted() -> None:
    counts = {name: sum(len(items) for items in checklist_of(SRE, level(name)).values()) for name in ("SEV-1", "SEV-2")}
    assert counts == {"SEV-1": 10 + 6 + 5 + 6 + 13 + 7 + 9, "SEV-2": 10 + 3 + 4 + 6 + 13 + 7 + 9}


def test_a_preset_asks_for_what_its_source_names() -> None:
    p_levels = PRESETS["p-levels"]
    texts = [item.text for items in checklist_of(p_levels, p_levels.of_rank(1)).values() for item in items]
    assert {"Engineering leadership is told", "Executives are told", "Send the mail to customers"} <= set(texts)
    sre = [item.text for items in checklist_of(SRE, level("SEV-1")).values() for item in items]
    assert "Executives are told" not in sre


def test_an_unclassified_incident_has_a_checklist_too() -> None:
    assert checklist_of(SRE, None) == checklist_of(SRE, level("SEV-2"))


def check(state: State, name: str = "errors", service: str | None = "checkout") -> CheckState:
    return CheckState(name=name, kind="http", service=service, state=state, detail="")


HEALTHY = {"mitigated_at": after(20), "identified_at": after(10)}

TICKS: Mapping[Tick, tuple[dict[str, Any], dict[str, Any]]] = {
    Tick.ACKNOWLEDGED: ({}, {"incident": {"acknowledged_at": None}}),
    Tick.ALERTS_CLEARED: (
        {"checks": (check(State.PASSING, ALERTS, None),)},
        {"checks": (check(State.FAILING, ALERTS, None),)},
    ),
    Tick.CAUSE_KNOWN: ({"incident": HEALTHY}, {}),
    Tick.CHECKS_MET: ({"checks": (check(State.PASSING),)}, {"checks": (check(State.PASSING), check(State.TO_TICK))}),
    Tick.COMMANDED: ({"holdings": (holds("alice"),)}, {}),
    Tick.DECISION_WRITTEN: ({"written": (wrote(3, type="decision"),)}, {"written": (wrote(3, type="question"),)}),
    Tick.FINAL_UPDATE: (
        {"incident": {"resolved_at": after(30)}, "updates": (update(31),)},
        {"incident": {"resolved_at": after(30)}, "updates": (update(29),)},
    ),
    Tick.HELPED: (
        {"mitigations": (mitigation(1, ended=5, result=Result.HELPED),)},
        {"mitigations": (mitigation(1, ended=5, result=Result.NO_EFFECT),)},
    ),
    Tick.INVESTIGATING: ({}, {"investigating_since": None}),
    Tick.MITIGATED: ({"incident": HEALTHY}, {}),
    Tick.SEVERITY_SET: ({}, {"severity": None}),
    Tick.STABLE: ({"incident": HEALTHY}, {"incident": {"mitigated_at": after(50)}}),
    Tick.TIMELINE_BEGUN: ({"written": (wrote(3),)}, {}),
    Tick.TOLD_BESIDE: (
        {"told_beside": {"group:leadership": ToldBeside(after(15), ("erin",), is_dropped=False)}},
        {"told_beside": {"group:leadership": ToldBeside(after(15), (), is_dropped=False)}},
    ),
    Tick.TRIED: ({"mitigations": (mitigation(1),)}, {}),
    Tick.UPDATED: ({"updates": (update(3),)}, {"updates": (update(3),), "counted_from": after(40)}),
    Tick.USERS_KNOWN: ({"known": Facts(users_affected_share=30.0)}, {"known": Facts(breach=False)}),
}
"""For each tick that can be either: facts that set it, and facts that do not, an hour after the declaration."""


@pytest.mark.parametrize("tick", TICKS)
def test_what_ticks_itself_does_so_by_the_facts(tick: Tick) -> None:
    words, holds_when = WHEN[tick]
    done, open_still = TICKS[tick]
    assert holds_when(facts(**done), after(60))
    assert not holds_when(facts(**open_still), after(60))
    assert words


def test_every_tick_has_a_case_and_is_used() -> None:
    assert set(WHEN) == set(Tick) == {*TICKS, Tick.RECORDED}
    used = {item.tick for p, each in LEVELS for items in checklist_of(p, each).values() for item in items}
    assert used - {None} == set(Tick)


@pytest.mark.parametrize(
    ("known", "minutes", "phase"),
    [
        ({}, 0, Phase.FIRST),
        ({}, 5, Phase.EARLY),
        ({}, 15, Phase.LATER),
        ({"severity": "SEV-3"}, 15, Phase.LATER),
        ({"severity": None}, 14, Phase.EARLY),
        ({"mitigations": (mitigation(1),)}, 6, Phase.MITIGATION),
        ({"mitigations": (mitigation(1, ended=5, result=Result.HELPED),)}, 6, Phase.EARLY),
        ({"status": Status.IDENTIFIED}, 1, Phase.MITIGATION),
        ({"status": Status.MONITORING}, 30, Phase.RESOLUTION),
        ({"status": Status.RESOLVED}, 40, Phase.CLOSING),
        (
            {"status": Status.RESOLVED, "incident": {"resolved_at": after(40)}, "updates": (update(41),)},
            42,
            Phase.AFTER,
        ),
        ({"status": Status.CLOSED}, 90, Phase.AFTER),
    ],
)
def test_the_phase_follows_the_status_and_while_it_is_investigated_the_age(
    known: dict[str, Any], minutes: float, phase: Phase
) -> None:
    assert phase_of(facts(**known), after(minutes)) is phase


def test_a_checklist_counts_its_items_through_and_knows_who_ticked_what() -> None:
    parts = compose(facts(), SRE, {"bridge": TickedBy("@bob", T0), "severity": TickedBy("@bob", T0)}, after(6))
    lines = [line for part in parts for line in part.lines]
    assert [line.n for line in lines] == list(range(1, len(lines) + 1))
    assert [part.phase for part in parts if part.is_current] == [Phase.EARLY]
    bridge = next(line for line in lines if line.key == "bridge")
    assert (bridge.is_ticked, bridge.by, bridge.ticks_itself) == (True, "@bob", "")
    severity = next(line for line in lines if line.key == "severity")
    assert (severity.is_ticked, severity.by, severity.ticks_itself) == (True, None, "the severity is set")
    assert [part.title for part in parts][:3] == ["First 5 minutes", "Until minute 15", "From minute 15 on"]
