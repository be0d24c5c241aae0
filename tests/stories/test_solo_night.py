"""A night for one person: a page, the acknowledgement, reminders at the right minutes, an update from the page that a
phone shows, the resolution, the all-clear – and nobody else is woken (ROL-1, COM-1, COM-2, RES-3).
"""

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from litestar import Litestar

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.office import link_for
from tests.support.postgres import Server
from tests.support.world import World
from tests.surfaces.web.conftest import Browser
from tocsin.comms.jobs import REMIND
from tocsin.delivery.keys import device_proofs, webhook_secret
from tocsin.incidents.model import Status
from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.surfaces.web.app import WebPages
from tocsin.surfaces.web.site import Site

URL = "https://tocsin.example.com"
ROOM = "/incidents/INC-1"


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=(REMIND,)) as world:
        yield world


@pytest.fixture
async def phone(world: World) -> AsyncIterator[Browser]:
    """Alice's browser, without script."""
    hub = Hub(world.db)
    await hub.start()
    site = Site(URL, world.links, partial(webhook_secret, bytes(32)), device_proofs(bytes(32)))
    web = WebPages(world.db, hub, site, Renderer())
    app = Litestar([web.router], openapi_config=None, logging_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        assert (await client.post(await link_for(world.db, "alice"))).status_code == 303
        yield Browser(client)
    await hub.close()


async def test_one_person_carries_a_night_from_the_page_to_the_all_clear(world: World, phone: Browser) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="warning", instance="web-3")
    page = world.phone("alice").receives("page", saying="HighErrorRate")
    await world.passes(minutes=2)
    await world.follows_link(page)

    await world.passes(minutes=14, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    reminded = world.phone("alice").receives("notice", saying="Update 1 on INC-1 is due now.")
    assert "Ask for help: tocsin escalate INC-1." in reminded.view.what

    form = (await phone.get(f"{ROOM}/update")).text
    assert "Update 1" in form
    posted = await phone.press(
        f"{ROOM}/updates", on=f"{ROOM}/update", text="Errors come from web-3 only", done="Took web-3 out", eta="30"
    )
    assert (posted.status_code, posted.headers["location"]) == (303, ROOM)
    await world.worker.drain()
    await world.says("Update 1 by @alice: Errors come from web-3 only. The next one comes at 03:32 UTC.")
    assert f"{(await world.see()).eta:%H:%M}" == "03:47"

    await world.passes(minutes=14)
    await world.works("alice", words="web-3 is replaced")
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("notice", saying="Update 2 on INC-1 is due now.")

    await world.clears("HighErrorRate", job="checkout", severity="warning", instance="web-3")
    world.phone("alice").receives("info", saying="@alice has taken the incident and ends it.")
    assert (await world.see()).status is Status.MONITORING
    await world.resolve("alice", reason="Replaced web-3")
    over = world.phone("alice").receives("resolved", saying="Resolved by @alice. Replaced web-3.")
    for words in ("Duration: 32 minutes", "What fixed it: Replaced web-3", "Thank you, alice."):
        assert words in over.view.what

    await world.passes(hours=6)
    world.nobody_else_is_paged()
    assert {entry.actor for entry in await world.timeline()} <= {"@alice", "tocsin"}
