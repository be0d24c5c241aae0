"""A browser is woken: it subscribes, a push service of the test opens what is sent, the real service worker shows it,
and what is pressed on the notification reaches the incident (OPS-5, SEC-6).

Chromium has no push service here, so that its subscription is answered by the test; everything else is real. Only the
whole Chromium shows notifications, not the one without a window.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Worker, async_playwright, expect

from tests.browser.conftest import PHONE, declare
from tests.support.office import give_policy, link_for
from tests.support.push_service import Browser, claims_of
from tests.support.sinks import HttpRequest, HttpSink, SmtpSink, answers
from tests.support.tocsin import Tocsin
from tocsin.accounts.service import get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery import contacts
from tocsin.delivery.devices import read_device
from tocsin.delivery.model import NotificationRule, Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = "/me/notifications/device"
DEVICE = "Chrome on Linux"

RENEWS = """async ([endpoint, keys]) => {
    let asked;
    PushManager.prototype.subscribe = async options => {
        asked = options.applicationServerKey;
        return { endpoint, toJSON: () => ({ endpoint, keys }) };
    };
    const event = new ExtendableEvent("pushsubscriptionchange");
    let done;
    event.waitUntil = work => { done = work; };  // only the browser's own event may prolong the worker's life
    dispatchEvent(event);
    await done;
    return asked;
}"""

SUBSCRIBES = """([endpoint, keys]) => {
    PushManager.prototype.subscribe = async options => {
        sessionStorage.asked = options.applicationServerKey;
        return { endpoint, toJSON: () => ({ endpoint, keys }) };
    };
}"""

PRESSES = """async ([title, action]) => {
    const shown = await registration.getNotifications();
    const notification = shown.find(each => each.title.includes(title));
    const event = new NotificationEvent("notificationclick", { notification, action });
    let done;
    event.waitUntil = work => { done = work; };  // only a person's press may prolong the worker's life
    dispatchEvent(event);
    await done;
}"""

SHOWN = """async ([title, about]) => {
    for (;;) {
        const shown = (await registration.getNotifications()).filter(each => each.title.includes(about));
        if (shown.some(each => each.title.startsWith(title)))
            return shown.map(each => ({
                title: each.title, body: each.body, silent: each.silent, stays: each.requireInteraction,
                actions: each.actions.map(action => action.title),
            }));
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def carol(tocsin: Tocsin, office: Database) -> AsyncIterator[Page]:
    """Her phone, signed in."""
    executable = shutil.which("chromium")
    assert executable, "chromium is not installed: apt-get install chromium"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        context = await chromium.new_context(base_url=tocsin.url, permissions=["notifications"])
        page = await context.new_page()
        await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await page.goto(await link_for(office, "carol"))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("link", name="Later").click()
        yield page
        await chromium.close()


async def test_a_page_comes_to_the_phone_is_answered_on_it_and_falls_silent(
    carol: Page, office: Database, tocsin: Tocsin, mailbox: SmtpSink
) -> None:
    phone = Browser()
    with HttpSink(answers(201)) as push_service:
        worker = await wake_here(carol, f"{push_service.url}/push/1", phone)
        test = await push_service.inbox.receives(is_for(phone, "test"))
        claims_of(test, await carol.evaluate("sessionStorage.asked"))
        await deliver(carol, tocsin.url, phone.reads(test))
        assert (await shown(worker, "[TEST]", "Test message"))["actions"] == ["It arrived"]
        await worker.evaluate(PRESSES, ["Test message", "acknowledge"])
        await carol.reload()
        await expect(carol.get_by_role("listitem").filter(has_text=DEVICE)).to_contain_text("Proven")

        incident = await page_by_push(office, "Nobody can pay")
        about = f"{incident_ref(incident.number)} {incident.title}"
        page = await push_service.inbox.receives(is_for(phone, "page"))
        await deliver(carol, tocsin.url, phone.reads(page))
        rings = await shown(worker, "[SEV-1]", about)
        assert "Since:" in rings["body"]
        assert (rings["actions"], rings["stays"], rings["silent"]) == (["Acknowledge", "Decline"], True, False)

        await worker.evaluate(PRESSES, [about, "acknowledge"])
        async with office.connection() as conn:
            assert (await incidents.get(conn, incident.id)).acknowledged_by == "@carol"
        taken = await shown(worker, "Acknowledged: ", about)
        assert (taken["actions"], taken["stays"], taken["silent"]) == ([], False, True)

        async with office.transaction() as tx:
            await incidents.resolve(tx, incident.id, "@bob", "paid again")
        over = await push_service.inbox.receives(is_for(phone, "resolved"))
        await deliver(carol, tocsin.url, phone.reads(over))
        assert (await shown(worker, "[RESOLVED]", about))["silent"] is True

        renewed = Browser()
        asked = await worker.evaluate(RENEWS, [f"{push_service.url}/push/2", renewed.keys])
        assert asked == await carol.evaluate("sessionStorage.asked")
        await only_its_address_changed(office, f"{push_service.url}/push/2")

        declined = await page_by_push(office, "Nobody can sign in")
        about = f"{incident_ref(declined.number)} {declined.title}"
        page = await push_service.inbox.receives(is_for(renewed, "page", at="/push/2"))
        await deliver(carol, tocsin.url, renewed.reads(page))
        await shown(worker, "[SEV-1]", about)
        await worker.evaluate(PRESSES, [about, "decline"])
        passed_on = await shown(worker, "Declined: ", about)
        assert (passed_on["actions"], passed_on["stays"], passed_on["silent"]) == ([], False, True)
        await mailbox.inbox.receives(lambda mail: mail.is_for("bob@example.com", declined.title))
        push_service.inbox.forget()
    await only_mails(office)


async def test_what_cannot_be_done_is_said_and_nothing_old_is_shown(carol: Page) -> None:
    await carol.goto("/incidents")
    await carol.evaluate("navigator.serviceWorker.register('/service-worker.js')")
    await carol.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    (worker,) = carol.context.service_workers
    await worker.evaluate(RENEWS, ["https://push.example.com/1", Browser().keys])
    lost = await shown(worker, "Tocsin cannot wake you", "on this device any more")
    assert "press Wake me on this device" in lost["body"], "nobody has pressed it here: there is nothing to renew"
    await carol.context.set_offline(True)
    await carol.goto("/incidents")
    await expect(carol.get_by_role("heading", name="No connection to Tocsin")).to_be_visible()
    assert await carol.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") == "48px"
    kept = await carol.evaluate(
        "caches.keys().then(async names => (await Promise.all(names.map(async name => "
        "(await (await caches.open(name)).keys()).map(each => new URL(each.url).pathname)))).flat())"
    )
    assert [path for path in kept if not path.startswith("/assets/")] == ["/offline"]


def is_for(browser: Browser, purpose: str, at: str = "/push/1") -> Callable[[HttpRequest], bool]:
    """Of all that is pushed, also about what else concerns her, what the test waits for."""
    return lambda each: each.path == at and browser.reads(each)["purpose"] == purpose


async def wake_here(carol: Page, endpoint: str, phone: Browser) -> Worker:
    await carol.goto("/me/notifications")
    await carol.get_by_role("link", name="Wake me on this device").click()
    await carol.evaluate(SUBSCRIBES, [endpoint, phone.keys])
    await carol.get_by_role("button", name="Wake me on this device").click()
    await expect(carol.get_by_role("listitem").filter(has_text=DEVICE)).to_be_visible()
    (worker,) = carol.context.service_workers
    return worker


async def deliver(page: Page, origin: str, told: dict[str, Any]) -> None:
    """As the push service of the browser's maker hands it to the browser."""
    devtools = await page.context.new_cdp_session(page)
    registered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note(said: dict[str, Any]) -> None:
        for version in said["versions"]:
            if version["status"] == "activated" and not registered.done():
                registered.set_result(version["registrationId"])

    devtools.on("ServiceWorker.workerVersionUpdated", note)  # what is pushed to a worker before it is active is lost
    await devtools.send("ServiceWorker.enable")
    await devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": await registered, "data": json.dumps(told)},
    )
    await devtools.detach()


async def shown(worker: Worker, title: str, about: str) -> dict[str, Any]:
    """The notification that begins so, waited for: the only one about it."""
    (only,) = await worker.evaluate(SHOWN, [title, about])
    return only


async def page_by_push(office: Database, title: str) -> Incident:
    await told_by(office, NotificationRule(Urgency.HIGH, "push", timedelta(0)))
    async with office.transaction() as tx:
        await give_policy(tx, "night", "user:carol", "user:bob", service="billing")
    return await declare(office, title, services=("billing",))


async def only_its_address_changed(office: Database, endpoint: str) -> None:
    """It is still the device that was proven."""
    async with office.connection() as conn:
        known = await contacts.list_contacts(conn, (await get_user_by_name(conn, "carol")).id)
    (device,) = [each for each in known if each.kind == "push"]
    assert read_device(device.address).endpoint == endpoint
    assert device.proven_at is not None


async def only_mails(office: Database) -> None:
    await told_by(office)


async def told_by(office: Database, *rules: NotificationRule) -> None:
    async with office.transaction() as tx:
        await contacts.replace_rules(tx, await get_user_by_name(tx.conn, "carol"), rules, "@carol")
