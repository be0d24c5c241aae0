"""How a person is reached, on the wire: contacts, what is known of each, and the rules by urgency (PAG-3)."""

from collections.abc import Sequence
from datetime import datetime, time

import msgspec

from tocsin.delivery.model import Contact as StoredContact
from tocsin.delivery.model import Delivery, NotificationRule, Urgency, Ways, topic_of_tests
from tocsin.delivery.model import QuietHours as StoredQuietHours
from tocsin.delivery.wording import shown_address, state_words
from tocsin.kernel.durations import format_duration, parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.week_words import days_text, read_days, read_time
from tocsin.surfaces.wire.body import Body

ACCOUNT = "account"
"""The id of the account's own e-mail address, where it serves as a contact."""


class LastTest(msgspec.Struct, kw_only=True):
    """The last test message by a contact; `state` as in the delivery ledger, `words` say it to people."""

    state: str
    words: str
    at: datetime
    answer: str


class Contact(msgspec.Struct, kw_only=True):
    """One way to reach a person. The address is shown as far as it may be; `proven_at` null: nobody has ever answered a
    message by it; `managed_by` is the file it stands in. `is_confirmed` false: it waits for its code, and is told
    nothing before. `broken_at`: since then nothing is sent to it, because its provider says that nothing arrives there,
    `broken_why` in which words; an answered test mends it."""

    id: str
    kind: str
    address: str
    managed_by: str | None
    is_confirmed: bool
    proven_at: datetime | None
    broken_at: datetime | None
    broken_why: str | None
    last_test: LastTest | None


class Rule(Body, kw_only=True, forbid_unknown_fields=True):
    """Every contact of this kind, that long after the notification: `0s`, `3m`."""

    kind: str
    after: str = "0s"


class Rules(Body, kw_only=True, forbid_unknown_fields=True):
    """By urgency, in their order. Without any: e-mail at once, and without e-mail all there is."""

    high: list[Rule] = msgspec.field(default_factory=list[Rule])
    low: list[Rule] = msgspec.field(default_factory=list[Rule])


class QuietHours(Body, kw_only=True, forbid_unknown_fields=True):
    """When nothing of low urgency is told, on the person's clock: `days` as `mon-fri` or `sat,sun`, times as `22:00`. A
    night belongs to the day it begins on."""

    days: str = "daily"
    begin: str = msgspec.field(name="from")
    to: str


class NewQuietHours(Body, kw_only=True, forbid_unknown_fields=True):
    """Null: there are none."""

    quiet_hours: QuietHours | None


class NewContact(Body, kw_only=True, forbid_unknown_fields=True):
    """`kind` is one of `GET /channels`; the address as that channel takes it."""

    kind: str
    address: str


class Code(Body, kw_only=True, forbid_unknown_fields=True):
    """The six digits of the message that was sent by the contact."""

    code: str


class Order(Body, kw_only=True, forbid_unknown_fields=True):
    """The ids of all contacts that the person added, the first to be told first."""

    order: list[str]


class Contacts(msgspec.Struct, kw_only=True):
    """How one person is reached; `managed_by` is the file in which rules and quiet hours are changed, null: here."""

    person: str
    managed_by: str | None
    contacts: list[Contact]
    rules: Rules
    quiet_hours: QuietHours | None


class SentTest(msgspec.Struct, kw_only=True):
    """A test message that is on its way; its contact tells what became of it."""

    delivery: str


class SigningSecret(msgspec.Struct, kw_only=True):
    """`whsec_` and the key in base64."""

    secret: str


def contacts(person: str, ways: Ways) -> Contacts:
    return Contacts(
        person=person,
        managed_by=ways.habit.managed_by,
        contacts=[contact(each, ways.tests.get(topic_of_tests(each))) for each in ways.contacts],
        rules=Rules(high=_rules(ways.rules, Urgency.HIGH), low=_rules(ways.rules, Urgency.LOW)),
        quiet_hours=quiet_hours(ways.habit.quiet) if ways.habit.quiet is not None else None,
    )


def quiet_hours(stored: StoredQuietHours) -> QuietHours:
    return QuietHours(days=days_text(stored.days), begin=f"{stored.begin:%H:%M}", to=f"{stored.to:%H:%M}")


def read_quiet_hours(said: QuietHours, time_zone: str) -> StoredQuietHours:
    """`time_zone` is for a person who has none. Raises Invalid; its field is "days", "from" or "to"."""
    days = read_days(said.days)
    if isinstance(days, str):
        raise Invalid(f"{days[:40]!r} is no day.", "Write days as mon-fri, or sat,sun.", field="days")
    return StoredQuietHours(days=days, begin=_time(said.begin, "from"), to=_time(said.to, "to"), time_zone=time_zone)


def _time(text: str, field: str) -> time:
    found = read_time(text)
    if found is None:
        raise Invalid(f"{text[:40]!r} is no time of a day.", "Write it as 22:00.", field=field)
    return found


def read_order(said: Order) -> list[int]:
    """Raises Invalid for what is no contact that somebody added."""
    ids = [contact_id(each) for each in said.order]
    if None in ids:
        raise Invalid("The account's own address has no place in the order.", "It is told last.", field="order")
    return [each for each in ids if each is not None]


def contact(stored: StoredContact, test: Delivery | None = None) -> Contact:
    return Contact(
        id=str(stored.id or ACCOUNT),
        kind=stored.kind,
        address=shown_address(stored.kind, stored.address),
        managed_by=stored.managed_by,
        is_confirmed=stored.is_confirmed,
        proven_at=stored.proven_at,
        broken_at=stored.broken_at,
        broken_why=stored.broken_why,
        last_test=last_test(test) if test else None,
    )


def last_test(test: Delivery) -> LastTest:
    at = test.sent_at or test.ended_at or test.taken_at or test.requested_at
    return LastTest(state=test.state.value, words=state_words(test), at=at, answer=test.answer)


def _rules(stored: Sequence[NotificationRule], urgency: Urgency) -> list[Rule]:
    return [Rule(kind=each.kind, after=format_duration(each.delay)) for each in stored if each.urgency is urgency]


def notification_rules(rules: Rules) -> list[NotificationRule]:
    """Raises Invalid for a span that is none; its field is such as "high.0.after"."""
    return [
        NotificationRule(urgency, each.kind, parse_duration(each.after, field=f"{urgency}.{place}.after"))
        for urgency, of_urgency in ((Urgency.HIGH, rules.high), (Urgency.LOW, rules.low))
        for place, each in enumerate(of_urgency)
    ]


def own_id(text: str) -> int:
    """The id of a contact that somebody may have added. Raises Invalid."""
    found = contact_id(text)
    if found is None:
        raise Invalid("The account's own address needs no code.", "Send a test message by it.", field="contact")
    return found


def contact_id(text: str) -> int | None:
    """What `Contact.id` stands for; None: the account's own address. Raises Invalid for anything else."""
    if text == ACCOUNT:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid(f"{text[:40]!r} is no contact.", "tocsin contact list shows them.", field="contact")
    return int(text)
