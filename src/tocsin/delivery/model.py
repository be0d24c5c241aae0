"""The values of deliveries: what is to be told, to whom, by which way, and what became of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NewType
from uuid import UUID

import msgspec

from tocsin.delivery.proof_model import Record
from tocsin.kernel.localtime import Hours
from tocsin.kernel.outbound import FailureReason

DeliveryId = NewType("DeliveryId", UUID)
"""Stable over every attempt: the receiver's idempotency key (REL-2)."""

URGENT, NORMAL, BULK = 0, 1, 2
"""Priorities of delivery jobs, as `kernel.jobs` orders them."""


class Urgency(StrEnum):
    HIGH = "high"
    LOW = "low"


class Purpose(StrEnum):
    """What a message is for. The order in a chain and what supersedes what depend on it (`rules.OVERTAKES`)."""

    PAGE = "page"  # somebody must act
    ACKNOWLEDGED = "acknowledged"  # somebody else acts
    RESOLVED = "resolved"  # it is over
    INFO = "info"  # something changed
    NOTICE = "notice"  # to be read, about no incident: hand-offs, reminders of shifts, digests
    TEST = "test"  # a person pressed the test button


class DeliveryState(StrEnum):
    """`LEGAL_MOVES` says what follows what."""

    WAITING = "waiting"
    SENDING = "sending"
    TAKEN = "taken"  # the provider has it; nothing says yet that it arrived
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"


_S = DeliveryState
LEGAL_MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    _S.WAITING: frozenset({_S.SENDING, _S.SENT, _S.FAILED, _S.SUPERSEDED}),
    _S.SENDING: frozenset({_S.WAITING, _S.TAKEN, _S.SENT, _S.FAILED, _S.SUPERSEDED}),
    _S.TAKEN: frozenset({_S.WAITING, _S.SENT, _S.FAILED, _S.SUPERSEDED}),
    _S.SENT: frozenset({_S.FAILED}),  # a mail comes back long after a server took it
    _S.FAILED: frozenset(),
    _S.SUPERSEDED: frozenset(),
}

UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING)
"""For these there is a job that sends."""


class Word(StrEnum):
    """What a provider says in the end of a message that it took."""

    ARRIVED = "arrived"
    FAILED = "failed"


class Ring(StrEnum):
    """What a provider says, when it is asked, of a message that rings until somebody answers it there."""

    RINGS = "rings"
    ANSWERED = "answered"
    OVER = "over"  # called off, or nobody has answered in time


class Line(msgspec.Struct, frozen=True):
    """One labelled fact of a message, such as ("Service", "checkout")."""

    label: str
    value: str


