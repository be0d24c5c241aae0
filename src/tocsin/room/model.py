"""What is known of an incident when everything is seen together, and what a look at it says. Values only."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.catalog.facts import Facts
from tocsin.catalog.severity import Level
from tocsin.comms.model import Update
from tocsin.incidents.model import EntryType, Incident, Status, TeamSize
from tocsin.incidents.roles import Holding, RoleName, commander_of, team_size_of
from tocsin.incidents.task_model import Task
from tocsin.mitigation.model import Mitigation
from tocsin.verification.model import ALERTS, Attempt, CheckState, Run


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wrote on the timeline, as it reads by now; `by` as they are called, "alice", `type` of WAR-2."""

    id: int
    at: datetime
    by: str
    type: str
    text: str


class ToldBeside(msgspec.Struct, frozen=True):
    """A rule of the severity profile was followed or dropped; `users` is empty when nobody could be told."""

    at: datetime
    users: tuple[str, ...]
    is_dropped: bool


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as its records tell it. `level` is None when nobody has classified it, or by a former profile.

    `counted_from` is when it was declared or last came back, `graded_at` when its level was last changed,
    `investigating_since` when somebody took it up, None: nobody has. `told_beside` is by the target of the rule.
    `commander_left_at` is when the last commander gave the role back. `known` is what is known of the impact.
    `last_run` of its checks, and the latest `attempt` to resolve it, are None when there was none.
    `alike` are the numbers of earlier incidents of its services with the same cause, the latest first.
    """

    incident: Incident
    level: Level | None
    counted_from: datetime
    graded_at: datetime
    investigating_since: datetime | None
    written: tuple[Written, ...]
    told_beside: Mapping[str, ToldBeside]
    holdings: tuple[Holding, ...]
    commander_left_at: datetime | None
    known: Facts
    mitigations: tuple[Mitigation, ...]
    checks: tuple[CheckState, ...]
    last_run: Run | None = None
    attempt: Attempt | None = None
    updates: tuple[Update, ...]
    next_update_at: datetime | None
    tasks: tuple[Task, ...]
    alike: tuple[int, ...]

    @property
    def is_worked_on(self) -> bool:
        """Neither over nor quiet: people have to act."""
        return self.incident.is_open and self.incident.status is not Status.MONITORING

    @property
    def is_top(self) -> bool:
        return self.level is not None and self.level.is_top

    @property
    def has_team(self) -> bool:
        """Two people or more work on it, or shall."""
        return team_size_of(self.incident, self.level) is not TeamSize.SOLO

    @property
    def commander(self) -> str | None:
        return commander_of(self.holdings)

    @property
    def commander_since(self) -> datetime:
        """When whoever commands took it; the declaration while nobody does."""
        since = [each.since for each in self.holdings if each.holds and each.role is RoleName.COMMANDER]
        return since[0] if since else self.counted_from

    @property
    def open_questions(self) -> tuple[Written, ...]:
        """Questions without an answer: each answer is to the oldest that is open."""
        waiting: list[Written] = []
        for entry in self.written:
            if entry.type == EntryType.QUESTION:
                waiting.append(entry)
            elif entry.type == EntryType.ANSWER and waiting:
                waiting.pop(0)
        return tuple(waiting)

    @property
    def has_cleared(self) -> bool:
        """No alert of it fires."""
        return all(check.is_met for check in self.checks if check.service is None and check.name == ALERTS)


class Rule(StrEnum):
    """The well-known mistakes that are watched for (GRD-1)."""

    SEVERITY_NOT_SET = "severity-not-set"
    NOBODY_COMMANDS = "nobody-commands"
    STAGE_OVERDUE = "stage-overdue"
    COMMANDER_MITIGATES = "commander-mitigates"
    COMMANDER_WRITES = "commander-writes-most-updates"
    SECOND_ROLE = "second-role"
    NOTHING_SHARED = "nothing-shared"
    ESCALATION_NOT_DONE = "escalation-not-done"
    TWO_CHANGES = "two-changes-at-once"
    NO_DRY_RUN = "no-dry-run"
    CHANGE_NOT_RECORDED = "change-not-recorded"
    NO_MITIGATION = "no-mitigation"
    UPDATE_OVERDUE = "update-overdue"
    ETA_PASSED = "eta-passed"
    NO_LAST_WORD = "no-last-word"
    BLAME = "blame"
    RESOLVED_EARLY = "resolved-early"
    POSTMORTEM_OVERDUE = "postmortem-overdue"
    TASKS_IGNORED = "tasks-ignored"
    SAME_CAUSE = "same-cause-again"


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """A rule is broken from `since` until `until` – None: until the facts change. `occurrence` names this one time.

    `text` says what is wrong, `remedy` what mends it, both in whole sentences.
    """

    rule: Rule
    occurrence: str
    since: datetime
    until: datetime | None = None
    text: str
    remedy: str

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


class Look(msgspec.Struct, frozen=True):
    """What is wrong at this instant, and the next one at which that changes by itself; None: only facts change it."""

    findings: tuple[Spell, ...]
    next_at: datetime | None
