"""Climbs of simulated incidents: the decisions of `paging.escalation`, played through with nobody's network.

The order of the lines is that of production (`paging.climbing`), so that a recorded day can be compared line by line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.delivery.model import Contact, MessageView, Notification, Purpose, Urgency, Way
from tocsin.delivery.rules import decide_ways
from tocsin.incidents.model import Incident
from tocsin.paging import escalation, sentences
from tocsin.paging.model import (
    Answer,
    Decision,
    Outside,
    Person,
    Policy,
    Position,
    RunState,
    Target,
    TargetKind,
)
from tocsin.paging.model import Call as Decided
from tocsin.paging.targets import answers_of
from tocsin.simulation.model import Call, Line, Sending
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


@dataclass(slots=True)
class Climb:
    """One run of a ladder; `armed` counts its timers, so that an older one does nothing."""

    policy: Policy | None
    urgency: Urgency
    started_at: datetime
    state: RunState = RunState.RUNNING
    at: Position = escalation.START
    next_at: datetime | None = None
    armed: int = 0


@dataclass(slots=True)
class Case:
    """One simulated incident, its latest climb, and the messages that have not left yet. `is_held`: by maintenance."""

    incident: Incident
    climb: Climb | None = None
    first_page_at: datetime | None = None
    is_held: bool = False
    waiting: list[Sending] = field(default_factory=list[Sending])


class Climbing:
    """`lines` and `calls` grow with what happens; `keeps_lines` False leaves the sentences out, for long histories."""

    def __init__(self, rules: Rules, timers: Timers, *, keeps_lines: bool = True) -> None:
        self._rules = rules
        self._timers = timers
        self._keeps_lines = keeps_lines
        self.lines: list[Line] = []
        self.calls: list[Call] = []
        self._turns = dict(rules.setup.registry.turns)

    def begin(self, case: Case, because: str) -> None:
        """A new run on the policy of the incident."""
        policy = self._rules.policy_of(case.incident.policy)
        climb = case.climb = Climb(policy, case.incident.urgency, self._timers.now)
        case.first_page_at = None
        now = self._timers.now
        if policy is None:
            decision = escalation.at_the_end(None, because)
        else:
            decision = escalation.first_step(policy, climb.urgency, self._answers(), now, because)
        self.tell("EscalationStarted", case, sentences.started(policy.name if policy else None, decision))
        self._carry_out(case, climb, decision)

    def stop(self, case: Case, reason: str) -> None:
        """Quiet or over: no further rung, and nothing that waits is sent."""
        climb = case.climb
        if climb is not None and climb.state is RunState.RUNNING:
            climb.state = RunState.STOPPED
            self.tell("EscalationStopped", case, sentences.stopped(reason))
        self._drop(case, reason)

    def answer(self, case: Case, by: str) -> None:
        """Somebody has taken it."""
        climb = case.climb
        if climb is None or climb.state not in (RunState.RUNNING, RunState.TOLD, RunState.EXHAUSTED):
            return
        climb.state = RunState.ACKNOWLEDGED
        self._drop(case, f"{by} has acknowledged")
        now = self._timers.now
        took = now - case.first_page_at if case.first_page_at is not None else None
        self.tell("PageAcknowledged", case, sentences.acknowledged(by, took, now))

    def tell(self, kind: str, case: Case | None, sentence: str, call: int | None = None) -> None:
        """One line of the ledger that would be."""
        if self._keeps_lines:
            number = case.incident.number if case is not None else None
            self.lines.append(Line(at=self._timers.now, kind=kind, sentence=sentence, incident=number, call=call))

    def _advance(self, case: Case, climb: Climb, armed: int) -> None:
        """A timer fires: nobody has answered, unless the run has gone on, or ended, meanwhile."""
        if case.climb is not climb or climb.state is not RunState.RUNNING or climb.armed != armed:
            return
        assert climb.policy is not None
        because = escalation.nobody_answered(climb.policy, climb.at)
        now = self._timers.now
        decision = escalation.next_step(climb.policy, climb.at, climb.urgency, self._answers(), now, because)
        self.tell("EscalationGoesOn", case, sentences.climbs(decision, None, now))
        self._carry_out(case, climb, decision)

    def _carry_out(self, case: Case, climb: Climb, decision: Decision) -> None:
        for skipped in decision.skipped:
            self.tell("StepReachedNobody", case, sentences.reached_nobody(skipped))
        for out in decision.left_out:
            self.tell("PersonNotPaged", case, sentences.not_paged(out))
        if decision.calls:
            self._page(case, decision)
            if decision.state is RunState.EXHAUSTED:
                self.tell("EscalationExhausted", case, sentences.exhausted(decision))
        else:
            self.tell("EscalationExhausted", case, sentences.exhausted(decision))
            decision = escalation.instead(decision, self._rules.administrators)
            names = tuple(call.person.name for call in decision.calls)
            self.tell("AdministratorsTold", case, sentences.administrators_told(names))
            self._page(case, decision)
        self._arm(case, climb, decision)

    def _arm(self, case: Case, climb: Climb, decision: Decision) -> None:
        climb.state, climb.at, climb.next_at = decision.state, decision.position, decision.next_at
        climb.armed += 1
        if climb.next_at is not None:
            armed = climb.armed
            self._timers.at(climb.next_at, lambda: self._advance(case, climb, armed))

    def _page(self, case: Case, decision: Decision) -> None:
        now = self._timers.now
        case.first_page_at = case.first_page_at or (now if decision.calls else None)
        for call in decision.calls:
            self._take_turn(call)
            self.calls.append(
                Call(
                    at=now,
                    incident=case.incident.number,
                    person=call.person.name,
                    label=decision.label,
                    target=call.target,
                    why=call.why,
                    urgency=case.incident.urgency,
                    sends=self._send(case, call.person),
                )
            )
            self.tell("PersonPaged", case, sentences.paged(call, decision), len(self.calls) - 1)

    def _take_turn(self, call: Decided) -> None:
        """A page by a round-robin is a turn: whoever had it comes last."""
        kind, _, name = call.target.partition(":")
        if kind == TargetKind.ROUND_ROBIN:
            others = (each for each in self._turns.get(name, ()) if each != call.person.name)
            self._turns[name] = (*others, call.person.name)

    def _send(self, case: Case, person: Person | Outside) -> list[Sending]:
        """The person's ways, soonest first; what still waits for the same contact is overtaken, as in production."""
        now = self._timers.now
        sends = [
            Sending(at=now + way.delay, kind=way.contact.kind, address=way.contact.address)
            for way in self._ways(case, person)
        ]
        chains = {(send.kind, send.address) for send in sends}
        for send in case.waiting:
            if send.at > now and (send.kind, send.address) in chains:
                send.dropped = "a newer message says more"
        case.waiting = [send for send in case.waiting if send.at > now and not send.dropped] + sends
        return sends

    def _ways(self, case: Case, person: Person | Outside) -> list[Way]:
        if isinstance(person, Outside):
            receiver = person.receiver
            contact = Contact(id=None, user_id=0, kind=receiver.kind, address=receiver.address)
            return [Way(contact, timedelta())]
        somebody = self._rules.by_id[person.user_id]
        notification = Notification(
            user_id=person.user_id,
            topic=case.incident.topic,
            purpose=Purpose.PAGE,
            message=MessageView(title=case.incident.title),
            urgency=case.incident.urgency,
        )
        return decide_ways(notification, somebody.contacts, somebody.rules, somebody.email)

    def _drop(self, case: Case, reason: str) -> None:
        for send in case.waiting:
            if send.at > self._timers.now and not send.dropped:
                send.dropped = reason
        case.waiting = []

    def _answers(self) -> "_Answers":
        return _Answers(self._rules, self._turns, self._timers.now)


class _Answers(dict[Target, Answer]):
    """What each target means now, found out when a rung asks for it."""

    def __init__(self, rules: Rules, turns: Mapping[str, tuple[str, ...]], now: datetime) -> None:
        super().__init__()
        self._rules = rules
        self._turns = turns
        self._now = now

    def __missing__(self, target: Target) -> Answer:
        registry = self._rules.setup.registry
        if target.among:
            registry = replace(registry, turns=self._turns)
        self.update(answers_of((target,), registry, self._rules.listed, self._now))
        return self[target]