class Picture(msgspec.Struct, frozen=True):
    """A PNG that a mail shows in its text; other channels leave it out. `alt` says what is to be seen; it stands above
    it, below `title`."""

    title: str
    alt: str
    png: bytes


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment for the receiver's calendar (RFC 5546), where the channel can carry one. `uid` stays the same over
    all its changes, which `sequence` counts from 0.
    """

    uid: str  # "postmortem-incident-42", unique in this installation
    sequence: int
    is_cancelled: bool
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """All that a channel may say about an incident, as plain text; every channel renders and escapes it for itself.

    `url` may be a path below the public address, which is put in front of it at the send; so may be addresses in `what`
    (`wording.BELOW`). `since` is shown in `time_zone`, which is for receivers who have none of their own; `notify` sets
    it to the receiver's. `subject` and `event` are for messages that have a wording of their own: the whole subject
    line, and what a webhook calls it. `pages` are those that travel in one message, by reference and
    title: one answer is for all of them.
    """

    title: str  # "Checkout 5xx"
    incident_ref: str = ""  # "INC-1"
    severity: str = ""  # "SEV-2"
    what: str = ""  # one or two sentences: what was seen
    why_you: str = ""  # "You are on call for payments-primary until Monday 09:00."
    since: datetime | None = None
    time_zone: str = "UTC"
    lines: tuple[Line, ...] = ()
    url: str = ""
    can_acknowledge: bool = False
    pages: tuple[Line, ...] = ()
    lets_in: bool = False  # the letter of a one-time link, which is derived at the send
    gives_code: bool = False  # a code in six digits, derived at the send, and then the value of the first of `lines`
    subject: str = ""  # "[SEV-2] INC-1 update 3: Checkout 5xx"; empty: made of the purpose and the title
    event: str = ""  # "incident.declared"; empty: after the purpose
    invitation: Invitation | None = None
    pictures: tuple[Picture, ...] = ()


class Outsider(msgspec.Struct, frozen=True):
    """A receiver who is no user: told by one address, with no rules, and with nothing to acknowledge by."""

    name: str  # "vendor:db-support"
    kind: str
    address: str


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """One person is to be told one thing; `service.notify` makes it into deliveries by the person's rules.

    `channels` replaces the rules: every way of these kinds, at once. `contact_id` replaces them by one contact (test
    button), `is_warning` by every way but `but_contacts`, at once and in quiet hours too: how the person is reached has
    changed, and who did it need not be them. `is_top_level` is for incidents of the worst level: the high rules apply
    whatever the urgency (PAG-3), and a first page is never held (PAG-9). `cause` is the caller's own name for why, such
    as "page/17"; it comes back in `DeliveryEnded`.
    """

    user_id: int | None  # None: `outsider` is told
    topic: str  # "incident/42": the chain and the thread it belongs to
    purpose: Purpose
    message: MessageView
    urgency: Urgency = Urgency.HIGH
    prio: int = NORMAL
    channels: tuple[str, ...] | None = None
    contact_id: int | None = None
    is_warning: bool = False
    but_contacts: tuple[int, ...] = ()
    is_top_level: bool = False
    cause: str = ""
    scope_id: int = 1
    outsider: Outsider | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A way to reach a person. `id` is None for the account's own e-mail address, `user_id` for somebody outside.

    `added_by` is who added it by themselves, `verified_at` when its owner showed by a code that it is theirs (SEC-9),
    `position` its place among those of the file or among those that the person added.
    `disabled_at`: taken away. `broken_at`: its provider says that nothing will ever arrive there, `broken_why` in which
    words; nothing but a test is sent by it, and whoever answers that mends it.
    """

    id: int | None
    user_id: int | None
    kind: str
    address: str
    managed_by: str | None = None
    added_by: str | None = None
    verified_at: datetime | None = None
    position: int = 0
    proven_at: datetime | None = None
    disabled_at: datetime | None = None
    broken_at: datetime | None = None
    broken_why: str | None = None

    @property
    def is_attested(self) -> bool:
        """An administrator's file says that it is the person's."""
        return self.managed_by is not None or self.added_by is None

    @property
    def is_own(self) -> bool:
        """The person's to change: neither a file's nor the account's."""
        return self.id is not None and self.managed_by is None

    @property
    def is_confirmed(self) -> bool:
        """It may be told: attested, or shown to be the person's by a code."""
        return self.is_attested or self.verified_at is not None


class ContactDraft(msgspec.Struct, frozen=True):
    """A contact as a file or a person writes it; the address is in the normal form of its channel."""

    kind: str
    address: str


class NotificationRule(msgspec.Struct, frozen=True):
    """One step of a person's rules: every contact of this kind, that long after the notification."""

    urgency: Urgency
    kind: str
    delay: timedelta


