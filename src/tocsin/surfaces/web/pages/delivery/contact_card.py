"""The contact card of the pager: saved once, a phone lets its numbers through."""

from litestar import get
from litestar.response import Response

from tocsin.integrations.telephony.contact_card import MEDIA_TYPE
from tocsin.kernel.errors import NotFound
from tocsin.surfaces.web.given import GivenSite, GivenVisit
from tocsin.surfaces.web.visits import viewer_of


@get("/contact-card.vcf")
async def show_contact_card(visit: GivenVisit, site: GivenSite) -> Response[bytes]:
    """For whoever is signed in. Raises NotFound where no number is known."""
    viewer_of(visit)
    if not site.card:
        raise NotFound("There is no number to save.", "Ask an administrator to set TOCSIN_VOICE_NUMBERS.")
    headers = {"Content-Disposition": 'attachment; filename="tocsin.vcf"', "Cache-Control": "no-store"}
    return Response(site.card.encode(), media_type=MEDIA_TYPE, headers=headers)
