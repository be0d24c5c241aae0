"""The page behind a message's link, and its first button (SEC-6).

Looking changes nothing, whoever looks and whatever scripts they run: only the form's POST acknowledges. The link works
once and not for ever.
"""

from typing import Annotated

from litestar import post, route
from litestar.params import PathParameter
from litestar.response import Response

from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.paging import commands
from tocsin.paging.by_delivery import no_such_message
from tocsin.surfaces.web.given import GivenDb, GivenGuest, GivenPages, GivenSite
from tocsin.surfaces.web.pages.paging.answer_by_link import spend
from tocsin.surfaces.web.pages.paging.link import Pressed, Token, find_link, show
from tocsin.surfaces.web.pages.paging.proof import prove, show_proof

Short = Annotated[str, PathParameter(max_length=40)]


@route("/ack/{token:str}", http_method=["GET", "HEAD"])
async def show_acknowledge_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """How things stand, and the buttons while the link and the incident are open. Reads only."""
    return await _show(Pressed(token, guest, pages, db, site))


@route("/a/{short:str}", http_method=["GET", "HEAD"])
async def show_short_link(
    short: Short, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The same for the link of a text, whose buttons lead on to the whole one."""
    async with db.connection() as conn:
        token = await delivery.find_ack_token(conn, site.links, short)
    if token is None:
        raise no_such_message()
    return await _show(Pressed(token, guest, pages, db, site))


async def _show(pressed: Pressed) -> Response[str]:
    link = await find_link(pressed)
    if link.delivery.purpose is Purpose.TEST:
        return show_proof(pressed, link.delivery, link.refusal, status=410 if link.refusal else 200)
    return await show(pressed, link.delivery, link.refusal, status=410 if link.refusal else 200)


@post("/ack/{token:str}", status_code=200)
async def acknowledge_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The button: the person takes the incident, or comes to help, and escalation stops for everyone. Of a test message
    it proves the contact."""
    pressed = Pressed(token, guest, pages, db, site)
    sent = (await find_link(pressed)).delivery
    if sent.purpose is Purpose.TEST:
        return await prove(pressed, sent)
    return await spend(
        pressed,
        lambda tx, incident, viewer: commands.acknowledge(tx, incident.id, viewer.actor, "link"),
        lambda incident, viewer: (
            "You have it. Nobody else is woken for this."
            if incident.acknowledged_by == viewer.actor
            else f"{(incident.acknowledged_by or 'somebody').removeprefix('@')} has it, and knows that you come."
        ),
        asks_worth=True,
    )
