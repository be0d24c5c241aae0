"""Wake me on this device: a browser becomes a way to reach its owner (OPS-5). The subscription is made by the script of
the page, `frontend/src/wake.ts`; without it there is nothing to press.
"""

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.delivery.devices import Device, address_of
from tocsin.delivery.waking import wake_device
from tocsin.integrations.channels.push.send import check_address
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.delivery.notifications_view import PATH as NOTIFICATIONS
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import device_of, viewer_of

PATH = f"{NOTIFICATIONS}/device"


class DeviceView(msgspec.Struct, frozen=True):
    """`key` is what the browser is told about who will send to it."""

    name: str
    key: str


@get(PATH)
async def show_device(request: AnyRequest, visit: GivenVisit, pages: GivenPages, site: GivenSite) -> Response[str]:
    return pages.page("delivery/device.html", visit, view=DeviceView(device_of(request), site.push_key))


@post(PATH)
async def add_device(
    request: AnyRequest, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """The device is a contact and a test message is on its way to it; or the page again with what is wrong."""
    name = device_of(request)
    try:
        device = Device(form.get("endpoint", ""), form.get("p256dh", ""), form.get("auth", ""), name)
        address = check_address(address_of(device))
    except Invalid as problem:
        view = DeviceView(name, site.push_key)
        return pages.page("delivery/device.html", visit, status=400, view=view, problem=problem)
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, viewer_of(visit).name)
        await wake_device(tx, user, address, viewer_of(visit).actor, client=visit.client)
    return Redirect(NOTIFICATIONS, status_code=303)
