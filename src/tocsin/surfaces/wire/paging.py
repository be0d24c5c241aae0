"""Who was called, how and why, on the wire: the story of an incident's pages, and its deliveries (PAG-6)."""

from datetime import datetime

import msgspec

from tocsin.delivery.model import Delivery as StoredDelivery
from tocsin.kernel.ids import incident_ref
from tocsin.paging.model import Story
from tocsin.surfaces.wire.body import Body


class Send(msgspec.Struct, kw_only=True):
    """How one page travelled; `at` is when its state was reached, `detail` what the other side said."""

    kind: str
    address: str
    state: str
    at: datetime
    attempts: int
    detail: str


class Call(msgspec.Struct, kw_only=True):
    """One person's page: by which rung and target, why, and what came of it. `actionable` null: nobody has said."""

    who: str
    at: datetime
    label: str
    target: str
    why: str
    state: str
    outcome: str
    actionable: bool | None = None
    sends: list[Send] = []


class StoryLine(msgspec.Struct, kw_only=True):
    """One fact of the story."""

    at: datetime
    kind: str
    sentence: str
    details: list[str]


class Explanation(msgspec.Struct, kw_only=True):
    """`now` is the present state in one sentence, `next` what happens next and when, or why nothing will."""

    incident: str
    title: str
    policy: str | None
    state: str | None
    now: str
    next: str
    next_at: datetime | None
    calls: list[Call]
    lines: list[StoryLine]


class Delivery(msgspec.Struct, kw_only=True):
    """One message to one person by one way; the address is shown as far as it may be. `held` says why it waited to be
    bundled with others, `carried_by` names the delivery in whose message it travelled.
    """

    id: str
    person: str
    kind: str
    address: str
    purpose: str
    urgency: str
    state: str
    attempts: int
    requested_at: datetime
    due_at: datetime
    taken_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    answer: str
    held: str | None
    carried_by: str | None


class DeliveryList(msgspec.Struct, kw_only=True):
    """The deliveries about one incident, oldest first."""

    incident: str
    deliveries: list[Delivery]


class MarkRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Whether there was something to do."""

    actionable: bool


class SnoozeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Quiet for so many minutes, 1 to 1440."""

    minutes: int
    reason: str = ""


class ReassignRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`to` is a person, or what a policy may name: `schedule:payments-primary`, `team:payments`."""

    to: str
    reason: str = ""


class RespondersRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """People to be called beside whoever has it."""

    names: list[str]
    reason: str = ""


def explanation(story: Story) -> Explanation:
    return Explanation(
        incident=incident_ref(story.number),
        title=story.title,
        policy=story.policy,
        state=story.state.value if story.state else None,
        now=story.now,
        next=story.next,
        next_at=story.next_at,
        calls=msgspec.convert(story.calls, list[Call], from_attributes=True),
        lines=msgspec.convert(story.lines, list[StoryLine], from_attributes=True),
    )


def delivery(stored: StoredDelivery) -> Delivery:
    return Delivery(
        id=str(stored.id),
        person=stored.user_name,
        kind=stored.kind,
        address=stored.address,
        purpose=stored.purpose.value,
        urgency=stored.urgency.value,
        state=stored.state.value,
        attempts=stored.attempts,
        requested_at=stored.requested_at,
        due_at=stored.due_at,
        taken_at=stored.taken_at,
        sent_at=stored.sent_at,
        ended_at=stored.ended_at,
        reason=stored.reason.value if stored.reason else None,
        answer=stored.answer,
        held=stored.held,
        carried_by=str(stored.carried_by) if stored.carried_by else None,
    )
