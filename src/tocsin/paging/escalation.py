"""Whom to call next, when, and why: the ladder of PAG-1 as a pure function of policy, position, answers and now.

Production, `explain` and `simulate` climb by these rules. What a target means at an instant comes in as answers;
how a person is reached is `delivery`'s. No store, no clock.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tocsin.delivery.model import Urgency
from tocsin.paging.model import (
    BESIDE,
    BY_NAME,
    NO_TICKET,
    POSTPONED,
    Answer,
    Call,
    Decision,
    LeftOut,
    Person,
    Policy,
    Position,
    RunState,
    Skipped,
    Target,
)

Answers = Mapping[Target, Answer]
START = Position(0, 0)
ADMINISTRATORS = "the administrators"
OFF_THE_LADDER = {
    BY_NAME: "by name",
    BESIDE: "asked to help",
    POSTPONED: "postponed",
    NO_TICKET: "in place of a ticket",
}


class Rung(Struct, frozen=True):
    """One stop of the climb; `wait` None is the last resort, after which nothing follows."""

    position: Position
    targets: tuple[Target, ...]
    wait: timedelta | None
    label: str


def first_step(policy: Policy, urgency: Urgency, answers: Answers, now: datetime, because: str) -> Decision:
    """Where a run begins: the first rung that reaches somebody."""
    return _climb(policy, START, urgency, answers, now, because)


def next_step(
    policy: Policy, after: Position, urgency: Urgency, answers: Answers, now: datetime, because: str
) -> Decision:
    """What follows the rung at `after`: the next one that reaches somebody, or the end of the ladder.

    `because` says why we climb: "nobody acknowledged within 5 minutes", "every channel of bob failed".
    """
    return _climb(policy, following(policy, after), urgency, answers, now, because)


def by_name(
    policy: Policy | None, targets: tuple[Target, ...], urgency: Urgency, answers: Answers, now: datetime, because: str
) -> Decision:
    """Whom a person has named, waited for as long as for the first step, which follows. `policy` None: nothing does.

    `calls` is empty when nobody of them can be called.
    """
    wait = policy.steps[0].wait if policy else None
    rung = Rung(Position(0, BY_NAME), targets, wait, OFF_THE_LADDER[BY_NAME])
    calls, left_out = whom_to_call(rung, answers)
    return _call(rung, calls, list(left_out), [], urgency, now, because)


def postponed(until: datetime, because: str) -> Decision:
    """Nobody is called yet; the ladder begins at `until`."""
    return Decision(
        state=RunState.RUNNING,
        position=Position(0, POSTPONED),
        label=OFF_THE_LADDER[POSTPONED],
        calls=(),
        left_out=(),
        skipped=(),
        next_at=until,
        reason=because,
    )


def instead_of_a_ticket(targets: tuple[Target, ...], answers: Answers, because: str) -> Decision:
    """The owning team, told once; `calls` is empty when nobody of it can be."""
    rung = Rung(Position(0, NO_TICKET), targets, None, OFF_THE_LADDER[NO_TICKET])
    calls, left_out = whom_to_call(rung, answers)
    return Decision(
        state=RunState.TOLD,
        position=rung.position,
        label=rung.label,
        calls=calls,
        left_out=left_out,
        skipped=(),
        next_at=None,
        reason=because,
    )


def following(policy: Policy, at: Position) -> Position:
    """The next place on the ladder; one past the last step of the last round is the last resort."""
    if at.step < 0:
        return Position(at.round, 0)
    if at.step + 1 < len(policy.steps) or at.round >= policy.repeat:
        return Position(at.round, at.step + 1)
    return Position(at.round + 1, 0)


def rungs(policy: Policy) -> Iterator[Rung]:
    """The whole ladder in order, every round of it, then the last resort if there is one."""
    for round_ in range(policy.repeat + 1):
        for index, step in enumerate(policy.steps):
            position = Position(round_, index)
            yield Rung(position, step.notify, step.wait, label_of(policy, position))
    if policy.last_resort:
        position = Position(policy.repeat, len(policy.steps))
        yield Rung(position, policy.last_resort, None, label_of(policy, position))


def targets_at(policy: Policy, at: Position) -> frozenset[Target]:
    """What the rung at a place names; empty past the end."""
    return frozenset(target for rung in rungs(policy) if rung.position == at for target in rung.targets)


def label_of(policy: Policy, at: Position) -> str:
    """ "step 2 of 2", "step 1 of 2 (round 2)", "the last resort", "by name"."""
    if at.step in OFF_THE_LADDER:
        return OFF_THE_LADDER[at.step]
    if at.step >= len(policy.steps):
        return "the last resort"
    label = f"step {at.step + 1} of {len(policy.steps)}"
    return f"{label} (round {at.round + 1})" if at.round else label


def _climb(
    policy: Policy, start: Position, urgency: Urgency, answers: Answers, now: datetime, because: str
) -> Decision:
    """The first rung from `start` on that reaches somebody; those that reach nobody are passed at once, and named."""
    skipped: list[Skipped] = []
    left_out: list[LeftOut] = []
    empty_steps: set[int] = set()
    for rung in rungs(policy):
        if rung.position < start or rung.position.step in empty_steps:
            continue
        calls, missing = whom_to_call(rung, answers)
        left_out += [person for person in missing if person not in left_out]
        if calls:
            return _call(rung, calls, left_out, skipped, urgency, now, because)
        # A rung that is empty now is empty in each later round of this very instant: it is said once.
        empty_steps.add(rung.position.step)
        skipped.append(Skipped(position=rung.position, label=rung.label, why=_why_nobody(rung, answers)))
    return replace(at_the_end(policy, because), left_out=tuple(left_out), skipped=tuple(skipped))


def _call(
    rung: Rung,
    calls: tuple[Call, ...],
    left_out: list[LeftOut],
    skipped: list[Skipped],
    urgency: Urgency,
    now: datetime,
    because: str,
) -> Decision:
    if urgency is Urgency.LOW:
        state, next_at = RunState.TOLD, None
    elif rung.wait is None:
        state, next_at = RunState.EXHAUSTED, None
    else:
        state, next_at = RunState.RUNNING, now + rung.wait
    return Decision(
        state=state,
        position=rung.position,
        label=rung.label,
        calls=calls,
        left_out=tuple(left_out),
        skipped=tuple(skipped),
        next_at=next_at,
        reason=because,
    )


def whom_to_call(rung: Rung, answers: Answers) -> tuple[tuple[Call, ...], tuple[LeftOut, ...]]:
    """Whom the rung can call, once each by the first target that names them, and whom it names but cannot call."""
    calls: dict[str, Call] = {}
    left_out: list[LeftOut] = []
    for target in rung.targets:
        answer = answers[target]
        left_out += answer.left_out
        for person in answer.people:
            calls.setdefault(person.name, Call(person=person, target=str(target), why=answer.why))
    return tuple(calls.values()), tuple(left_out)


def _why_nobody(rung: Rung, answers: Answers) -> str:
    """ "nobody is on call in payments-primary; bob is disabled"."""
    reasons: list[str] = []
    for target in rung.targets:
        answer = answers[target]
        reasons += [f"{out.name} {out.why}" for out in answer.left_out] or [answer.why]
    return "; ".join(dict.fromkeys(reasons)) or "it names nobody"


def nobody_answered(policy: Policy, at: Position) -> str:
    """Why a timer climbs: "nobody acknowledged within 5 minutes"."""
    if at.step == POSTPONED:
        return "it was held until now"
    waited = policy.steps[max(at.step, 0)].wait if at.step < len(policy.steps) else timedelta()
    return f"nobody acknowledged within {in_words(waited)}"


def in_words(wait: timedelta) -> str:
    """ "5 minutes", "90 seconds", "2 hours": a wait as a policy means it."""
    seconds = int(wait.total_seconds())
    for size, noun in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0 and seconds >= size:
            count = seconds // size
            return f"1 {noun}" if count == 1 else f"{count} {noun}s"
    return "0 seconds"


def at_the_end(policy: Policy | None, because: str) -> Decision:
    """Nobody is left to call: the place after the last resort, or that of a ladder that does not exist."""
    return Decision(
        state=RunState.EXHAUSTED,
        position=Position(policy.repeat, len(policy.steps) + 1) if policy else START,
        label="the end of the ladder",
        calls=(),
        left_out=(),
        skipped=(),
        next_at=None,
        reason=because,
    )


def instead(decision: Decision, people: tuple[Person, ...]) -> Decision:
    """The administrators in place of a ladder that reached nobody."""
    calls = tuple(
        Call(person=person, target=ADMINISTRATORS, why="administrator, since the escalation reached nobody")
        for person in people
    )
    return replace(decision, calls=calls, label=ADMINISTRATORS)


def is_due(next_at: datetime | None, now: datetime) -> bool:
    """Whether a waiting rung may go; a timer that fires early (clock step, duplicate) is put back."""
    return next_at is not None and next_at <= now


LATE_AFTER = timedelta(seconds=60)


def lateness(next_at: datetime, now: datetime) -> timedelta | None:
    """How late a rung goes, when that is worth saying (REL-8)."""
    late = now - next_at
    return late if late >= LATE_AFTER else None


def is_held_back(state: RunState, started_at: datetime, since: datetime) -> bool:
    """Whether a maintenance that took effect at `since` stops a run that began at `started_at`. One that began during
    it was begun by a person, who knows of it.
    """
    return state in (RunState.RUNNING, RunState.EXHAUSTED) and started_at <= since
