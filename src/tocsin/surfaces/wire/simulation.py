"""What would happen, on the wire: the question, the answer of what is in force and of a draft, and the difference."""

from datetime import datetime

import msgspec

from tocsin.config.document import Document
from tocsin.config.setup import Setups
from tocsin.delivery.wording import shown_address
from tocsin.kernel.localtime import instant_of, zone_of
from tocsin.simulation.compare import differences
from tocsin.simulation.model import Outcome, Question
from tocsin.simulation.setup import Setup
from tocsin.simulation.simulate import simulate


class SimulationRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An alert by its labels, or a declared incident by service or policy. `at` without an offset is in the
    organisation's time zone, null: now. `firing`: labels of what fires already. `document`: a draft, compared with what
    is in force.
    """

    at: datetime | None = None
    labels: dict[str, str] = {}
    integration: str | None = None
    service: str | None = None
    severity: str | None = None
    policy: str | None = None
    firing: list[dict[str, str]] = []
    document: Document | None = None


class Send(msgspec.Struct, kw_only=True):
    """One message; `dropped` says why it would not leave after all, empty: it would. `travels`: in one message with
    another incident's.
    """

    at: datetime
    kind: str
    address: str
    dropped: str
    travels: str


class Call(msgspec.Struct, kw_only=True):
    """Who would be called; `after` is in seconds from the question's instant."""

    at: datetime
    after: int
    who: str
    label: str
    target: str
    why: str
    urgency: str
    sends: list[Send]


class Line(msgspec.Struct, kw_only=True):
    """One line of the story; `calls` are the places of its pages in the list of calls."""

    at: datetime
    kind: str
    sentence: str
    calls: list[int]


class Simulation(msgspec.Struct, kw_only=True):
    """The answer of one configuration; `time_zone` is its organisation's."""

    at: datetime
    time_zone: str
    summary: str
    calls: list[Call]
    lines: list[Line]


class Difference(msgspec.Struct, kw_only=True):
    """`sign` "-": happens now and would not; "+": would, and does not now."""

    sign: str
    at: datetime
    who: str
    sentence: str


class SimulationAnswer(msgspec.Struct, kw_only=True):
    """`live` is what is in force, null when only files were asked; `draft` and `differences` when there is a draft."""

    live: Simulation | None = None
    draft: Simulation | None = None
    differences: list[Difference] | None = None


def answer(asked: SimulationRequest, setups: Setups, now: datetime) -> SimulationAnswer:
    """What the question's configurations say. Raises Invalid and NotFound."""
    live = simulate(setups.live, question_of(asked, setups.live, now))
    if setups.draft is None:
        return SimulationAnswer(live=simulation(live, setups.live))
    draft = simulate(setups.draft, question_of(asked, setups.draft, now))
    found = [
        Difference(sign=each.sign, at=each.at, who=each.person, sentence=each.sentence)
        for each in differences(live, draft)
    ]
    return SimulationAnswer(
        live=simulation(live, setups.live), draft=simulation(draft, setups.draft), differences=found
    )


def question_of(asked: SimulationRequest, setup: Setup, now: datetime) -> Question:
    """An instant without an offset is on the organisation's clock."""
    at = asked.at or now
    if at.tzinfo is None:
        at = instant_of(at, zone_of(setup.organisation.time_zone))
    return Question(
        at=at,
        labels=asked.labels,
        integration=asked.integration,
        service=asked.service,
        severity=asked.severity,
        policy=asked.policy,
        firing=tuple(asked.firing),
    )


def simulation(outcome: Outcome, setup: Setup) -> Simulation:
    return Simulation(
        at=outcome.at,
        time_zone=setup.organisation.time_zone,
        summary=outcome.summary,
        calls=[
            Call(
                at=each.at,
                after=int((each.at - outcome.at).total_seconds()),
                who=each.person,
                label=each.label,
                target=each.target,
                why=each.why,
                urgency=each.urgency,
                sends=[
                    Send(
                        at=s.at,
                        kind=s.kind,
                        address=shown_address(s.kind, s.address),
                        dropped=s.dropped,
                        travels=s.travels,
                    )
                    for s in each.sends
                ],
            )
            for each in outcome.calls
        ],
        lines=[
            Line(at=each.at, kind=each.kind, sentence=each.sentence, calls=list(each.calls)) for each in outcome.lines
        ],
    )
