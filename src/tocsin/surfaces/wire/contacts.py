"""How a person is reached, on the wire: contacts, what is known of each, and the rules by urgency (PAG-3)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.delivery.model import Contact as StoredContact
from tocsin.delivery.model import Delivery, NotificationRule, Urgency, Ways, topic_of_tests
from tocsin.delivery.wording import shown_address
from tocsin.kernel.durations import format_duration, parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.wire.body import Body

ACCOUNT = "account"
"""The id of the account's own e-mail address, where it serves as a contact."""


class LastTest(msgspec.Struct, kw_only=True):
    """The last test message by a contact; `state` as in the delivery ledger."""

    state: str
    at: datetime
    answer: str


class Contact(msgspec.Struct, kw_only=True):
    """One way to reach a person. The address is shown as far as it may be; `proven_at` null: nobody has ever answered a
    message by it; `managed_by` is the file it stands in. `is_confirmed` false: it waits for its code, and is told
    nothing before."""

    id: str
    kind: str
    address: str
    managed_by: str | None
    is_confirmed: bool
    proven_at: datetime | None
    last_test: LastTest | None


class Rule(Body, kw_only=True, forbid_unknown_fields=True):
    """Every contact of this kind, that long after the notification: `0s`, `3m`."""

    kind: str
    after: str = "0s"


class Rules(Body, kw_only=True, forbid_unknown_fields=True):
    """By urgency, in their order. Without any: e-mail at once."""

    high: list[Rule] = msgspec.field(default_factory=list[Rule])
    low: list[Rule] = msgspec.field(default_factory=list[Rule])


class Contacts(msgspec.Struct, kw_only=True):
    """How one person is reached; `managed_by` is the file in which rules and quiet hours are changed, null: here."""

    person: str
    managed_by: str | None
    contacts: list[Contact]
    rules: Rules


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
        contacts=[_contact(each, ways.tests.get(topic_of_tests(each))) for each in ways.contacts],
        rules=Rules(high=_rules(ways.rules, Urgency.HIGH), low=_rules(ways.rules, Urgency.LOW)),
    )


def _contact(stored: StoredContact, test: Delivery | None) -> Contact:
    return Contact(
        id=str(stored.id or ACCOUNT),
        kind=stored.kind,
        address=shown_address(stored.kind, stored.address),
        managed_by=stored.managed_by,
        is_confirmed=stored.is_confirmed,
        proven_at=stored.proven_at,
        last_test=_test(test) if test else None,
    )


def _test(test: Delivery) -> LastTest:
    at = test.sent_at or test.ended_at or test.taken_at or test.requested_at
    return LastTest(state=test.state.value, at=at, answer=test.answer)


def _rules(stored: Sequence[NotificationRule], urgency: Urgency) -> list[Rule]:
    return [Rule(kind=each.kind, after=format_duration(each.delay)) for each in stored if each.urgency is urgency]


def notification_rules(rules: Rules) -> list[NotificationRule]:
    """Raises Invalid for a span that is none; its field is such as "high.0.after"."""
    return [
        NotificationRule(urgency, each.kind, parse_duration(each.after, field=f"{urgency}.{place}.after"))
        for urgency, of_urgency in ((Urgency.HIGH, rules.high), (Urgency.LOW, rules.low))
        for place, each in enumerate(of_urgency)
    ]


def contact_id(text: str) -> int | None:
    """What `Contact.id` stands for; None: the account's own address. Raises Invalid for anything else."""
    if text == ACCOUNT:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid(f"{text[:40]!r} is no contact.", "tocsin contacts lists them.", field="contact")
    return int(text)