class QuietHours(Hours, frozen=True, kw_only=True):
    """When a person is told nothing of low urgency (PAG-3), on their clock; `time_zone` is for those who have none."""

    time_zone: str


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """How a person wants to be told, beside the rules; `managed_by` is the file that gives both, None: they do."""

    managed_by: str | None = None
    quiet: QuietHours | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides by which ways a person is told, and when: the enabled contacts, those without proof too."""

    contacts: tuple[Contact, ...] = ()
    rules: tuple[NotificationRule, ...] = ()
    habit: Habit = Habit()


class Way(msgspec.Struct, frozen=True):
    """One delivery that is to be: by this contact, after this delay."""

    contact: Contact
    delay: timedelta


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the delivery ledger (PAG-6)."""

    id: UUID
    notification_id: UUID  # the deliveries of one notification fall through to each other (PAG-7)
    position: int  # in the notification: who is next
    user_id: int | None  # None: somebody outside
    user_name: str
    contact_id: int | None
    kind: str
    address: str
    topic: str
    scope_id: int
    cause: str
    purpose: Purpose
    urgency: Urgency
    prio: int
    message: MessageView
    chain: str
    state: DeliveryState
    attempts: int
    requested_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    reason: FailureReason | None = None  # of the last failure
    answer: str = ""  # the peer's receipt, or the last failure in a sentence
    superseded: str | None = None  # why it is not wanted any more, also while it is being sent
    link_used_at: datetime | None = None
    is_top_level: bool = False
    held: str | None = None  # why it waited to be bundled, also after it was sent
    carried_by: UUID | None = None  # the delivery with which it travelled in one message
    ref: str = ""  # the provider's name of the last try that it took
    taken_at: datetime | None = None  # when a provider took what it had, or has, still to bring
    silence_at: datetime | None = None  # taken: when `on_silence` decides
    on_silence: Word | None = None


class Overtaken(msgspec.Struct, frozen=True):
    """What is not wanted any more: it waited, and has ended (superseded), or it is still under way."""

    id: UUID
    kind: str
    state: DeliveryState
    carried_by: UUID | None


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """How one person is reached. `contacts` with the account's own address, where it serves as one; `tests` is the last
    test message of each, `proofs` what is kept of its answers, by the contact's topic (`topic_of_tests`)."""

    contacts: tuple[Contact, ...]
    rules: tuple[NotificationRule, ...]
    habit: Habit
    tests: dict[str, Delivery]
    proofs: dict[str, Record]


def topic_of_tests(contact: Contact) -> str:
    """What the test messages of a contact are about."""
    return f"contact/{contact.id or f'account-{contact.user_id}'}"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to send; `ended_at` is None while it runs, and for ever when the process died in it."""

    delivery_id: UUID
    n: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None  # "sent", "failed", "interrupted", "taken", or "lost": taken, and it did not arrive
    reason: FailureReason | None
    answer: str
    endpoint: str


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What one peer of a channel has answered lately, to all workers together. `failures`: sends in a row to which it
    gave no answer at all, since `failing_since`; a refusal is an answer. The last failure outlives the next answer.
    """

    kind: str
    endpoint: str
    failures: int
    failing_since: datetime | None
    last_failure_at: datetime | None
    last_failure: str
    last_answer_at: datetime | None


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel is handed at the send. `ack_url` is set when the receiver may acknowledge by it, and then
    `short_url`, which leads to the same. `earlier_ref` is
    the provider's name of the last message that the same contact got about the same topic: a chat edits that one.
    """

    id: UUID
    user_id: int | None
    contact_id: int | None
    address: str
    topic: str
    purpose: Purpose
    urgency: Urgency
    message: MessageView
    attempt: int
    requested_at: datetime
    now: datetime
    ack_url: str | None = None
    short_url: str | None = None
    earlier_ref: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the peer answered when it took the message: one short line such as "250 queued as 4F1" or "HTTP 202".

    `ref` is the peer's name of the message, for reports about it and for changing it later. With `awaits` the peer has
    only taken it: the delivery waits that long for a report (`reports`), and then `on_silence` decides. `cost` is what
    this try costs, in the currency of the settings. `rings_for`: the peer rings on until somebody answers there, that
    long at most, and says so when it is asked (`ports.Ringing`).
    """

    answer: str
    ref: str = ""
    awaits: timedelta | None = None
    on_silence: Word = Word.ARRIVED
    cost: Decimal | None = None
    rings_for: timedelta | None = None


class Report(msgspec.Struct, frozen=True):
    """What a provider says later of a message that it took; `answer` in one short line.

    `disables`: nothing will ever arrive at this address. `again_after`: the same delivery is tried once more, that long
    after the report. `ref` is the provider's name of the try it speaks of, where it says one.
    """

    word: Word
    answer: str
    reason: FailureReason | None = None
    disables: bool = False
    again_after: timedelta | None = None
    ref: str = ""
