"""A contact of one's own on My notifications: add it, enter its code, move it, remove it (PAG-3, SEC-9)."""

from litestar import post
from litestar.response import Redirect, Response

from tocsin.accounts.model import User
from tocsin.delivery import confirming, contacts
from tocsin.kernel.errors import Invalid, Refused, TooManyAttempts
from tocsin.kernel.tx import Tx
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.delivery.notifications import change, show_again
from tocsin.surfaces.web.pages.delivery.notifications_view import PATH, NewForm, Typed, load_ways
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.contacts import contact_id, own_id
from tocsin.surfaces.wire.new_contact import read_contact

_WRONG = (Invalid, Refused, TooManyAttempts)
"""What is said beside the form; whatever else goes wrong has a page of its own."""


@post(f"{PATH}/add")
async def add_contact(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """A code is on its way to it, and the page asks for the code."""
    new = NewForm(form.get("kind", ""), form.get("address", ""))

    async def add(tx: Tx, user: User) -> str:
        draft = read_contact(new.kind, new.address, site.unconfigured)
        added = await confirming.add_contact(tx, user, draft, viewer_of(visit).actor, client=visit.client)
        return place_of(str(added.id))

    return await change(visit, pages, db, site, Typed(place="add", new=new), add, beside=_WRONG)


@post(f"{PATH}/verify")
async def enter_code(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """The code of one contact; from then on it is told. Every try commits itself, so it is no `change`."""
    at = form.get("contact", "")
    async with db.connection() as conn:
        user, _ = await load_ways(conn, visit)
    try:
        code, by = form.get("code", ""), viewer_of(visit).actor
        await confirming.verify(db, user, own_id(at), code, by, site.links, client=visit.client)
    except _WRONG as problem:
        return await show_again(visit, pages, db, site, Typed(place=at), problem)
    return Redirect(f"{PATH}#{place_of(at)}", status_code=303)


@post(f"{PATH}/code")
async def send_another_code(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """Those before it stop working."""
    at = form.get("contact", "")

    async def resend(tx: Tx, user: User) -> str:
        await confirming.resend_code(tx, user, own_id(at), viewer_of(visit).actor)
        return place_of(at)

    return await change(visit, pages, db, site, Typed(place=at), resend, beside=_WRONG)


@post(f"{PATH}/remove")
async def remove_contact(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """One that was added here, unless it is the last that is known to work."""
    at = form.get("contact", "")

    async def remove(tx: Tx, user: User) -> str:
        await contacts.remove_contact(tx, user, contact_id(at), viewer_of(visit).actor, client=visit.client)
        return ""

    return await change(visit, pages, db, site, Typed(place=at), remove, beside=_WRONG)


@post(f"{PATH}/move")
async def move_contact(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One place up, or down, among those that were added here."""
    at = form.get("contact", "")
    async with db.transaction() as tx:
        user, ways = await load_ways(tx.conn, visit)
        own = [each.id for each in ways.contacts if each.is_own and each.id is not None]
        await contacts.reorder(tx, user, moved(own, own_id(at), form.get("to", "")), viewer_of(visit).actor)
    return Redirect(f"{PATH}#{place_of(at)}", status_code=303)


def moved(order: list[int], contact: int, to: str) -> list[int]:
    """The order after one step "up" or "down"; the same at its ends, and for what is not in it."""
    if contact not in order:
        return order
    place = order.index(contact)
    other = max(place - 1, 0) if to == "up" else min(place + 1, len(order) - 1)
    after = list(order)
    after[place], after[other] = after[other], after[place]
    return after


def place_of(contact: str) -> str:
    """Where the page shows it."""
    return f"contact-{contact}"
