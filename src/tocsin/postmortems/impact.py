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
    said = {figure.name for figure in record.figures}
    asked: list[Statement] = []
    if not incident.impact:
        asked.append(Question("What could users not do, or what did they see?"))
    if not (incident.users_affected or known.keys() & {"users_affected", "users_affected_share"}):
        asked += _asked(record, Figure.USERS_AFFECTED, "How many users were affected?")
    if incident.started_at is None:
        asked.append(Question("When did the impact begin? Only its detection is known."))
    if "error_rate" not in known:
        asked += _asked(record, Figure.ERROR_RATE, "Which share of requests failed?")
    asked += _asked(record, Figure.FAILED_REQUESTS, "How many requests failed?")
    if Figure.FAILED_TRANSACTIONS in said or not known.keys() & {"revenue_per_hour", "revenue_impact"}:
        asked += _asked(record, Figure.FAILED_TRANSACTIONS, "What did it cost – failed transactions, revenue, credits?")
    asked += _asked(record, Figure.SUPPORT_TICKETS, "How many support tickets came because of it?")
    asked += _asked(record, Figure.SLA_BREACHED, "Was an SLA breached?")
    return [*asked, *_not_drawn(record)]


def _asked(record: Record, figure: Figure, question: str) -> list[Question]:
    """Nothing where the figure is said; else with why Prometheus could not say it, where it was asked."""
    if any(each.name is figure for each in record.figures):
        return []
    trouble = [
        f" Prometheus could not say it of {each.service}: {full_stop(each.trouble)}"
        for each in record.measured
        if each.figure is figure and each.trouble
    ]
    return [Question(f"{question}{''.join(trouble)}", record.entry_of("ImpactMeasured") if trouble else None)]


def _not_drawn(record: Record) -> list[Question]:
    return [
        Question(
            f"How did {each.title} of {each.service} go? There is no chart: {full_stop(each.trouble)}",
            record.entry_of("ImpactMeasured"),
        )
        for each in record.measured
        if each.figure is None and each.trouble
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
