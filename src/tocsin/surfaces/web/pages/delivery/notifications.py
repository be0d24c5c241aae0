"""My notifications: the viewer's contacts and how each stands, a test for each, rules by urgency, quiet hours (PAG-3).

What a file manages is shown with the file's name and changed there. Adding contacts is `own_contacts`'.
"""

from collections.abc import Awaitable, Callable, Mapping

from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog import service as catalog
from tocsin.delivery import contacts
from tocsin.delivery.model import NotificationRule, Urgency
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid, TocsinError
from tocsin.kernel.tx import Tx
from tocsin.kernel.week_words import days_text
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.delivery.notifications_view import (
    PATH,
    TEMPLATE,
    QuietForm,
    RuleRow,
    Typed,
    load_ways,
    notifications_view,
)
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire import contacts as wire
from tocsin.surfaces.wire.problem import STATUS

MOST_RULES = 10
"""Of one urgency; who needs more steps than this is not woken by the last ones either."""


@get(PATH)
async def show_notifications(visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite) -> Response[str]:
    async with db.connection() as conn:
        _, ways = await load_ways(conn, visit)
    view = notifications_view(ways, site.unconfigured, visit.times.now)
    return pages.page(TEMPLATE, visit, view=view, has_card=bool(site.card))


async def show_again(
    visit: Visit, pages: GivenPages, db: GivenDb, site: GivenSite, typed: Typed, problem: TocsinError
) -> Response[str]:
    """The page with what was typed and what is wrong with it."""
    async with db.connection() as conn:
        _, ways = await load_ways(conn, visit)
    view = notifications_view(ways, site.unconfigured, visit.times.now, typed)
    status = STATUS.get(type(problem), 400)
    return pages.page(TEMPLATE, visit, status=status, view=view, problem=problem, has_card=bool(site.card))


Deed = Callable[[Tx, User], Awaitable[str]]
"""Changes how a person is reached; the place on the page that shows it then."""


async def change(
    visit: Visit,
    pages: GivenPages,
    db: GivenDb,
    site: GivenSite,
    typed: Typed,
    deed: Deed,
    *,
    beside: tuple[type[TocsinError], ...] = (Invalid,),
) -> Response[str] | Redirect:
    """Does it for the viewer, and goes back to the page. Of what goes wrong, the kinds in `beside` are said where it
    was typed; everything else has a page of its own.
    """
    try:
        async with db.transaction() as tx:
            place = await deed(tx, await accounts.get_user_by_name(tx.conn, viewer_of(visit).name))
    except beside as problem:
        return await show_again(visit, pages, db, site, typed, problem)
    return Redirect(f"{PATH}#{place}" if place else PATH, status_code=303)


@post(f"{PATH}/test")
async def send_test_message(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One test message by one contact; the page then says what became of it."""
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, viewer_of(visit).name)
        await contacts.send_test(tx, user, wire.contact_id(form.get("contact", "")), viewer_of(visit).actor)
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/secret", status_code=200)
async def show_signing_secret(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The page once more, with what the messages to one webhook are signed with; the audit log says who saw it."""
    async with db.transaction() as tx:
        user, ways = await load_ways(tx.conn, visit)
        wanted = wire.contact_id(form.get("contact", ""))
        webhook = await contacts.show_webhook(tx, user, wanted, viewer_of(visit).actor)
    shown = (webhook.id, site.webhook_secret(webhook.id or 0))
    view = notifications_view(ways, site.unconfigured, visit.times.now, shown=shown)
    return pages.page(TEMPLATE, visit, view=view, has_card=bool(site.card))


@post(f"{PATH}/rules")
async def change_rules(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """All rules at once, or the form again with what is wrong."""
    sent = {urgency: sent_rules(form, urgency) for urgency in Urgency}

    async def replace_rules(tx: Tx, user: User) -> str:
        await contacts.replace_rules(tx, user, wanted(sent), viewer_of(visit).actor, client=visit.client)
        return ""

    return await change(visit, pages, db, site, Typed(place="rules", rules=sent), replace_rules)


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


@post(f"{PATH}/quiet-hours")
async def change_quiet_hours(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """When low urgency can wait, or never; or the form again with what is wrong."""
    sent = sent_quiet(form)

    async def set_quiet_hours(tx: Tx, user: User) -> str:
        zone = user.time_zone or (await catalog.organisation(tx.conn)).time_zone
        said = wire.QuietHours(days=days_text(sent.days), begin=sent.begins, to=sent.ends)
        quiet = wire.read_quiet_hours(said, zone) if sent.is_set else None
        await contacts.set_quiet_hours(tx, user, quiet, viewer_of(visit).actor, client=visit.client)
        return "quiet"

    return await change(visit, pages, db, site, Typed(place="quiet", quiet=sent), set_quiet_hours)


def sent_quiet(form: Mapping[str, str]) -> QuietForm:
    """`is_set` False: the button that ends them was pressed."""
    return QuietForm(
        begins=form.get("from", ""),
        ends=form.get("to", ""),
        days=tuple(day for day in range(7) if f"day.{day}" in form),
        is_set="off" not in form,
    )
