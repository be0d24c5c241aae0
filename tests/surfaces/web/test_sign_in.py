"""People come in by a one-time link or a password, and nobody else does (SEC-2, SEC-6)."""

from collections.abc import Awaitable, Callable

from tests.support.office import link_for
from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database

PASSWORD = "a bell over four quiet roofs"
BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_a_stranger_is_led_to_the_sign_in_page_and_back(office: Database, guest: Browser) -> None:
    answer = await guest.get("/incidents/INC-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/incidents/INC-1")
    page = (await guest.get(answer.headers["location"])).text
    assert 'value="/incidents/INC-1"' in page
    assert "You are not signed in, or not any more." in page
    assert "not any more" not in (await guest.get("/sign-in")).text


async def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(office: Database, guest: Browser) -> None:
    asked = {"referer": "http://tocsin.example/me/notifications?x=1"}
    answer = await guest.client.post("/me/notifications/test", headers=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me/notifications")
    elsewhere = await guest.client.post("/me/notifications/test")
    assert elsewhere.headers["location"] == "/sign-in?next=/"


async def test_looking_at_a_link_does_not_use_it_up(office: Database, guest: Browser) -> None:
    link = await link_for(office, "alice")
    for _ in range(3):
        assert (await guest.get(link)).status_code == 200
        assert (await guest.client.head(link)).status_code == 200
    assert (await guest.client.post(link)).headers["location"] == "/password"
    again = await guest.client.post(link)
    assert again.status_code == 410
    assert "used already" in again.text


async def test_a_password_is_chosen_then_opens_the_door(browser_of: BrowserOf, guest: Browser) -> None:
    alice = await browser_of("alice")
    refused = await alice.press("/password", on="/password", password=PASSWORD, again="something else")
    assert "The two passwords differ." in refused.text
    assert (await alice.press("/password", on="/password", password=PASSWORD, again=PASSWORD)).status_code == 303

    wrong = await guest.client.post("/sign-in", data={"login": "alice", "password": "guess"})
    assert wrong.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    right = await guest.client.post(
        "/sign-in", data={"login": "alice@example.com", "password": PASSWORD, "next": "/oncall"}
    )
    assert (right.status_code, right.headers["location"]) == (303, "/oncall")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await guest.get("/oncall")).status_code == 200


async def test_the_way_back_is_never_to_another_site(office: Database, guest: Browser) -> None:
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = await guest.get("/sign-in", params={"next": wanted})
        assert 'name="next" value="/"' in page.text


async def test_too_many_attempts_are_refused_before_the_password_is_looked_at(office: Database, guest: Browser) -> None:
    for _ in range(10):
        await guest.client.post("/sign-in", data={"login": "alice", "password": "guess"})
    refused = await guest.client.post("/sign-in", data={"login": "alice", "password": "guess"})
    assert refused.status_code == 429
    assert "Try again in" in refused.text


async def test_who_signs_out_is_out_in_every_tab(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    cookies = dict(alice.client.cookies)
    assert (await alice.press("/sign-out")).headers["location"] == "/sign-in"
    alice.client.cookies.update(cookies)
    assert (await alice.get("/")).status_code == 303


async def test_a_theme_is_remembered_by_the_browser(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert (await alice.press("/theme", theme="dark")).status_code == 303
    assert 'data-theme="dark"' in (await alice.get("/")).text
    await alice.press("/theme", theme="")
    assert "data-theme" not in (await alice.get("/")).text
