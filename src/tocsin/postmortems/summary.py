"""The executive summary: what happened, what ended it, and why it happened, in three sentences (PMT-1). Pure."""

from __future__ import annotations

from tocsin.incidents.causes import MEANINGS, CauseCategory
from tocsin.incidents.sentences import full_stop, joined
from tocsin.mitigation.model import Result
from tocsin.postmortems.impact import lasted
from tocsin.postmortems.record import Record
from tocsin.postmortems.spans import clock, span_words
from tocsin.postmortems.statements import Fact, Question, Statement


def summary(record: Record) -> list[Statement]:
    """Three sentences, each a fact or the question in its place."""
    return [_what(record), _end(record), _why(record)]


def _what(record: Record) -> Statement:
    declared = record.entry_of("IncidentDeclared")
    if declared is None:
        return Question("What happened, to whom, and since when?")
    incident = record.incident
    begin = incident.started_at or incident.detected_at
    verb = "began" if incident.started_at else "was detected"
    where = f" in {joined(incident.services)}" if incident.services else ""
    level = f"a {incident.severity} " if incident.severity else "an "
    title = full_stop(incident.title)
    return Fact(f"On {clock(begin)} {level}incident{where} {verb}: {title}", declared)


def _end(record: Record) -> Statement:
    resolved, span = record.entry_of("IncidentResolved"), lasted(record)
    if resolved is None or span is None:
        return Question("How did it end, and when?")
    how = record.incident.resolution or _what_helped(record)
    ended = f"It was resolved after {span_words(span)}"
    return Fact(f"{ended}: {full_stop(how)}" if how else f"{ended}.", resolved)


def _what_helped(record: Record) -> str:
    helped = [each for each in record.mitigations if each.result is Result.HELPED]
    return helped[-1].what if helped else ""


def _why(record: Record) -> Statement:
    incident = record.incident
    if incident.root_cause:
        return Fact(f"The cause: {full_stop(incident.root_cause)}", cause_entry(record))
    named = record.entry_of("CauseNamed")
    if named is not None and incident.cause_category is not None:
        meaning = MEANINGS[CauseCategory(incident.cause_category)]
        return Fact(f"The kind of cause: {incident.cause_category.replace('-', ' ')} – {meaning}.", named)
    return Question("Why did it happen, in one sentence?")


def cause_entry(record: Record) -> int | None:
    """What says what the root cause was: the last update that names it, else the resolution."""
    naming = {update.n for update in record.updates if update.root_cause == record.incident.root_cause}
    updates = [entry for entry in record.entries if entry.kind == "UpdatePosted"]
    stated = [entry.id for entry in updates if entry.stored.data.get("n") in naming]
    return stated[-1] if stated else record.entry_of("IncidentResolved")
