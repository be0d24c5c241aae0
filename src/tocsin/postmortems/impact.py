"""What the incident cost (PMT-3): how long it took, whom and what it hit, as far as the record knows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tocsin.catalog.facts import words_of
from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE, definition
from tocsin.incidents.sentences import full_stop, joined
from tocsin.postmortems.assessing import durations_of, mitigation_entry
from tocsin.postmortems.cost import cost
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.record import Record
from tocsin.postmortems.spans import span_words
from tocsin.postmortems.statements import Fact, Question, Statement


def impact(record: Record) -> list[Statement]:
    """Durations first, then what is known of users and money, then what is not known."""
    return [*_what(record), *_known(record), *cost(record), *_unknown(record)]


def lasted(record: Record) -> timedelta | None:
    """From the start of the impact, or its detection where nobody has said when it began, to the resolution."""
    incident = record.incident
    return incident.resolved_at - (incident.started_at or incident.detected_at) if incident.resolved_at else None


def lasted_in_words(record: Record) -> str:
    """ "47 minutes, from detection to resolution"; empty while it lasts."""
    span = lasted(record)
    begin = "start" if record.incident.started_at else "detection"
    return f"{span_words(span)}, from {begin} to resolution" if span is not None else ""


def _what(record: Record) -> list[Statement]:
    incident, declared = record.incident, record.entry_of("IncidentDeclared")
    told: list[Statement] = []
    if incident.impact:
        told.append(Fact(full_stop(incident.impact), declared))
    if incident.services:
        plural = "s" if len(incident.services) > 1 else ""
        told.append(Fact(f"Service{plural} affected: {joined(incident.services)}.", declared))
    if words := lasted_in_words(record):
        told.append(Fact(f"It lasted {words}.", record.entry_of("IncidentResolved")))
    return [*told, *_durations(record)]


def _durations(record: Record) -> Iterator[Fact]:
    """ "Time to detect (MTTD): 3 min." – each as the metrics define it, and none that cannot be said."""
    took = durations_of(record)
    for measure, span, entry in (
        (DETECT, took.detect, record.entry_of("IncidentDeclared")),
        (ACKNOWLEDGE, took.acknowledge, record.entry_of("IncidentAcknowledged")),
        (MITIGATE, took.mitigate, mitigation_entry(record)),
        (RESOLVE, took.resolve, record.entry_of("IncidentResolved")),
    ):
        if span is not None:
            defined = definition(measure, record.mttr_from)
            words = _sentence(defined.words.partition(":")[0])
            yield Fact(f"{words} ({defined.name}): {span_words(span)}.", entry)


def _known(record: Record) -> list[Statement]:
    source = record.entry_of("FactsLearnt") or record.entry_of("IncidentDeclared")
    told: list[Statement] = []
    users = record.incident.users_affected
    if users and "users_affected" not in record.known:
        told.append(Fact(f"{_sentence(words_of('users_affected', users))}: {users}.", source))
    told += [
        Fact(f"{_sentence(words_of(name, value))}: {value}.", source) for name, value in sorted(record.known.items())
    ]
    return told


def _unknown(record: Record) -> list[Statement]:
    incident, known = record.incident, record.known
    asked: list[Statement] = []
    if not incident.impact:
        asked.append(Question("What could users not do, or what did they see?"))
    if not (incident.users_affected or known.keys() & {"users_affected", "users_affected_share"}):
        asked.append(Question("How many users were affected?"))
    if incident.started_at is None:
        asked.append(Question("When did the impact begin? Only its detection is known."))
    if "error_rate" not in known:
        asked.append(Question("Which share of requests failed?"))
    said = {figure.name for figure in record.figures}
    if Figure.FAILED_REQUESTS not in said:
        asked.append(Question("How many requests failed?"))
    if Figure.FAILED_TRANSACTIONS not in said and not known.keys() & {"revenue_per_hour", "revenue_impact"}:
        asked.append(Question("What did it cost – failed transactions, revenue, credits?"))
    if Figure.SUPPORT_TICKETS not in said:
        asked.append(Question("How many support tickets came because of it?"))
    if Figure.SLA_BREACHED not in said:
        asked.append(Question("Was an SLA breached?"))
    return asked


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
