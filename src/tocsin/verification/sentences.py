"""What verification says: on the timeline, to whoever asked, in refusals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.catalog.checks import Check, HttpCheck, ManualCheck, PromqlCheck, TcpCheck, kind_of
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import full_stop
from tocsin.kernel.durations import format_duration
from tocsin.kernel.ids import incident_ref
from tocsin.verification.model import CheckState, State, unmet_of

MOST_NAMED = 5


def ran(states: Sequence[CheckState]) -> str:
    """ "All 3 checks pass." or "1 of 3 checks does not pass. checkout/errors: It is 0.04, not below 0.01."."""
    unmet = unmet_of(states)
    total = f"{len(states)} check{'s' if len(states) != 1 else ''}"
    if not unmet:
        return f"All {total} pass." if len(states) > 1 else "The one check passes."
    verb = "does" if len(unmet) == 1 else "do"
    return f"{len(unmet)} of {total} {verb} not pass. {listed(unmet)}"


def listed(unmet: Sequence[CheckState]) -> str:
    """Each with what is wrong, the first few."""
    told = [f"{state.label}: {_why(state)}" for state in unmet[:MOST_NAMED]]
    if len(unmet) > MOST_NAMED:
        told.append(f"And {len(unmet) - MOST_NAMED} more.")
    return " ".join(full_stop(each) for each in told)


def _why(state: CheckState) -> str:
    return f"nobody has ticked it ({state.detail})" if state.state is State.TO_TICK else state.detail


def ticked(label: str, asks: str, by: str) -> str:
    return f"{by} ticked {label}: {full_stop(asks)}"


def tick_taken(label: str, asks: str, by: str) -> str:
    return f"{by} took the tick of {label} back: it has to be looked at again. {full_stop(asks)}"


def added(check: Check, by: str) -> str:
    """ "@alice added the check health: https://x.example.com/ answers in less than 300ms."."""
    return f"{by} added the check {check.name}: {full_stop(asked_of(check))}"


def removed(name: str, by: str) -> str:
    return f"{by} removed the check {name}, which had been added to this incident."


def asked_of(check: Check) -> str:
    """What has to be true, of those that people add."""
    subject = subject_of(check)
    match check:
        case HttpCheck():
            return f"{subject} answers{_in_time(check)}"
        case TcpCheck():
            return f"{subject} takes connections"
        case PromqlCheck():
            return f"{subject} is as it should be"
        case _:
            return subject


def subject_of(check: Check) -> str:
    """What it looks at, of those that people add."""
    match check:
        case HttpCheck():
            return check.url
        case TcpCheck():
            return f"{check.host}:{check.port}"
        case PromqlCheck():
            return check.query
        case ManualCheck():
            return check.asks
        case _:
            return kind_of(check)


def _in_time(check: HttpCheck) -> str:
    if check.latency_below is None:
        return ""
    slo = ", as its SLO promises" if check.within_slo else ""
    return f" in less than {check.latency_below // timedelta(milliseconds=1)} ms{slo}"


def checking(by: str) -> str:
    return f"{by} asks to resolve it: the checks are being run."


def awaited(by: str, ends_at: datetime) -> str:
    """To be read by whoever asked, and in the room."""
    return f"The checks pass. Resolves at {ends_at:%H:%M} UTC if it stays healthy, as {by} asked."


def refused(by: str, unmet: Sequence[CheckState]) -> str:
    return f"Not resolved, as {by} asked: {listed(unmet)}"


def not_resolved(incident: Incident, unmet: Sequence[CheckState]) -> str:
    """The refusal itself."""
    return f"{incident_ref(incident.number)} is not resolved. {listed(unmet)}"


def what_to_do(incident: Incident) -> str:
    ref = incident_ref(incident.number)
    return (
        f"Put these right and ask again; tocsin check {ref} shows them, --tick NAME ticks what only you can see. "
        f"To resolve in spite of them: tocsin resolve {ref} --override --why TEXT."
    )


def overridden(by: str, unmet: Sequence[CheckState], left: timedelta, reason: str) -> str:
    """What was not met, and why somebody went past it."""
    missing = [listed(unmet)] if unmet else []
    if left > timedelta(0):
        missing.append(f"Its stability window had {format_duration(max(left, timedelta(seconds=1)))} to go.")
    return f"{by} overrides the checks, because: {full_stop(reason)} {' '.join(missing)}".rstrip()


def got_bad(unmet: Sequence[CheckState]) -> str:
    """Why it is not resolved after all, inside its window (RES-2)."""
    return f"Inside the stability window: {listed(unmet)}"


def relapsed(unmet: Sequence[CheckState]) -> str:
    return f"Relapse. {got_bad(unmet)} Back to investigating."


def called_off(by: str, why: str) -> str:
    return f"It does not resolve by itself, as {by} asked: {full_stop(why)}"


def stayed_healthy(since: datetime) -> str:
    return f"It has stayed healthy since {since:%H:%M} UTC"


def ref_of(incident: Incident) -> str:
    return incident_ref(incident.number)


def resolve_first(incident: Incident) -> str:
    """What `close` needs of an incident that is still open."""
    ref = incident_ref(incident.number)
    return f"First: tocsin resolve {ref}; once it is resolved, close it. To end it now: add --override --why TEXT."
