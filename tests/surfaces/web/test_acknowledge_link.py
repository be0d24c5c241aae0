"""The link of a message: looking changes nothing, the button acknowledges, once, for the person it went to (SEC-6)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from tests.surfaces.web.conftest import URL, Browser
from tocsin.accounts.service import disable_user
from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident, Status
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]


async def page_alice(db: Database, links: AckLinks) -> tuple[Incident, str]:
    """An incident, and the path of the link in the mail that the person on call got about it."""
    async with db.transaction() as tx:
        declaration = Declaration(
            title="Checkout answers 500", services=("checkout",), severity="SEV-1", summary="8 % of requests fail"
        )
        incident = await incidents.declare(tx, declaration)
        (sent,) = await delivery.list_deliveries(tx.conn, incident.topic)
    assert sent.user_name == "alice"
    return incident, links.url_for(sent.id).removeprefix(URL)


async def now(db: Database, incident: Incident) -> Incident:
    async with db.connection() as conn:
        return await incidents.get(conn, incident.id)


async def test_it_says_what_how_bad_since_when_and_who_else(office: Database, guest: Browser, links: AckLinks) -> None:
    _, path = await page_alice(office, links)
    answer = await guest.get(path)
    assert answer.status_code == 200
    for words in ("Checkout answers 500", "8 % of requests fail", "SEV-1", "11:00", "Nobody else so far", "as alice"):
        assert words in answer.text
    assert "<script" not in answer.text
    assert len(answer.content) + len((await guest.get(stylesheet(answer.text))).content) < 30_000


def stylesheet(page: str) -> str:
    return page.split('rel="stylesheet" href="')[1].split('"')[0]


async def test_looking_changes_nothing(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    for _ in range(3):
        await guest.get(path)
        assert (await guest.client.head(path)).status_code == 200
    assert (await now(office, incident)).status is Status.TRIGGERED
    assert (await guest.client.post(path)).status_code == 200


async def test_the_button_acknowledges_for_the_receiver_once(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    answer = await guest.client.post(path)
    assert "You have it." in answer.text
    assert (await now(office, incident)).acknowledged_by == "@alice"
    for again in (await guest.client.post(path), await guest.get(path)):
        assert again.status_code == 410
        assert "This link has been used." in again.text
        assert "<button" not in again.text


async def test_the_short_link_of_a_text_shows_the_same_page(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    sent = links.read(path.rpartition("/")[2])
    assert sent is not None
    short = links.short_url_for(sent).removeprefix(URL)
    answer = await guest.get(short)
    assert answer.status_code == 200
    assert f'action="{path}"' in answer.text
    assert "Checkout answers 500" in answer.text
    assert (await guest.client.head(short)).status_code == 200
    assert (await now(office, incident)).status is Status.TRIGGERED
    for wrong in (links.short_url_for(uuid4()).removeprefix(URL), f"{short[:-2]}xx", "/a/x", "/a/" + "a" * 300):
        assert (await guest.get(wrong)).status_code in {400, 404}
    await guest.client.post(path)
    assert "This link has been used." in (await guest.get(short)).text


async def test_the_button_and_an_escalation_do_not_deadlock(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    async with office.transaction() as tx:
        await incidents.lock(tx, incident.id)
        pressing = asyncio.create_task(guest.client.post(path))
        await asyncio.sleep(0.5)  # it waits for the incident by now
        await delivery.supersede(tx, incident.topic, (Purpose.PAGE,), "the next step is called")
    assert (await pressing).status_code == 200
    assert (await now(office, incident)).acknowledged_by == "@alice"


async def test_it_does_not_live_for_ever(
    office: Database, guest: Browser, links: AckLinks, clock: VirtualClock
) -> None:
    incident, path = await page_alice(office, links)
    clock.advance(links.life + timedelta(seconds=1))
    answer = await guest.client.post(path)
    assert answer.status_code == 410
    assert "This link is too old." in answer.text
    assert (await now(office, incident)).status is Status.TRIGGERED


async def test_what_somebody_has_taken_or_ended_asks_for_nothing(
    office: Database, guest: Browser, links: AckLinks
) -> None:
    incident, path = await page_alice(office, links)
    async with office.transaction() as tx:
        await incidents.acknowledge(tx, incident.id, "@bob", "cli")
    taken = (await guest.get(path)).text
    assert "bob has it. You need not act." in taken
    assert "<button" not in taken
    async with office.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@bob", "rolled back")
    assert "INC-1 is resolved. You need not act." in (await guest.get(path)).text


async def test_a_forged_link_and_one_of_a_person_who_has_left_lead_nowhere(
    office: Database, guest: Browser, links: AckLinks
) -> None:
    incident, path = await page_alice(office, links)
    forged = links.url_for(uuid4()).removeprefix(URL)
    for wrong in (forged, path[:-2] + "xx", "/ack/" + "a" * 300):
        assert (await guest.get(wrong)).status_code in {400, 404}
        assert (await guest.client.post(wrong)).status_code in {400, 404}
    async with office.transaction() as tx:
        await disable_user(tx, "alice", managed_by=None, actor="@carol")
    assert (await guest.client.post(path)).status_code == 404
    assert (await now(office, incident)).status is Status.TRIGGERED
