"""What went well and what went poorly, seeded from measured facts against the targets of the level (PMT-1). Pure.

Only what was measured is judged, and only what the team can change: a system, a process, a tool – never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tocsin.catalog.severity import Level
from tocsin.incidents import measures
from tocsin.incidents.model import DetectionSource
from tocsin.mitigation.model import Mitigation, Result
from tocsin.paging.model import PageState
from tocsin.postmortems.record import Record
from tocsin.postmortems.spans import clock, span_words
from tocsin.postmortems.statements import Fact, Question, Statement
from tocsin.postmortems.telling import without_names
from tocsin.room.model import Rule


class Verdict(StrEnum):
    WELL = "well"
    POORLY = "poorly"


class Judged(NamedTuple):
    verdict: Verdict
    fact: Fact


WELL, POORLY = Verdict.WELL, Verdict.POORLY

_NOTICED = {
    DetectionSource.MONITORING_ALERT: "An alert found it.",
    DetectionSource.HEALTH_CHECK: "A health check found it.",
    DetectionSource.HEARTBEAT_MISSED: "A missed heartbeat found it.",
}
_TOLD_US = {
    DetectionSource.CUSTOMER_REPORT: "A customer told us; no alert found it.",
    DetectionSource.SUPPORT_TICKET: "A support ticket told us; no alert found it.",
    DetectionSource.SOCIAL_MEDIA: "People wrote about it in public; no alert found it.",
}
_SAID_AS_IT_IS = ("IncidentRelapsed", "IncidentReopened", "EscalationExhausted", "ResolutionOverridden")
"""Entries whose own sentence says what went poorly."""
_OF_THE_PROCESS = (
    Rule.SEVERITY_NOT_SET,
    Rule.NOBODY_COMMANDS,
    Rule.STAGE_OVERDUE,
    Rule.NOTHING_SHARED,
    Rule.ESCALATION_NOT_DONE,
    Rule.TWO_CHANGES,
    Rule.NO_DRY_RUN,
    Rule.CHANGE_NOT_RECORDED,
    Rule.NO_LAST_WORD,
    Rule.RESOLVED_EARLY,
    Rule.ETA_PASSED,
)
"""Guard rails that speak of how the work was organised; those that speak of single people are left out."""


def went_well(record: Record) -> list[Statement]:
    return [*_of(WELL, record), Question("What else went well, and should stay so?")]


def went_poorly(record: Record) -> list[Statement]:
    return [*_of(POORLY, record), Question("What else went poorly, and what in the way we work made it so?")]


def judge(record: Record) -> list[Judged]:
    """Everything that was measured, in the order in which an incident goes."""
    return [each for rule in RULES for each in rule(record)]


def durations_of(record: Record) -> measures.Durations:
    """How long each part took; an acknowledgement counts when a person gave it."""
    incident = record.incident
    by_person = (incident.acknowledged_by or "").startswith("@")
    instants = measures.Instants(
        incident.started_at,
        incident.detected_at,
        incident.acknowledged_at if by_person else None,
        incident.mitigated_at,
        incident.resolved_at,
    )
    return measures.durations(instants, record.mttr_from)


def mitigation_entry(record: Record) -> int | None:
    """What says when the impact was reduced: it was monitored from there, or it was over at once."""
    return record.entry_of("AlertsCleared", "StatusChanged") or record.entry_of("IncidentResolved")


def _of(verdict: Verdict, record: Record) -> Iterator[Fact]:
    return (each.fact for each in judge(record) if each.verdict is verdict)


def _detection(record: Record) -> Iterator[Judged]:
    declared = record.entry_of("IncidentDeclared")
    source = record.incident.source
    if declared is not None and source in _NOTICED:
        yield Judged(WELL, Fact(_NOTICED[source], declared))
    if declared is not None and source in _TOLD_US:
        yield Judged(POORLY, Fact(_TOLD_US[source], declared))


def _targets(record: Record) -> Iterator[Judged]:
    """ "Detected in 3 min; the goal is 5 min." """
    if record.level is None:
        return
    took, goals = durations_of(record), record.level.targets
    for verb, span, goal, entry in (
        ("Detected", took.detect, goals.mttd, record.entry_of("IncidentDeclared")),
        ("Acknowledged", took.acknowledge, goals.mtta, record.entry_of("IncidentAcknowledged")),
        ("Mitigated", took.mitigate, goals.mttm, mitigation_entry(record)),
        ("Resolved", took.resolve, goals.mttr, record.entry_of("IncidentResolved")),
    ):
        if span is not None and entry is not None:
            yield _against(verb, span, goal, record.level, entry)


def _against(verb: str, span: timedelta, goal: timedelta, level: Level, entry: int) -> Judged:
    is_in_time = span <= goal
    how = f"{verb} {'in' if is_in_time else 'after'} {span_words(span)}"
    told = f"{how}; the goal of a {level.name} is {span_words(goal)}."
    return Judged(WELL if is_in_time else POORLY, Fact(told, entry))


def _pages(record: Record) -> Iterator[Judged]:
    unreached = [page for page in record.pages if page.state is PageState.UNREACHED]
    if unreached:
        told = "1 page reached nobody" if len(unreached) == 1 else f"{len(unreached)} pages reached nobody"
        yield Judged(POORLY, Fact(f"{told}: every way to who was called failed."))


def _mitigations(record: Record) -> Iterator[Judged]:
    for each in record.mitigations:
        if each.result is None or each.ended_at is None:
            continue
        took = span_words(each.ended_at - each.started_at)
        entry = record.entry_about("n", each.n, "MitigationFinished", "MitigationMadeWorse")
        verdict = WELL if each.result is Result.HELPED else POORLY
        yield Judged(verdict, Fact(_result(each, each.result, took), entry))


def _result(mitigation: Mitigation, result: Result, took: str) -> str:
    what = f"“{mitigation.what.strip().rstrip('.')}”"
    if result is Result.HELPED:
        return f"{what} helped, {took} after it was begun."
    return f"{what} {result.words}, and took {took}."


def _updates(record: Record) -> Iterator[Judged]:
    """How late each update was that was not there in time, and how many never came; all in time is worth keeping."""
    missed = [
        (datetime.fromisoformat(str(entry.stored.data["due_at"])), entry.id)
        for entry in record.entries
        if entry.kind == "UpdateOverdue"
    ]
    if record.updates and not missed:
        count = "The update" if len(record.updates) == 1 else f"All {len(record.updates)} updates"
        yield Judged(WELL, Fact(f"{count} came in time.", record.entry_of("UpdatePosted")))
    last = max((update.at for update in record.updates), default=None)
    for due_at, entry in missed:
        if last is not None and due_at <= last:
            posted = min(update.at for update in record.updates if update.at >= due_at)
            told = f"The update that was due at {clock(due_at)} came {span_words(posted - due_at)} late."
            yield Judged(POORLY, Fact(told, entry))
    yield from _never_came([each for each in missed if last is None or each[0] > last])


def _never_came(missed: Sequence[tuple[datetime, int]]) -> Iterator[Judged]:
    """By when each was due, and what says so: one sentence for all of them."""
    if not missed:
        return
    (first, entry), (last, _) = missed[0], missed[-1]
    told = f"The update that was due at {clock(first)} never came."
    if len(missed) > 1:
        told = f"{len(missed)} updates never came: the first was due at {clock(first)}, the last at {clock(last)}."
    yield Judged(POORLY, Fact(told, entry))


def _said_by_the_record(record: Record) -> Iterator[Judged]:
    for entry in record.entries:
        if entry.kind in _SAID_AS_IT_IS:
            yield Judged(POORLY, Fact(without_names(entry.text, record.holdings), entry.id))


def _guard_rails(record: Record) -> Iterator[Judged]:
    """Each once, however often it was raised."""
    for rule in _OF_THE_PROCESS:
        found = next((each for each in record.findings if each.rule == rule), None)
        if found is not None:
            entry = record.entry_about("rule", rule.value, "FindingRaised")
            yield Judged(POORLY, Fact(without_names(found.text, record.holdings), entry))


RULES: Iterable[Callable[[Record], Iterator[Judged]]] = (
    _detection,
    _targets,
    _pages,
    _mitigations,
    _updates,
    _said_by_the_record,
    _guard_rails,
)
