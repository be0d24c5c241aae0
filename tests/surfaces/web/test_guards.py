"""What holds for every page: who may come, from where a change may be sent, what a browser is told (SEC-7)."""

import re
from collections.abc import Awaitable, Callable

import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler

from tests.support.asgi import ask
from tests.surfaces.web.conftest import URL, Browser
from tocsin.db.database import Database
from tocsin.surfaces.web.assets import load_assets

BrowserOf = Callable[[str], Awaitable[Browser]]

OPEN_TO_ALL = {
    "/a/{short:str}",
    "/ack/{token:str}",
    "/assets/{name:str}",
    "/calendar/{name:str}",
    "/sign-in/{token:str}",
    "/manifest.webmanifest",
    "/offline",
    "/service-worker.js",
    "/sign-in",
}


def routes(app: Litestar, method: str) -> list[str]:
    """Every path of the pages that answers `method`, with an example in the place of its parameter."""
    found: list[str] = []
    for route in app.routes:
        handlers = getattr(route, "route_handlers", [])
        if any(isinstance(handler, HTTPRouteHandler) and method in handler.http_methods for handler in handlers):
            found.append(route.path_format)
    return sorted(found)


def example(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path.replace("{ref}", "INC-1").replace("{minutes}", "30"))


def test_the_list_of_pages_open_to_all_is_this_one(app: Litestar) -> None:
    for path in OPEN_TO_ALL:
        assert path.replace(":str", "") in routes(app, "GET")


async def test_every_other_page_asks_who_it_is(app: Litestar, office: Database, guest: Browser) -> None:
    closed = [path for path in routes(app, "GET") if path not in {each.replace(":str", "") for each in OPEN_TO_ALL}]
    assert len(closed) >= 10
    for path in closed:
        answer = await guest.get(example(path))
        assert (answer.status_code, answer.headers.get("location", "")[:8]) == (303, "/sign-in"), path


async def test_a_change_needs_the_sessions_own_token(app: Litestar, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    for path in routes(app, "POST"):
        if path.startswith(("/ack/{token}", "/sign-in/{token}")):  # the token in the address is the right itself
            continue
        answer = await alice.client.post(example(path), data={"csrf": "guess"})
        assert answer.status_code == 403, path
        assert "another session" in answer.text, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_change_from_another_site_is_refused(
    app: Litestar, office: Database, guest: Browser, headers: dict[str, str]
) -> None:
    for path in routes(app, "POST"):
        answer = await guest.client.post(example(path), headers=headers)
        assert answer.status_code == 403, path
        assert "another site" in answer.text, path


async def test_a_browser_is_told_to_run_our_own_files_only(
    office: Database, browser_of: BrowserOf, guest: Browser
) -> None:
    alice = await browser_of("alice")
    for answer in (await alice.get("/"), await guest.get("/"), await guest.get("/sign-in"), await guest.get("/ack/x")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    page = (await alice.get("/")).text
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


async def test_files_are_named_by_their_content_and_kept_for_ever(office: Database, guest: Browser) -> None:
    page = (await guest.get("/sign-in")).text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await guest.get(path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert "--paper" in answer.text
    assert (await guest.get("/assets/style.css")).status_code == 404


def test_the_script_of_a_page_is_small() -> None:
    assets = load_assets()
    assert len(assets.by_hashed_name[assets.names["app.js"]].content) < 100_000


async def test_a_page_that_is_refused_says_what_it_means_for_paging(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    answer = await alice.get("/incidents/INC-99")
    assert answer.status_code == 404
    assert "INC-99 does not exist." in answer.text
    assert "paging goes on as before" in answer.text


async def test_behind_a_proxy_the_public_address_is_ours_too(office: Database, guest: Browser) -> None:
    headers = {"Origin": URL, "Host": "10.0.0.7:8377"}
    answer = await guest.client.post("/sign-in", headers=headers, data={"login": "alice", "password": "guess"})
    assert answer.status_code == 401


async def test_without_the_database_a_page_says_what_still_works(
    browser_of: BrowserOf, db: Database, guest: Browser
) -> None:
    alice = await browser_of("alice")
    await db.close()
    for answer in (await alice.get("/"), await guest.get("/sign-in")):
        assert answer.status_code == 503
        assert "The database does not answer." in answer.text
        assert "Paging goes on" in answer.text


async def test_a_fault_of_ours_is_logged_under_the_reference_that_the_page_shows(
    app: Litestar, guest: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    @get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError

    app.register(broken)
    answer = await guest.get("/broken")
    assert answer.status_code == 500
    assert "This page could not be made" in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.split("500 · ")[1][:8]
    assert f"page /broken failed, reference {reference}" in caplog.text


async def test_a_form_that_is_too_large_is_refused(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert (await alice.press("/declare", title="x" * 300_000)).status_code == 413


@pytest.mark.parametrize("sent", [{"title": "a\0b"}, {"title": "x", "summary": "\0"}, {"title": "x", "service": "a\0"}])
async def test_what_no_column_holds_is_refused(office: Database, browser_of: BrowserOf, sent: dict[str, str]) -> None:
    answer = await (await browser_of("alice")).press("/declare", on="/declare", **sent)
    assert answer.status_code == 400
    assert "characters that are no text" in answer.text


async def test_an_address_that_is_no_text_is_refused_on_every_page(app: Litestar, browser_of: BrowserOf) -> None:
    alice, wrong = await browser_of("alice"), []
    for path in [path for path in routes(app, "GET") if "{" in path and not path.endswith("stream")]:
        for hidden in ("%00", "%ff"):
            answer = await alice.get(re.sub(r"\{\w+\}", f"a{hidden}", path))
            if answer.status_code not in (400, 404):
                wrong.append(f"{path} with {hidden} → {answer.status_code}")
    assert wrong == []
    assert (await alice.get("/incidents?q=%00")).status_code == 400


async def test_whoever_hangs_up_in_the_midst_of_a_form_is_no_fault_of_ours(
    app: Litestar, office: Database, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "100"}
    answer = await ask(app, "POST", "/sign-in", headers, b"login=x", hangs_up=True)  # type: ignore[arg-type]
    assert answer.status == 400
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []
