"""Climbs of simulated incidents: the decisions of `paging.escalation`, played through with nobody's network.

The order of the lines is that of production (`paging.climbing`), so that a recorded day can be compared line by line.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from tocsin.catalog.severity import Level
from tocsin.delivery.model import Contact, Purpose, Urgency, Way
from tocsin.delivery.quiet import decide_quiet
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.paging import escalation, sentences
from tocsin.paging.model import POSTPONED, Decision, Outside, Person, Policy, Position, RunState
from tocsin.paging.model import Call as Decided
from tocsin.paging.variants import (
    Beginning,
    Occasion,
    decide_beginning,
    in_place_of_a_ticket,
    ladder,
    teams_of,
    ticket_level_of,
    urgency_of,
)
from tocsin.simulation.answering import Answering
from tocsin.simulation.model import BESIDE, Call, Line, Sending
from tocsin.simulation.setup import Rules, page_to
from tocsin.simulation.timers import Timers
from tocsin.simulation.travelling import Parcel, Travelling
from tocsin.simulation.ways import page_ways, why_not


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

    @property
    def is_climbing(self) -> bool:
        """People are being called; what waits for its time calls nobody yet."""
        return self.state is RunState.RUNNING and self.at.step != POSTPONED


@dataclass(slots=True)
class Case:
    """One simulated incident, its latest climb, and the messages that have not left yet. `is_held`: by maintenance;
    `rules_due`: when each rule of its level is; `acted_at`: when a person last did something about it;
    `worse`: the levels above its own that alerts which joined were graded at.
    """

    incident: Incident
    climb: Climb | None = None
    first_page_at: datetime | None = None
    is_held: bool = False
    acted_at: datetime | None = None
    worse: set[str] = field(default_factory=set[str])
    rules_due: dict[str, datetime] = field(default_factory=dict[str, datetime])
    waiting: list[Sending] = field(default_factory=list[Sending])


class Climbing:
    """`lines` and `calls` grow with what happens; `keeps_story` False leaves them out, for long histories. `counts` are
    the lines by kind, `pages` those by person, urgency and quarter of an hour.
    """

    def __init__(self, rules: Rules, timers: Timers, *, keeps_story: bool = True) -> None:
        self._rules = rules
        self._timers = timers
        self._keeps_story = keeps_story
        self.lines: list[Line] = []
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.pages: Counter[tuple[str, Urgency, datetime]] = Counter()
        self.answers = Answering(rules, timers)
        self.travelling = Travelling(timers, _quarter)
        self._top_level = rules.setup.profile.of_rank(1).name
        self._known_ways: dict[tuple[int, Urgency], list[Way]] = {}

    def begin(self, case: Case, because: str, severity: str | None = None) -> None:
        """A new run on the policy of the incident, by the variant that applies; `severity` where it is another one."""
        now, incident, setup = self._timers.now, case.incident, self._rules.setup
        level = find_level(setup.profile, severity or incident.severity)
        occasion = Occasion(level=level, organisation=setup.organisation)
        policy, beginning = self._choose(self._rules.policy_of(incident.policy), occasion)
        ticket_level = ticket_level_of(occasion, beginning)
        urgency = Urgency.LOW if ticket_level else urgency_of(incident.urgency, level)
        climb = case.climb = Climb(ladder(policy, beginning.variant) if policy else None, urgency, now)
        case.first_page_at = None
        name, chosen = policy.name if policy else None, "" if beginning.hold_until else beginning.reason
        self.tell("EscalationStarted", case, lambda: sentences.started(name, because, chosen))
        if beginning.hold_until is not None:
            self._arm(case, climb, escalation.postponed(beginning.hold_until, beginning.reason))
            self.tell("EscalationPostponed", case, lambda: sentences.postponed(incident.number, beginning.reason))
            return
        self._carry_out(case, climb, self._first(case, climb, ticket_level, because))

    def _choose(self, policy: Policy | None, occasion: Occasion) -> tuple[Policy | None, Beginning]:
        """The policy itself or the one that its variant names, and how it begins."""
        if policy is None:
            return None, Beginning()
        beginning = decide_beginning(policy, occasion, self._timers.now)
        if beginning.policy is None:
            return policy, beginning
        return self._rules.setup.policies.get(beginning.policy, policy), replace(beginning, variant=None)

    def _first(self, case: Case, climb: Climb, ticket_level: Level | None, because: str) -> Decision:
        if climb.policy is None:
            return escalation.at_the_end(None, because)
        if ticket_level is not None:
            targets = teams_of(self._rules.setup.services.values(), case.incident.services)
            answers = in_place_of_a_ticket(ticket_level, {target: self.answers[target] for target in targets})
            decision = escalation.instead_of_a_ticket(targets, answers, because)
            if decision.calls:
                return decision
        return escalation.first_step(climb.policy, climb.urgency, self.answers, self._timers.now, because)

    def stop(self, case: Case, reason: str) -> None:
        """Quiet or over: no further rung, and nothing that waits is sent."""
        climb = case.climb
        if climb is not None and climb.state is RunState.RUNNING:
            climb.state = RunState.STOPPED
            self.tell("EscalationStopped", case, lambda: sentences.stopped(reason))
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
        self.tell("PageAcknowledged", case, lambda: sentences.acknowledged(by, took, now))

    def tell(self, kind: str, case: Case | None, sentence: Callable[[], str], calls: Sequence[int] = ()) -> None:
        """One line of the ledger that would be; the sentence is made only when somebody will read it."""
        self.counts[kind] += 1
        if self._keeps_story:
            number = case.incident.number if case is not None else None
            self.lines.append(
                Line(at=self._timers.now, kind=kind, sentence=sentence(), incident=number, calls=tuple(calls))
            )

    def _advance(self, case: Case, climb: Climb, armed: int) -> None:
        """A timer fires: nobody has answered, unless the run has gone on, or ended, meanwhile."""
        if case.climb is not climb or climb.state is not RunState.RUNNING or climb.armed != armed:
            return
        assert climb.policy is not None
        because = escalation.nobody_answered(climb.policy, climb.at)
        now = self._timers.now
        decision = escalation.next_step(climb.policy, climb.at, climb.urgency, self.answers, now, because)
        self.tell("EscalationGoesOn", case, lambda: sentences.climbs(decision, None, now))
        self._carry_out(case, climb, decision)

    def _carry_out(self, case: Case, climb: Climb, decision: Decision) -> None:
        for skipped in decision.skipped:
            self.tell("StepReachedNobody", case, partial(sentences.reached_nobody, skipped))
        for out in decision.left_out:
            self.tell("PersonNotPaged", case, partial(sentences.not_paged, out))
        if decision.calls:
            self._page(case, climb.urgency, decision)
            if decision.state is RunState.EXHAUSTED:
                self.tell("EscalationExhausted", case, partial(sentences.exhausted, decision))
        else:
            self.tell("EscalationExhausted", case, partial(sentences.exhausted, decision))
            decision = escalation.instead(decision, self._rules.administrators)
            names = tuple(call.person.name for call in decision.calls)
            self.tell("AdministratorsTold", case, lambda: sentences.administrators_told(names))
            self._page(case, climb.urgency, decision)
        self._arm(case, climb, decision)

    def _arm(self, case: Case, climb: Climb, decision: Decision) -> None:
        climb.state, climb.at, climb.next_at = decision.state, decision.position, decision.next_at
        climb.armed += 1
        if climb.next_at is not None:
            armed = climb.armed
            self._timers.at(climb.next_at, lambda: self._advance(case, climb, armed))

    def _page(self, case: Case, urgency: Urgency, decision: Decision) -> None:
        now = self._timers.now
        case.first_page_at = case.first_page_at or (now if decision.calls else None)
        quarter = _quarter(now)
        for call in decision.calls:
            self.answers.note_turn(call)
            self.pages[call.person.name, urgency, quarter] += 1
            place = self.note_call(case, call.person, decision.label, call.target, call.why, urgency)
            if self._keeps_story:
                self._tell_page(case, decision, call, place)

    def _tell_page(self, case: Case, decision: Decision, call: Decided, place: int | None) -> None:
        self.tell("PersonPaged", case, partial(sentences.paged, call, decision), () if place is None else (place,))

    def note_call(
        self, case: Case, person: Person | Outside, label: str, target: str, why: str, urgency: Urgency
    ) -> int | None:
        """Its messages go on their way. The place of the call among all; None where no story is kept."""
        now = self._timers.now
        sends = self._sendings(urgency, person) if label == BESIDE else self._send(case, urgency, person)
        self._let_travel(case, sends, urgency, person, Purpose.INFO if label == BESIDE else Purpose.PAGE)
        if not self._keeps_story:
            return None
        self.calls.append(
            Call(
                at=now,
                incident=case.incident.number,
                person=person.name,
                label=label,
                target=target,
                why=why,
                urgency=urgency,
                sends=sends,
            )
        )
        return len(self.calls) - 1

    def _let_travel(
        self, case: Case, sends: Sequence[Sending], urgency: Urgency, person: Person | Outside, purpose: Purpose
    ) -> None:
        """Each at its pace; what waits for nothing but a broken way goes nowhere."""
        now, ref = self._timers.now, incident_ref(case.incident.number)
        is_top_level = case.incident.severity == self._top_level
        for sending in sends:
            if sending.dropped:
                continue
            if isinstance(person, Outside):
                self.travelling.take_outside(sending, person.name, urgency)
                continue
            parcel = Parcel(
                sending=sending,
                way=(person.user_id, sending.kind, sending.address),
                name=person.name,
                topic=ref,
                purpose=purpose,
                urgency=urgency,
                requested_at=now,
                is_top_level=is_top_level,
            )
            self.travelling.take(parcel)

    def _send(self, case: Case, urgency: Urgency, person: Person | Outside) -> list[Sending]:
        """The person's ways, soonest first; what still waits for the same contact is overtaken, as in production."""
        now = self._timers.now
        sends = self._sendings(urgency, person)
        chains = {(send.kind, send.address) for send in sends if not send.dropped}
        for send in case.waiting:
            if send.at > now and (send.kind, send.address) in chains:
                send.dropped = "a newer message says more"
        case.waiting = [send for send in case.waiting if send.at > now and not send.dropped] + sends
        return sends

    def _sendings(self, urgency: Urgency, person: Person | Outside) -> list[Sending]:
        """Each when it would leave, soonest first, then what is not sent because its way is broken; what is of low
        urgency waits for the end of quiet hours."""
        now = self._timers.now
        hold = None
        if not isinstance(person, Outside):
            somebody = self._rules.by_id[person.user_id]
            hold = decide_quiet(page_to(person.user_id, urgency), somebody.quiet, somebody.time_zone, now)
        begins = hold.until if hold is not None else now
        return [
            Sending(
                at=begins + way.delay,
                kind=way.contact.kind,
                address=way.contact.address,
                dropped=why_not(way.contact),
            )
            for way in self._ways(urgency, person)
        ]

    def _ways(self, urgency: Urgency, person: Person | Outside) -> list[Way]:
        if isinstance(person, Outside):
            receiver = person.receiver
            contact = Contact(id=None, user_id=None, kind=receiver.kind, address=receiver.address)
            return [Way(contact, timedelta())]
        known = self._known_ways.get((person.user_id, urgency))
        if known is None:
            known = self._known_ways[person.user_id, urgency] = self._decide_ways(person.user_id, urgency)
        return known

    def _decide_ways(self, user_id: int, urgency: Urgency) -> list[Way]:
        """The same for every page of this urgency."""
        return page_ways(self._rules.by_id[user_id], urgency)

    def _drop(self, case: Case, reason: str) -> None:
        for send in case.waiting:
            if send.at > self._timers.now and not send.dropped:
                send.dropped = reason
        case.waiting = []


def _quarter(at: datetime) -> datetime:
    """The quarter of an hour in which it lies: every night of every zone begins with one."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
