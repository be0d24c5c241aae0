"""Wake me on this device: for whom it is, what a browser has to give, what runs while no page is open (OPS-5)."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from tests.support.applications import MASTER
from tests.support.push_service import Browser as PushBrowser
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts
from tocsin.delivery.breaking import break_way
from tocsin.delivery.devices import read_device
from tocsin.delivery.keys import device_proofs
from tocsin.delivery.model import Contact, ContactDraft, Delivery, topic_of_tests
from tocsin.delivery.reports import find_delivery
from tocsin.delivery.service import list_deliveries
from tocsin.kernel.db import Conn

BrowserOf = Callable[[str], Awaitable[Browser]]
RENEWED = "/renewed-device"
DEVICES = device_proofs(MASTER)
PAGE = "/me/notifications/device"
PUSHED_TO = "https://push.example.com/s3cret"


async def contacts_of(db: Database, name: str) -> list[Contact]:
    async with db.connection() as conn:
        return await contacts.list_contacts(conn, (await get_user_by_name(conn, name)).id)


async def test_a_device_wakes_whoever_pressed_the_button_on_it_and_nobody_else(
    office: Database, browser_of: BrowserOf, guest: Browser
) -> None:
    assert (await guest.get(PAGE)).status_code == 303
    alice, bob = await browser_of("alice"), await browser_of("bob")
    assert 'data-key="BKey"' in (await alice.get(PAGE)).text
    phone = PushBrowser()
    answer = await alice.press(PAGE, on=PAGE, endpoint=PUSHED_TO, **phone.keys)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/notifications")
    page = (await alice.get("/me/notifications")).text
    assert "<b>push</b>" in page
    assert "Last test" in page
    assert "s3cret" not in page
    (device,) = await contacts_of(office, "alice")
    assert (device.kind, device.managed_by) == ("push", None)
    async with office.connection() as conn:
        rules = await contacts.list_rules(conn, device.user_id or 0)
    assert [(rule.urgency, rule.kind) for rule in rules] == [("high", "push"), ("high", "email")]
    async with office.connection() as conn:
        (warning,) = await list_deliveries(conn, f"user/{device.user_id}")
    assert (warning.address, warning.message.title.endswith("was added")) == ("alice@example.com", True)
    assert ", from 127.0.0.1. You are told by it from now on." in warning.message.what
    assert await contacts_of(office, "bob") == []
    assert "<b>push</b>" not in (await bob.get("/me/notifications")).text


@pytest.mark.parametrize(
    "changed", [{"endpoint": ""}, {"endpoint": "javascript:alert(1)"}, {"p256dh": "A" * 87}, {"auth": "short"}]
)
async def test_what_no_browser_gives_is_refused_with_what_to_do(
    office: Database, browser_of: BrowserOf, changed: dict[str, str]
) -> None:
    alice = await browser_of("alice")
    sent = {"endpoint": PUSHED_TO, **PushBrowser().keys, **changed}
    answer = await alice.press(PAGE, on=PAGE, **sent)
    assert answer.status_code == 400
    assert "press Wake me on this device" in answer.text
    assert await contacts_of(office, "alice") == []


async def delivery_by(conn: Conn, device: Contact) -> Delivery:
    """The test message to it."""
    (told,) = await list_deliveries(conn, topic_of_tests(device))
    delivery = await find_delivery(conn, told.id)
    assert delivery is not None
    return delivery


async def told_device(db: Database, name: str) -> tuple[Contact, str]:
    """The person's device, and the proof that was sealed into what was pushed to it."""
    (device,) = await contacts_of(db, name)
    return device, DEVICES.issue(device.id or 0, device.address)


