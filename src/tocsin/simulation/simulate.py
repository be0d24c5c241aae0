"""One question, one answer: what would happen if this alert came at this time and nobody answered (PAG-8)."""

from collections.abc import Sequence

import msgspec

from tocsin.delivery.model import Urgency
from tocsin.incidents.model import DetectionSource
from tocsin.incidents.sentences import joined
from tocsin.kernel.errors import NotFound
from tocsin.paging.messages import duration
from tocsin.simulation.climbing import Case
from tocsin.simulation.model import BESIDE, Call, Heard, Line, Outcome, Question
from tocsin.simulation.setup import Setup
from tocsin.simulation.stage import Stage

NEVER_PAGED = frozenset({"AlertsHeld", "AlertsDropped"})


def simulate(setup: Setup, question: Question) -> Outcome:
    """Raises Invalid for a question about nothing or two things, NotFound for a name that the setup does not have."""
    question.check()
    _check_names(setup, question)
    stage = Stage(setup, question.at)
    came_by = question.integration or ""
    stage.play(Heard(at=question.at, labels=labels, integration=came_by) for labels in question.firing)
    known = len(stage.climbing.lines), len(stage.climbing.calls)
    if question.labels:
        heard = Heard(at=question.at, labels=question.labels, integration=came_by)
        stage.play([heard])
        stage.run_out()
        case = stage.alerting.find_case(came_by, heard.as_signal().identity)
    else:
        case = _declare(stage, setup, question)
        stage.run_out()
    number = case.incident.number if case is not None else None
    lines, calls = _about(number, stage.climbing.lines[known[0] :], stage.climbing.calls)
    return Outcome(at=question.at, summary=_summary(question, lines, calls), lines=tuple(lines), calls=tuple(calls))


def _declare(stage: Stage, setup: Setup, question: Question) -> Case:
    return stage.cases.declare(
        title=f"What if {question.service or question.policy} fails",
        severity=setup.profile.level(question.severity).name if question.severity else None,
        service=question.service,
        urgency=Urgency.HIGH,
        policy=question.policy,
        source=DetectionSource.TEAM_MEMBER,
    )


def _about(number: int | None, lines: Sequence[Line], calls: Sequence[Call]) -> tuple[list[Line], list[Call]]:
    """Only what the question is about: what fires already has a story of its own."""
    told: list[Line] = []
    called: list[Call] = []
    for line in lines:
        if line.incident not in (None, number):
            continue
        mine = tuple(range(len(called), len(called) + len(line.calls)))
        told.append(msgspec.structs.replace(line, calls=mine))
        called += [calls[place] for place in line.calls]
    return told, called


def _summary(question: Question, lines: Sequence[Line], calls: Sequence[Call]) -> str:
    """ "Called: alice at once, then bob and carol after 5 minutes."."""
    calls = [call for call in calls if call.label != BESIDE]
    if not calls:
        why = next((line.sentence for line in lines if line.kind in NEVER_PAGED), "nobody can be reached")
        return f"Nobody is called: {why}."
    rungs: dict[float, list[str]] = {}
    for call in calls:
        rungs.setdefault((call.at - question.at).total_seconds(), []).append(call.person)
    told: list[str] = []
    for call in calls:
        people = rungs.pop((call.at - question.at).total_seconds(), None)
        if people is not None:
            when = "at once" if call.at == question.at else f"after {duration(question.at, call.at)}"
            told.append(f"{joined(list(dict.fromkeys(people)))} {when}")
    low = " Low urgency: it wakes nobody." if all(call.urgency == Urgency.LOW for call in calls) else ""
    return f"Called: {', then '.join(told)}.{low}"


def _check_names(setup: Setup, question: Question) -> None:
    _check("service", question.service, sorted(setup.services))
    _check("policy", question.policy, sorted(setup.policies))
    _check("integration", question.integration, sorted(setup.integrations))
    if question.severity is not None:
        setup.profile.level(question.severity)


def _check(what: str, name: str | None, known: Sequence[str]) -> None:
    if name is not None and name not in known:
        raise NotFound(f"There is no {what} {name!r}.", f"There is: {', '.join(known) or 'none'}.", field=what)
