"""What the page My notifications shows: contacts and how each stands, rules by urgency, quiet hours (PAG-3)."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.delivery import contacts
from tocsin.delivery.devices import PUSH
from tocsin.delivery.model import Contact, DeliveryState, QuietHours, Urgency, Ways, topic_of_tests
from tocsin.delivery.proof_rules import standing
from tocsin.delivery.wording import shown_address, state_words
from tocsin.integrations.channels.registry import KINDS
from tocsin.kernel.db import Conn
from tocsin.kernel.durations import format_duration
from tocsin.kernel.localtime import WEEKDAYS
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.contacts import ACCOUNT

PATH = "/me/notifications"
TEMPLATE = "delivery/notifications.html"
_HEADINGS = {Urgency.HIGH: "High urgency: somebody must act now", Urgency.LOW: "Low urgency: it can wait"}
_EXAMPLES = {
    "email": "me@example.com",
    "sms": "+49 151 12345678",
    "voice": "+49 151 12345678",
    "ntfy": "https://ntfy.example.com/topic",
}


class ContactRow(msgspec.Struct, frozen=True, kw_only=True):
    """`proof` is how it stands (`ProofState`), `proof_since` since when, `proven_at` the last answer. `secret` is what
    its messages are signed with, empty unless it was asked for. `tested` is empty while no test was sent; `answer` is
    what the peer said to the last one. `broken` is why nothing is sent to it since `broken_at`, empty while it is.
    `is_first` and `is_last` among those that the person orders.
    """

    id: str
    kind: str
    address: str
    secret: str
    file: str
    is_own: bool
    is_confirmed: bool
    is_first: bool
    is_last: bool
    proof: str
    proven_at: datetime | None
    proof_since: datetime | None
    broken: str
    broken_at: datetime | None
    tested: str
    is_test_failed: bool
    tested_at: datetime | None
    answer: str


class RuleRow(msgspec.Struct, frozen=True):
    """One line of the form: `after` as people write it, such as 3m."""

    kind: str
    after: str


class UrgencyRules(msgspec.Struct, frozen=True, kw_only=True):
    """`rows` in their order, and in the form an empty one after them."""

    urgency: str
    heading: str
    rows: tuple[RuleRow, ...]


class QuietForm(msgspec.Struct, frozen=True, kw_only=True):
    """Times as 22:00, `days` as numbers, 0 for Monday."""

    begins: str
    ends: str
    days: tuple[int, ...]
    is_set: bool


class NewForm(msgspec.Struct, frozen=True):
    """The form that adds a contact."""

    kind: str = ""
    address: str = ""


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and is shown again beside what is wrong with it; None: as it is stored. `place` is the form that
    the problem belongs to: "add", "rules", "quiet", or the id of a contact."""

    place: str = ""
    new: NewForm = NewForm()
    rules: Mapping[Urgency, tuple[RuleRow, ...]] | None = None
    quiet: QuietForm | None = None


class NotificationsView(msgspec.Struct, frozen=True, kw_only=True):
    """`file` manages rules and quiet hours; empty: they are changed here. `kinds` are those that a rule may name,
    `new_kinds` those that may be added, each with an example of an address.
    """

    contacts: tuple[ContactRow, ...]
    urgencies: tuple[UrgencyRules, ...]
    kinds: tuple[str, ...]
    new_kinds: tuple[tuple[str, str], ...]
    new: NewForm
    quiet: QuietForm
    days: tuple[str, ...]
    file: str
    place: str


NOTHING_TYPED = Typed()


async def load_ways(conn: Conn, visit: Visit) -> tuple[User, Ways]:
    """The viewer's own."""
    user = await accounts.get_user_by_name(conn, viewer_of(visit).name)
    return user, await contacts.ways_of(conn, user)


def notifications_view(
    ways: Ways,
    unconfigured: Mapping[str, str],
    now: datetime,
    typed: Typed = NOTHING_TYPED,
    shown: tuple[int | None, str] = (None, ""),
) -> NotificationsView:
    """`unconfigured`: kinds by which nothing can be sent. `shown`: a webhook and its signing secret."""
    own = [contact.id for contact in ways.contacts if contact.is_own]
    rules = _stored_rules(ways) if typed.rules is None else typed.rules
    return NotificationsView(
        contacts=tuple(
            _row(contact, ways, own, now, secret=shown[1] if contact.id == shown[0] else "")
            for contact in ways.contacts
        ),
        urgencies=tuple(
            UrgencyRules(urgency=urgency.value, heading=heading, rows=rules[urgency])
            for urgency, heading in _HEADINGS.items()
        ),
        kinds=tuple(dict.fromkeys(contact.kind for contact in ways.contacts if contact.is_confirmed)),
        new_kinds=tuple((kind, _EXAMPLES.get(kind, "")) for kind in KINDS if kind not in unconfigured and kind != PUSH),
        new=typed.new,
        quiet=typed.quiet or _stored_quiet(ways.habit.quiet),
        days=tuple(day[:2] for day in WEEKDAYS),
        file=ways.habit.managed_by or "",
        place=typed.place,
    )


def _stored_rules(ways: Ways) -> dict[Urgency, tuple[RuleRow, ...]]:
    return {
        urgency: tuple(RuleRow(r.kind, format_duration(r.delay)) for r in ways.rules if r.urgency is urgency)
        for urgency in Urgency
    }


def _stored_quiet(quiet: QuietHours | None) -> QuietForm:
    if quiet is None:
        return QuietForm(begins="22:00", ends="07:00", days=tuple(range(7)), is_set=False)
    return QuietForm(begins=f"{quiet.begin:%H:%M}", ends=f"{quiet.to:%H:%M}", days=quiet.days, is_set=True)


def _row(contact: Contact, ways: Ways, own: list[int | None], now: datetime, *, secret: str) -> ContactRow:
    topic = topic_of_tests(contact)
    test, stands = ways.tests.get(topic), standing(ways.proofs[topic], now)
    return ContactRow(
        id=str(contact.id or ACCOUNT),
        kind=contact.kind,
        address=shown_address(contact.kind, contact.address),
        secret=secret,
        file=contact.managed_by or "",
        is_own=contact.is_own,
        is_confirmed=contact.is_confirmed,
        is_first=contact.id == own[0] if own else False,
        is_last=contact.id == own[-1] if own else False,
        proof=stands.state,
        proven_at=stands.answered_at,
        proof_since=stands.since,
        broken=(contact.broken_why or "nothing arrives there") if contact.broken_at is not None else "",
        broken_at=contact.broken_at,
        tested=state_words(test) if test else "",
        is_test_failed=test is not None and test.state is DeliveryState.FAILED,
        tested_at=(test.sent_at or test.ended_at or test.taken_at or test.requested_at) if test else None,
        answer=test.answer if test else "",
    )