async def test_a_proof_is_good_for_the_device_that_has_it_as_long_as_it_has_that_address(
    office: Database, browser_of: BrowserOf, guest: Browser
) -> None:
    alice, old, new = await browser_of("alice"), PushBrowser(), PushBrowser()
    await alice.press(PAGE, on=PAGE, endpoint=PUSHED_TO, **old.keys)
    device, proof = await told_device(office, "alice")
    fresh = {"endpoint": f"{PUSHED_TO}/2", **new.keys}
    forged = device_proofs(bytes(32)).issue(device.id or 0, device.address)
    nobodys = DEVICES.issue(4711, device.address)
    before = DEVICES.issue(device.id or 0, new.address(f"{PUSHED_TO}/0"))
    for wrong in ("", "x", "é", proof[:-1], forged, nobodys, before):
        refused = await guest.client.post(RENEWED, data={"proof": wrong, **fresh})
        assert refused.status_code == 404
        assert "press Wake me on this device" in refused.text
    assert await contacts_of(office, "alice") == [device]

    answer = await guest.client.post(RENEWED, data={"proof": proof, **fresh})
    after, next_proof = await told_device(office, "alice")
    assert (answer.status_code, answer.text) == (200, next_proof)
    renewed = new.address(f"{PUSHED_TO}/2", read_device(device.address).name)
    assert after == replace(device, address=renewed)
    async with office.connection() as conn:
        told = [
            each
            for each in await list_deliveries(conn, f"user/{device.user_id}")
            if "subscription" in each.message.title
        ]
    assert [each.kind for each in told] == ["email"]
    assert "The device itself did this at" in told[0].message.what
    assert (await guest.client.post(RENEWED, data={"proof": proof, **fresh})).status_code == 404, "it is used up"


async def test_what_waits_goes_to_the_renewed_device_and_what_comes_back_from_the_old_address_breaks_nothing(
    office: Database, browser_of: BrowserOf, guest: Browser
) -> None:
    alice, new = await browser_of("alice"), PushBrowser()
    await alice.press(PAGE, on=PAGE, endpoint=PUSHED_TO, **PushBrowser().keys)
    device, proof = await told_device(office, "alice")
    async with office.connection() as conn:
        before = await delivery_by(conn, device)
    await guest.client.post(RENEWED, data={"proof": proof, "endpoint": f"{PUSHED_TO}/2", **new.keys})
    async with office.transaction() as tx:
        waiting = await delivery_by(tx.conn, device)
        assert read_device(waiting.address).endpoint == f"{PUSHED_TO}/2"
        await break_way(tx, before, "it does not take messages any more")
    assert (await contacts_of(office, "alice"))[0].broken_at is None
    async with office.transaction() as tx:
        await break_way(tx, waiting, "it does not take messages any more")
    assert (await contacts_of(office, "alice"))[0].broken_at is not None


async def test_nobody_gets_a_device_that_a_file_gives_or_that_is_gone(
    office: Database, browser_of: BrowserOf, guest: Browser
) -> None:
    alice, new = await browser_of("alice"), PushBrowser()
    await alice.press(PAGE, on=PAGE, endpoint=PUSHED_TO, **PushBrowser().keys)
    device, proof = await told_device(office, "alice")
    fresh = {"proof": proof, "endpoint": f"{PUSHED_TO}/2", **new.keys}
    for wrong in ({"endpoint": "javascript:alert(1)"}, {"auth": "short"}):
        assert (await guest.client.post(RENEWED, data={**fresh, **wrong})).status_code == 400
    elsewhere = await guest.client.post(RENEWED, data=fresh, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    async with office.transaction() as tx:
        draft = ContactDraft("push", device.address)
        await contacts.replace_contacts(tx, device.user_id or 0, [draft], (), "people.yaml")
    assert (await guest.client.post(RENEWED, data=fresh)).status_code == 404
    async with office.transaction() as tx:
        await contacts.replace_contacts(tx, device.user_id or 0, [], (), "people.yaml")
        await contacts.remove_contact(tx, await get_user_by_name(tx.conn, "alice"), device.id, "@alice")
    assert (await guest.client.post(RENEWED, data=fresh)).status_code == 404
    assert await contacts_of(office, "alice") == []


async def test_a_phone_can_put_it_on_its_home_screen(guest: Browser) -> None:
    manifest = (await guest.get("/manifest.webmanifest")).json()
    assert (manifest["display"], manifest["start_url"], manifest["scope"]) == ("standalone", "/", "/")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        picture = await guest.get(icon["src"])
        assert picture.content.startswith(b"\x89PNG")


async def test_the_worker_is_asked_for_anew_each_time_and_may_speak_to_us_alone(guest: Browser) -> None:
    worker = await guest.get("/service-worker.js")
    assert (worker.status_code, worker.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert worker.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    assert len(worker.content) < 6_000


async def test_the_page_without_a_connection_says_that_nothing_is_kept(guest: Browser) -> None:
    page = await guest.get("/offline")
    assert "No connection to Tocsin" in page.text
    assert "<script" not in page.text
