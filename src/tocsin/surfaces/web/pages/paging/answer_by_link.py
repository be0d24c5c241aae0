"""What else a message's link can say (PAG-4): page the next, call the next step, quiet for a while, was it worth it.

One POST each, for the person to whom the message went. What answers for them spends the link; calling the next step
does not, since whoever does it may still want to take it: the step itself says that it is done once.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from litestar import post
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts.model import Viewer
from tocsin.delivery import service as delivery
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx
from tocsin.paging import commands, marking, snoozing
from tocsin.paging.by_delivery import incident_of
from tocsin.paging.climbing import page_of
from tocsin.surfaces.web.given import GivenDb, GivenGuest, GivenPages, GivenSite
from tocsin.surfaces.web.pages.paging.link import Pressed, Token, find_link, show
from tocsin.surfaces.web.pages.paging.pager import SNOOZES

Deed = Callable[[Tx, Incident, Viewer], Awaitable[object]]
Told = Callable[[Incident, Viewer], str]


@post("/ack/{token:str}/decline", status_code=200)
async def decline_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """Not me: the next is called."""
    return await spend(
        Pressed(token, guest, pages, db, site),
        lambda tx, incident, viewer: commands.decline(tx, incident.id, viewer.actor),
        lambda incident, _: (
            "You are not called for this any more."
            if incident.acknowledged_by
            else "You are not called for this any more; the next is."
        ),
    )


@post("/ack/{token:str}/snooze/{minutes:int}", status_code=200)
async def snooze_by_link(
    token: Token, minutes: FromPath[int], guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """Quiet for one of the lengths that the page offers."""
    if minutes not in dict(SNOOZES):
        raise Refused("The page does not offer this length.", "Press one of its buttons.")
    quiet = timedelta(minutes=minutes)
    again_at = guest.times.now + quiet
    return await spend(
        Pressed(token, guest, pages, db, site),
        lambda tx, incident, viewer: snoozing.snooze(tx, incident.id, viewer.actor, "link", quiet),
        lambda _, __: f"You have it. You are called again at {again_at:%Y-%m-%d %H:%M} UTC unless it is resolved.",
        asks_worth=True,
    )


@post("/ack/{token:str}/escalate", status_code=200)
async def escalate_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The next step is called now; pressed again it is refused, and the link stays good for an answer."""
    pressed = Pressed(token, guest, pages, db, site)
    link = await find_link(pressed)
    if link.refusal:
        return await show(pressed, link.delivery, link.refusal, status=410)
    try:
        async with db.transaction() as tx:
            incident, viewer = await incident_of(tx.conn, link.delivery)
            await commands.escalate_from(tx, incident.id, page_of(link.delivery.cause), viewer.actor)
    except Refused as refused:
        return await show(pressed, link.delivery, notice=refused.message, status=409)
    return await show(pressed, link.delivery, notice="The next step is called now.")


@post("/ack/{token:str}/actionable", status_code=200)
async def mark_actionable_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """There was something to do."""
    return await _mark(Pressed(token, guest, pages, db, site), actionable=True)


@post("/ack/{token:str}/not-actionable", status_code=200)
async def mark_not_actionable_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """There was nothing to do."""
    return await _mark(Pressed(token, guest, pages, db, site), actionable=False)


async def spend(pressed: Pressed, deed: Deed, told: Told, *, asks_worth: bool = False) -> Response[str]:
    """Uses the link up and does the deed, both or neither; then says what it did, or why it was refused."""
    sent = (await find_link(pressed)).delivery
    try:
        async with pressed.db.transaction() as tx:
            incident, viewer = await incident_of(tx.conn, sent)
            await incidents.lock(tx, incident.id)  # before the delivery's row: whoever escalates takes them so, too
            await delivery.use_ack_token(tx, pressed.site.links, pressed.token)
            await deed(tx, incident, viewer)
            said = told(await incidents.get(tx.conn, incident.id), viewer)
    except Refused as refused:
        return await show(pressed, sent, refused.message, status=410)
    return await show(pressed, sent, said, asks_worth=asks_worth)


async def _mark(pressed: Pressed, *, actionable: bool) -> Response[str]:
    """Also after the link was used, as long as it lives: the question comes with the answer to it."""
    sent = (await find_link(pressed)).delivery
    if pressed.site.links.is_over(sent.requested_at, pressed.guest.times.now):
        return await show(pressed, sent, "This link is too old.", status=410)
    async with pressed.db.transaction() as tx:
        incident, viewer = await incident_of(tx.conn, sent)
        await marking.mark(tx, incident.id, viewer.actor, actionable=actionable)
    return await show(pressed, sent, "Noted, thank you.")
