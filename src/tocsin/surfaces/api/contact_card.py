"""The contact card with the numbers of the pager, over HTTP (PAG-12)."""

from litestar import get

from tocsin.kernel.errors import NotFound
from tocsin.surfaces.api.callers import Caller, Here
from tocsin.surfaces.wire.contact_card import ContactCard


@get("/contact-card", summary="The numbers that calls and texts come from")
async def show_contact_card(viewer: Caller, site: Here) -> ContactCard:
    """As a contact card (vCard 4.0) to be saved in a phone, so that it lets them through."""
    if not site.card:
        raise NotFound("There is no number to save.", "Set TOCSIN_TWILIO_NUMBER or TOCSIN_VOICE_NUMBERS.")
    return ContactCard(numbers=list(site.numbers), card=site.card)
