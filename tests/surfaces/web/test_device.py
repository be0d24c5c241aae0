"""Wake me on this device: for whom it is, what a browser has to give, what runs while no page is open (OPS-5)."""

from collections.abc import Awaitable, Callable

import pytest

from tests.support.push_service import Browser as PushBrowser
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts
from tocsin.delivery.model import Contact

BrowserOf = Callable[[str], Awaitable[Browser]]
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
