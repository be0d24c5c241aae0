"""My notifications: the viewer's contacts, whether each is proven, a test for each, and the rules by urgency (PAG-3).

What a file manages is shown with the file's name and changed there.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.delivery import contacts
from tocsin.delivery.model import Contact, Delivery, NotificationRule, Urgency, Ways, topic_of_tests
from tocsin.delivery.wording import STATES, shown_address
from tocsin.kernel.db import Conn
from tocsin.kernel.durations import format_duration, parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.contacts import ACCOUNT, contact_id

PATH = "/me/notifications"
MOST_RULES = 10
"""Of one urgency; who needs more steps than this is not woken by the last ones either."""
_HEADINGS = {Urgency.HIGH: "High urgency: somebody must act now", Urgency.LOW: "Low urgency: it can wait"}


class ContactRow(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is what its messages are signed with, empty unless it was asked for. `tested` is empty while no test was
    sent; `answer` is what the peer said to the last one.
    """

    id: str
    kind: str
    address: str
    secret: str
    file: str
    proven_at: datetime | None
    tested: str
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


class NotificationsView(msgspec.Struct, frozen=True, kw_only=True):
    """`file` manages rules and quiet hours; empty: they are changed here."""

    contacts: tuple[ContactRow, ...]
    urgencies: tuple[UrgencyRules, ...]
    kinds: tuple[str, ...]
    file: str


@get(PATH)
async def show_notifications(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    async with db.connection() as conn:
        _, ways = await _ways(conn, visit)
    return pages.page("delivery/notifications.html", visit, view=_view(ways, _stored(ways)))


@post(f"{PATH}/test")
async def send_test_message(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One test message by one contact; the page then says what became of it."""
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, viewer_of(visit).name)
        await contacts.send_test(tx, user, contact_id(form.get("contact", "")), viewer_of(visit).actor)
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/secret", status_code=200)
async def show_signing_secret(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The page once more, with what the messages to one webhook are signed with; the audit log says who saw it."""
    async with db.transaction() as tx:
        user, ways = await _ways(tx.conn, visit)
        webhook = await contacts.show_webhook(tx, user, contact_id(form.get("contact", "")), viewer_of(visit).actor)
    shown = {webhook.id: site.webhook_secret(webhook.id or 0)}
    return pages.page("delivery/notifications.html", visit, view=_view(ways, _stored(ways), shown))


@post(f"{PATH}/rules")
async def change_rules(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """All rules at once, or the form again with what is wrong."""
    sent = {urgency: sent_rules(form, urgency) for urgency in Urgency}
    try:
        async with db.transaction() as tx:
            user = await accounts.get_user_by_name(tx.conn, viewer_of(visit).name)
            await contacts.replace_rules(tx, user, wanted(sent), viewer_of(visit).actor)
    except Invalid as problem:
        async with db.connection() as conn:
            _, ways = await _ways(conn, visit)
        view = _view(ways, sent)
        return pages.page("delivery/notifications.html", visit, status=400, view=view, problem=problem)
    return Redirect(PATH, status_code=303)


def sent_rules(form: Mapping[str, str], urgency: Urgency) -> tuple[RuleRow, ...]:
    """The lines that name a kind, in their order."""
    lines = ((form.get(f"{urgency}.{n}.kind", ""), form.get(f"{urgency}.{n}.after", "")) for n in range(MOST_RULES))
    return tuple(RuleRow(kind, after.strip() or "0s") for kind, after in lines if kind)


def wanted(sent: Mapping[Urgency, tuple[RuleRow, ...]]) -> list[NotificationRule]:
    """Raises Invalid for a span that is none; its field is such as "high.0.after"."""
    return [
        NotificationRule(urgency, row.kind, parse_duration(row.after, field=f"{urgency}.{place}.after"))
        for urgency, rows in sent.items()
        for place, row in enumerate(rows)
    ]


async def _ways(conn: Conn, visit: Visit) -> tuple[User, Ways]:
    user = await accounts.get_user_by_name(conn, viewer_of(visit).name)
    return user, await contacts.ways_of(conn, user)


def _stored(ways: Ways) -> dict[Urgency, tuple[RuleRow, ...]]:
    return {
        urgency: tuple(RuleRow(r.kind, format_duration(r.delay)) for r in ways.rules if r.urgency is urgency)
        for urgency in Urgency
    }


def _view(
    ways: Ways,
    rules: Mapping[Urgency, tuple[RuleRow, ...]],
    secrets: Mapping[int | None, str] = MappingProxyType({}),
) -> NotificationsView:
    return NotificationsView(
        contacts=tuple(
            _row(contact, ways.tests.get(topic_of_tests(contact)), secrets.get(contact.id, ""))
            for contact in ways.contacts
        ),
        urgencies=tuple(
            UrgencyRules(urgency=urgency.value, heading=heading, rows=rules[urgency])
            for urgency, heading in _HEADINGS.items()
        ),
        kinds=tuple(dict.fromkeys(contact.kind for contact in ways.contacts)),
        file=ways.habit.managed_by or "",
    )


def _row(contact: Contact, test: Delivery | None, secret: str) -> ContactRow:
    return ContactRow(
        id=str(contact.id or ACCOUNT),
        kind=contact.kind,
        address=shown_address(contact.kind, contact.address),
        secret=secret,
        file=contact.managed_by or "",
        proven_at=contact.proven_at,
        tested=STATES[test.state] if test else "",
        tested_at=(test.sent_at or test.ended_at or test.taken_at or test.requested_at) if test else None,
        answer=test.answer if test else "",
    )
