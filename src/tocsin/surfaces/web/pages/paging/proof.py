"""The page behind the link of a test message: its button proves that the contact works (PAG-3).

As with every link, looking changes nothing (SEC-6): a scanner that fetches it proves nothing.
"""

from datetime import datetime

import msgspec
from litestar.response import Response

from tocsin.delivery import service as delivery
from tocsin.delivery.model import Delivery
from tocsin.kernel.errors import Refused
from tocsin.surfaces.web.pages.paging.link import Pressed
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.times import Times, zone_named


class ProofView(msgspec.Struct, frozen=True, kw_only=True):
    """`said` is how it stands when there is nothing to press."""

    name: str
    kind: str
    sent_at: datetime
    said: str


def show_proof(pressed: Pressed, sent: Delivery, said: str | None = None, *, status: int = 200) -> Response[str]:
    """On the receiver's clock, whoever is signed in."""
    guest = pressed.guest
    view = ProofView(name=sent.user_name, kind=sent.kind, sent_at=sent.requested_at, said=said or "")
    visit = Visit(times=Times(zone_named(sent.message.time_zone), guest.times.now), theme=guest.theme)
    return pressed.pages.page("paging/proof.html", visit, status=status, view=view)


async def prove(pressed: Pressed, sent: Delivery) -> Response[str]:
    """The button: the message has arrived, and its contact counts as proven."""
    try:
        async with pressed.db.transaction() as tx:
            await delivery.use_ack_token(tx, pressed.site.links, pressed.token)
    except Refused as refused:
        return show_proof(pressed, sent, refused.message, status=410)
    return show_proof(pressed, sent, "It works, thank you. This contact is proven.")
