"""The files of a room: first who may not; a browser shows images and saves everything else (SEC-7)."""

from collections.abc import Awaitable, Callable

import httpx

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


async def send(browser: Browser, name: str, content: bytes) -> httpx.Response:
    page = (await browser.get("/")).text
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    return await browser.client.post(
        "/incidents/INC-1/attachments", data={"csrf": csrf}, files={"file": (name, content, "text/html")}
    )


async def test_who_may(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor, bob, carol = await browser_of("victor"), await browser_of("bob"), await browser_of("carol")
    assert (await send(victor, "graph.png", PNG)).status_code == 403
    assert 'id="attach"' not in (await victor.get("/incidents/INC-1")).text
    assert (await send(bob, "graph.png", PNG)).headers["location"] == "/incidents/INC-1"
    assert (await victor.get("/incidents/INC-1/attachments/1/graph.png")).content == PNG
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    assert (await carol.get("/incidents/INC-1/attachments/1/graph.png")).status_code == 404
    assert (await send(carol, "graph.png", PNG)).status_code == 404


async def test_images_are_shown_and_everything_else_is_saved(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    await send(bob, "graph of checkout.png", PNG)
    await send(bob, "page.html", b"<script>alert(1)</script>")
    page = (await bob.get("/incidents/INC-1")).text
    assert '<img src="/incidents/INC-1/attachments/1/graph%20of%20checkout.png" alt="graph of checkout.png"' in page
    assert 'href="/incidents/INC-1/attachments/2/page.html.txt" download>' in page
    image = await bob.get("/incidents/INC-1/attachments/1/whatever")
    text = await bob.get("/incidents/INC-1/attachments/2/page.html.txt")
    assert image.headers["content-disposition"].startswith("inline;")
    assert text.headers["content-disposition"].startswith("attachment;")
    assert text.headers["content-type"].split(";")[0] == "text/plain"
    for answer in (image, text):
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["x-content-type-options"] == "nosniff"
    said = '@bob attached page.html.txt (25 B).</span> <a href="/incidents/INC-1/attachments/2/page.html.txt">open</a>'
    assert said in page


async def test_what_is_refused_says_so(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    refused = await send(bob, "setup.exe", b"MZ\x90\x00\x03")
    assert (refused.status_code, "of no type that may be attached" in refused.text) == (400, True)
    assert (await bob.press("/incidents/INC-1/attachments")).status_code == 400
    assert (await bob.get("/incidents/INC-1/attachments/7/x.png")).status_code == 404
