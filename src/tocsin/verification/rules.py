"""Which checks an incident asks for, how each stands, and what follows for whoever wants it resolved. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from tocsin.catalog.checks import Check, CommandCheck, ManualCheck, PromqlCheck, SqlCheck, kind_of
from tocsin.catalog.model import Service
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.errors import Invalid, Refused
from tocsin.verification.model import ALERTS, OWN, CheckState, Result, Standing, State, Wanted

FRESH_FOR = timedelta(minutes=1)
"""Results that are older are made anew before anybody resolves by them (RES-1)."""

LOOK_EVERY = timedelta(minutes=5)
"""Inside a stability window the checks run again in this beat, and at its end (RES-2)."""


MOST_OWN = 20
"""Checks that people add to one incident."""


def wanted_checks(services: Mapping[str, Service], names: Sequence[str], own: Sequence[Check]) -> list[Wanted]:
    """What people have added to the incident, the checks of its services, then of everything that these depend on. What
    only a person can see is asked of the incident's own services alone."""
    added = [Wanted(OWN, check) for check in own]
    direct = [Wanted(name, check) for name in names if name in services for check in services[name].checks]
    return [*added, *direct] + [
        Wanted(name, check)
        for name in _dependencies(services, names)
        for check in services[name].checks
        if not isinstance(check, ManualCheck)
    ]


def _dependencies(services: Mapping[str, Service], names: Sequence[str]) -> Iterator[str]:
    """Nearest first, each once, without those that nobody knows."""
    seen, front = {*names}, list(names)
    while front:
        needed = [each for name in front if name in services for each in services[name].depends_on]
        front = [each for each in dict.fromkeys(needed) if each not in seen and each in services]
        seen.update(front)
        yield from front


def states_of(wanted: Sequence[Wanted], results: Sequence[Result], is_firing: bool) -> list[CheckState]:
    """Every check with its last result; first the one that each incident has: none of its alerts fires."""
    known = {(result.service, result.name): result for result in results}
    return [alerts_state(is_firing), *(_state_of(each, known.get(each.key)) for each in wanted)]


def alerts_state(is_firing: bool) -> CheckState:
    return CheckState(
        name=ALERTS,
        kind=ALERTS,
        service=None,
        state=State.FAILING if is_firing else State.PASSING,
        detail="An attached alert fires." if is_firing else "No attached alert fires.",
        remedy="Put right what it reports, or silence it if it is wrong." if is_firing else "",
    )


def _state_of(wanted: Wanted, result: Result | None) -> CheckState:
    check = wanted.check
    is_manual = isinstance(check, ManualCheck)
    if result is None:
        state, remedy = (State.TO_TICK, "Look, and tick it.") if is_manual else (State.UNKNOWN, "Run the checks.")
    elif is_manual:
        state, remedy = State.TICKED, ""
    else:
        state, remedy = (
            (State.PASSING, "") if result.is_good else (State.FAILING, "Put it right, and run the checks again.")
        )
    detail = check.asks if isinstance(check, ManualCheck) else result.detail if result else "It has not been run yet."
    return CheckState(
        name=check.name,
        kind=kind_of(check),
        service=wanted.service or None,
        is_own=wanted.service == OWN,
        state=state,
        detail=detail,
        remedy=remedy,
        at=result.at if result else None,
        by=result.by if result else None,
    )


def is_any_automatic(wanted: Sequence[Wanted]) -> bool:
    """Whether there is anything that a worker can look at."""
    return not all(isinstance(each.check, ManualCheck) for each in wanted)


def has_to_run(now: Standing, at: datetime) -> bool:
    """Whether there is anything to run, and what is known of it is not fresh or not all of it."""
    if not is_any_automatic(now.wanted):
        return False
    if any(state.state is State.UNKNOWN for state in now.states):
        return True
    return now.run is None or now.run.ended_at is None or now.run.ended_at < at - FRESH_FOR


def is_certain(state: CheckState) -> bool:
    """Whether a run would not change it: alerts and ticks."""
    return state.kind in (ALERTS, "manual")


def window_of(profile: Profile, level: Level | None) -> timedelta:
    """The level's stability window; what nobody has classified is never taken for harmless."""
    return (level or profile.of_rank(1)).stability_window


def window_end(incident: Incident, window: timedelta, now: datetime) -> datetime:
    """When it has stayed healthy long enough: from its mitigation on, from now if it is not mitigated yet."""
    is_monitored = incident.status is Status.MONITORING and incident.mitigated_at is not None
    return (incident.mitigated_at or now) + window if is_monitored else now + window


def next_look_at(wanted: Sequence[Wanted], ends_at: datetime, now: datetime) -> datetime:
    """The next instant inside a window at which something can turn out bad that no alert tells."""
    return min(now + LOOK_EVERY, ends_at) if is_any_automatic(wanted) else ends_at


def check_addition(check: Check, known: Sequence[Check]) -> None:
    """Whether people may add this to an incident that has `known` added already. Raises Invalid, Refused.

    What runs a program or reads a secret is the operator's: it stands in the configuration only (MIT-4).
    """
    if isinstance(check, CommandCheck | SqlCheck):
        raise Invalid(
            f"A {kind_of(check)} check runs with the operator's rights.",
            "Write it in the configuration, at the service; here: http, promql, tcp or manual.",
            field=kind_of(check),
        )
    if isinstance(check, PromqlCheck) and check.prometheus is not None:
        raise Invalid(
            "Which Prometheus is asked stands in the configuration.",
            "Leave `prometheus` away: organisation.prometheus is asked.",
            field="prometheus",
        )
    if check.name == ALERTS or check.name in {each.name for each in known}:
        raise Refused(
            f"The incident has a check {check.name!r} already.", "Give this one a name of its own.", field="name"
        )
    if len(known) >= MOST_OWN:
        raise Refused(f"The incident has {MOST_OWN} checks of its own.", "Remove one that says nothing any more.")
