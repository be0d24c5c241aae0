"""What the service worker says while no page is open: its browser has another subscription. Nobody is signed in; the
device proves itself by what only it was told (`delivery.renewing`).
"""

from litestar import MediaType, post
from litestar.response import Response

from tocsin.delivery.devices import Device, address_of, read_device
from tocsin.delivery.renewing import renew_device
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenSite
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import client_address


@post("/renewed-device", status_code=200)
async def renew_subscription(request: AnyRequest, form: GivenForm, db: GivenDb, site: GivenSite) -> Response[str]:
    """The proof for the next time, as plain text."""
    given = Device(form.get("endpoint", ""), form.get("p256dh", ""), form.get("auth", ""))
    device = read_device(address_of(given))
    async with db.transaction() as tx:
        proof = await renew_device(tx, site.devices, form.get("proof", ""), device, client_address(request))
    return Response(proof, media_type=MediaType.TEXT)
