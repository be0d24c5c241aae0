"""GRD-1 as tables: each rule, when it begins to hold, when it ends, and the remedy that it names."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.rules.room.examples import T0, after, facts, holds, level, mitigation, task, update, wrote
from tocsin.catalog.severity import MINUTE, Escalation
from tocsin.incidents.model import Status, TeamSize
from tocsin.incidents.roles import RoleName
from tocsin.incidents.task_model import TaskState
from tocsin.mitigation.model import Result
from tocsin.room.guard_rails import look
from tocsin.room.model import RoomFacts, Rule, Spell, ToldBeside

SECOND = timedelta(seconds=1)


def found(known: RoomFacts, rule: Rule, minutes: float) -> list[Spell]:
    return [spell for spell in look(known, after(minutes)).findings if spell.rule is rule]


def holds_from(known: RoomFacts, rule: Rule, minutes: float) -> Spell:
    """The rule holds from that minute on, and not a second earlier."""
    assert found(known, rule, minutes - 1 / 60) == []
    (spell,) = found(known, rule, minutes)
    assert spell.remedy.endswith(".")
    return spell


def never_holds(known: RoomFacts, rule: Rule) -> None:
    assert [found(known, rule, minutes) for minutes in (0, 3, 6, 16, 31, 61, 600)] == [[]] * 7


def test_severity_never_set() -> None:
    spell = holds_from(facts(severity=None), Rule.SEVERITY_NOT_SET, 5)
    assert "5 minutes" in spell.text
    assert "tocsin severity INC-7" in spell.remedy


@pytest.mark.parametrize(
    "known",
    [{"severity": "SEV-4"}, {"severity": "P0"}, {"severity": None, "status": Status.RESOLVED}],
    ids=["graded", "by a former profile", "over"],
)
def test_a_severity_that_is_set_or_asked_for_no_more(known: dict[str, Any]) -> None:
    never_holds(facts(**known), Rule.SEVERITY_NOT_SET)


def test_nothing_shared_in_15_minutes_of_investigation() -> None:
    spell = holds_from(facts(), Rule.NOTHING_SHARED, 2 + 15)
    assert 'tocsin log INC-7 "what you see"' in spell.remedy


def test_a_finding_that_is_shared_begins_the_time_anew_and_a_question_does_not() -> None:
    known = facts(written=(wrote(10), wrote(12, type="question"), wrote(13, type="note")))
    holds_from(known, Rule.NOTHING_SHARED, 10 + 15)


@pytest.mark.parametrize(
    "known",
    [
        {"severity": "SEV-3"},
        {"severity": None},
        {"status": Status.IDENTIFIED},
        {"status": Status.MONITORING},
        {"status": Status.RESOLVED},
        {"status": Status.TRIGGERED, "incident": {"acknowledged_at": None}},
    ],
    ids=["not a top level", "unclassified", "cause known", "quiet", "over", "nobody investigates yet"],
)
def test_who_is_not_investigating_a_top_level_has_nothing_to_share(known: dict[str, Any]) -> None:
    never_holds(facts(**known), Rule.NOTHING_SHARED)


LEADERSHIP = level("SEV-1")._replace(escalations=(Escalation("group:leadership", 15 * MINUTE),))
EXECUTIVES = level("SEV-1")._replace(escalations=(Escalation("group:executives", 60 * MINUTE, "impact"),))


def test_an_escalation_that_was_due_and_not_done() -> None:
    spell = holds_from(facts(level=LEADERSHIP), Rule.ESCALATION_NOT_DONE, 15 + 2)
    assert "group:leadership after 15 minutes" in spell.text
    assert "tocsin add-responder INC-7" in spell.remedy


def test_an_escalation_that_reached_nobody_is_said_at_once() -> None:
    told = {"group:leadership": ToldBeside(after(15), (), is_dropped=False)}
    holds_from(facts(level=LEADERSHIP, told_beside=told), Rule.ESCALATION_NOT_DONE, 15)


def test_an_escalation_counts_from_the_impact_and_never_from_before_the_level_was_set() -> None:
    holds_from(facts(level=EXECUTIVES, started_at=after(-50)), Rule.ESCALATION_NOT_DONE, 10 + 2)
    holds_from(facts(level=LEADERSHIP, graded_at=after(40)), Rule.ESCALATION_NOT_DONE, 40 + 2)


@pytest.mark.parametrize(
    "told",
    [ToldBeside(after(15), ("erin",), is_dropped=False), ToldBeside(after(15), (), is_dropped=True)],
    ids=["told", "no longer asked for"],
)
def test_an_escalation_that_was_done(told: ToldBeside) -> None:
    never_holds(facts(level=LEADERSHIP, told_beside={"group:leadership": told}), Rule.ESCALATION_NOT_DONE)


BLAMING = [
    "@dave broke the login again",
    "This is your fault",
    "who broke prod?",
    "you should have checked the migration",
    "He forgot to run the tests",
    "why didn't you page me",
    "a stupid mistake",
    "root cause: human error",
    "It’s @dave's own fault",
    "don't blame him yet",
]
FAIR = [
    "the deploy at 14:02 broke the login",
    "it's fault tolerant",
    "their health checks failed to start",
    "git blame says the line is from 2019",
    "blameless review tomorrow",
    "the alert should have fired at 14:05",
    "errors began when the limit was lowered",
    "why did the cache expire?",
    "who has access to the broker?",
]


@pytest.mark.parametrize("text", BLAMING)
def test_blame_is_remarked_upon_for_a_quarter_of_an_hour(text: str) -> None:
    known = facts(written=(wrote(20, text),))
    spell = holds_from(known, Rule.BLAME, 20)
    assert "instead of who did it" in spell.remedy
    assert found(known, Rule.BLAME, 35 - 1 / 60) == [spell]
    assert found(known, Rule.BLAME, 35) == []


@pytest.mark.parametrize("text", FAIR)
def test_words_about_systems_are_no_blame(text: str) -> None:
    never_holds(facts(written=(wrote(1, text),)), Rule.BLAME)


def test_a_look_names_the_next_instant_at_which_something_changes() -> None:
    known = facts(severity=None, written=(wrote(1, "who broke prod?"),))
    seen = look(known, T0)
    assert (seen.findings, seen.next_at) == ((), after(1))
    assert [look(known, after(minutes)).next_at for minutes in (1, 5, 16)] == [after(5), after(16), None]


def test_nobody_commands_after_the_first_phase_or_the_response_time() -> None:
    spell = holds_from(facts(), Rule.NOBODY_COMMANDS, 5)
    assert "this SEV-1 for 5 minutes" in spell.text
    assert "tocsin role INC-7 commander @NAME" in spell.remedy
    holds_from(facts(severity="SEV-2"), Rule.NOBODY_COMMANDS, 15)


def test_time_without_a_commander_counts_from_when_it_became_so() -> None:
    holds_from(facts(graded_at=after(40)), Rule.NOBODY_COMMANDS, 45)
    known = facts(graded_at=after(40), commander_left_at=after(50))
    holds_from(known, Rule.NOBODY_COMMANDS, 55)


@pytest.mark.parametrize(
    "known",
    [
        {"holdings": (holds("alice"),)},
        {"severity": "SEV-3"},
        {"severity": None},
        {"incident": {"team_size": TeamSize.SOLO}},
        {"status": Status.MONITORING},
        {"status": Status.RESOLVED},
    ],
    ids=["commanded", "not a top level", "unclassified", "one responder", "quiet", "over"],
)
def test_a_commander_who_is_there_or_not_needed(known: dict[str, Any]) -> None:
    never_holds(facts(**known), Rule.NOBODY_COMMANDS)


def test_the_commander_holds_a_second_role() -> None:
    roles = (holds("alice"), holds("alice", RoleName.TECH_LEAD, 8))
    spell = holds_from(facts(holdings=roles), Rule.SECOND_ROLE, 8)
    assert spell.text == "alice commands and is tech lead too."
    assert "tocsin role INC-7 tech-lead @NAME" in spell.remedy
    never_holds(facts(holdings=(holds("alice"), holds("bob", RoleName.TECH_LEAD))), Rule.SECOND_ROLE)
    never_holds(facts(holdings=roles, incident={"team_size": TeamSize.SOLO}), Rule.SECOND_ROLE)


def test_the_commander_runs_a_mitigation_while_it_runs() -> None:
    known = facts(holdings=(holds("alice"),), mitigations=(mitigation(10, by="@alice", ended=20),))
    spell = holds_from(known, Rule.COMMANDER_MITIGATES, 10)
    assert "“roll back v2”" in spell.text
    assert "tocsin role INC-7 tech-lead @NAME" in spell.remedy
    assert found(known, Rule.COMMANDER_MITIGATES, 20) == []


@pytest.mark.parametrize(
    "known",
    [
        {"mitigations": (mitigation(10, by="@bob"),)},
        {"mitigations": (mitigation(1, by="@alice"),)},
        {"mitigations": (mitigation(10, by="@alice"),), "incident": {"team_size": TeamSize.SOLO}},
    ],
    ids=["somebody else does", "it was begun before", "one responder"],
)
def test_a_mitigation_that_keeps_the_commander_free(known: dict[str, Any]) -> None:
    never_holds(facts(holdings=(holds("alice"),), **known), Rule.COMMANDER_MITIGATES)


def test_two_changes_at_once() -> None:
    both = (mitigation(10), mitigation(12, "restart the cache"))
    spell = holds_from(facts(mitigations=both), Rule.TWO_CHANGES, 12)
    assert "“roll back v2” and “restart the cache”" in spell.text
    one_after_the_other = (mitigation(10, ended=11, result=Result.NO_EFFECT), mitigation(12, "restart the cache"))
    never_holds(facts(mitigations=one_after_the_other), Rule.TWO_CHANGES)


def test_a_change_without_a_dry_run() -> None:
    bold = facts(mitigations=(mitigation(10, ended=30, dry_run=False, way_back="deploy v2 again"),))
    spell = holds_from(bold, Rule.NO_DRY_RUN, 10)
    assert spell.remedy.endswith("know the way back: deploy v2 again.")
    assert found(bold, Rule.NO_DRY_RUN, 30) == []
    never_holds(facts(mitigations=(mitigation(10, dry_run=True), mitigation(11))), Rule.NO_DRY_RUN)


@pytest.mark.parametrize("text", ["rolled back v2.3", "restarted the broker", "failed over to Frankfurt", "scaled up"])
def test_a_change_that_is_on_the_timeline_only(text: str) -> None:
    known = facts(written=(wrote(10, text, type="action"),))
    spell = holds_from(known, Rule.CHANGE_NOT_RECORDED, 20)
    assert f'tocsin mitigate INC-7 "{text}"' in spell.remedy
    recorded = facts(written=(wrote(10, text, type="action"),), mitigations=(mitigation(15),))
    never_holds(recorded, Rule.CHANGE_NOT_RECORDED)


def test_what_is_no_action_or_no_change_need_not_be_recorded() -> None:
    entries = (wrote(10, "should we have rolled back?", type="question"), wrote(11, "called the vendor", type="action"))
    never_holds(facts(written=entries), Rule.CHANGE_NOT_RECORDED)


def test_15_minutes_of_investigation_without_a_mitigation() -> None:
    spell = holds_from(facts(), Rule.NO_MITIGATION, 2 + 15)
    assert "tocsin mitigate INC-7" in spell.remedy
    never_holds(facts(mitigations=(mitigation(10),)), Rule.NO_MITIGATION)
    never_holds(facts(severity="SEV-3"), Rule.NO_MITIGATION)
    never_holds(facts(status=Status.MONITORING), Rule.NO_MITIGATION)


def over(mitigated: float, resolved: float, **changes: Any) -> RoomFacts:
    about = {"mitigated_at": after(mitigated), "resolved_at": after(resolved), **changes.pop("incident", {})}
    return facts(status=Status.RESOLVED, incident=about, **changes)


def test_resolving_before_the_window_is_said_until_the_window_is_over() -> None:
    known = over(mitigated=40, resolved=45)
    spell = holds_from(known, Rule.RESOLVED_EARLY, 45)
    assert "stable for 15 minutes" in spell.text
    assert "tocsin reopen INC-7" in spell.remedy
    assert found(known, Rule.RESOLVED_EARLY, 55) == []
    never_holds(over(mitigated=40, resolved=55), Rule.RESOLVED_EARLY)


def test_a_postmortem_that_is_not_there_in_time() -> None:
    spell = holds_from(over(mitigated=40, resolved=60), Rule.POSTMORTEM_OVERDUE, 60 + 72 * 60)
    assert "tocsin postmortem draft INC-7" in spell.remedy
    published = over(mitigated=40, resolved=60, incident={"postmortem_published_at": after(90)})
    never_holds(published, Rule.POSTMORTEM_OVERDUE)
    assert found(over(mitigated=40, resolved=60, severity="SEV-4"), Rule.POSTMORTEM_OVERDUE, 60 + 72 * 60) == []


def test_the_commander_writes_most_updates() -> None:
    own, other = "@alice", "@carol"
    known = facts(holdings=(holds("alice"),), updates=(update(5, own), update(20, other), update(35, own)))
    spell = holds_from(known, Rule.COMMANDER_WRITES, 35)
    assert spell.text == "alice commands and has written 2 of 3 updates."
    assert "tocsin role INC-7 communications-lead @NAME" in spell.remedy
    few = facts(holdings=(holds("alice"),), updates=(update(5, own), update(20, own)))
    never_holds(few, Rule.COMMANDER_WRITES)
    others = (update(5, own), update(20, other), update(35, other))
    never_holds(facts(holdings=(holds("alice"),), updates=others), Rule.COMMANDER_WRITES)


def test_an_update_is_overdue_from_the_time_that_was_promised() -> None:
    spell = holds_from(facts(next_update_at=after(15)), Rule.UPDATE_OVERDUE, 15)
    assert "03:15 UTC" in spell.text
    assert "tocsin update INC-7" in spell.remedy
    never_holds(facts(next_update_at=after(15), status=Status.RESOLVED), Rule.UPDATE_OVERDUE)
    never_holds(facts(), Rule.UPDATE_OVERDUE)


def test_the_last_word_is_missing() -> None:
    known = over(mitigated=40, resolved=60, updates=(update(20),))
    spell = holds_from(known, Rule.NO_LAST_WORD, 75)
    assert "tocsin update INC-7" in spell.remedy
    never_holds(over(mitigated=40, resolved=60, updates=(update(20), update(61))), Rule.NO_LAST_WORD)
    never_holds(over(mitigated=40, resolved=60), Rule.NO_LAST_WORD)


def test_a_stage_is_overdue_when_its_box_has_ended() -> None:
    spell = holds_from(facts(), Rule.STAGE_OVERDUE, 60)
    assert spell.text == "The time to mitigate, for a SEV-1, ended at 04:00 UTC."
    assert "tocsin escalate INC-7" in spell.remedy
    untaken = facts(status=Status.TRIGGERED, incident={"acknowledged_at": None})
    assert "tocsin ack INC-7" in holds_from(untaken, Rule.STAGE_OVERDUE, 5).remedy
    holds_from(facts(graded_at=after(90)), Rule.STAGE_OVERDUE, 90)
    never_holds(facts(status=Status.MONITORING, incident={"mitigated_at": after(30)}), Rule.STAGE_OVERDUE)


def test_tasks_that_nobody_has_done_a_week_later() -> None:
    known = over(mitigated=40, resolved=60, tasks=(task("write a runbook"), task("restart", TaskState.DONE)))
    spell = holds_from(known, Rule.TASKS_IGNORED, 60 + 7 * 24 * 60)
    assert spell.text.startswith("1 follow-up ")
    done = over(mitigated=40, resolved=60, tasks=(task("restart", TaskState.DONE),))
    assert found(done, Rule.TASKS_IGNORED, 60 + 7 * 24 * 60) == []


def test_an_eta_that_has_passed() -> None:
    spell = holds_from(facts(incident={"eta": after(45)}), Rule.ETA_PASSED, 45)
    assert spell.text == "It should have been over by 03:45 UTC, and is not."
    assert "tocsin eta INC-7" in spell.remedy
    never_holds(facts(incident={"eta": after(45)}, status=Status.MONITORING), Rule.ETA_PASSED)
    never_holds(facts(), Rule.ETA_PASSED)


def test_the_same_cause_again_is_said_until_it_is_closed() -> None:
    again = {"cause_category": "capacity"}
    spell = holds_from(facts(incident=again, alike=(5, 3)), Rule.SAME_CAUSE, 0)
    assert spell.text == "INC-5 and INC-3 had the same cause, capacity, in the last 90 days."
    assert "tocsin show INC-5" in spell.remedy
    never_holds(facts(incident=again, alike=(5,), status=Status.CLOSED), Rule.SAME_CAUSE)


def test_every_rule_has_a_case_here() -> None:
    source = Path(__file__).read_text()
    assert [rule.name for rule in Rule if f"Rule.{rule.name}" not in source] == []
