"""Open pages are told what happens as it happens, catch up after a cut, and end with the process or the session."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from litestar import Litestar
from litestar.types import Message, Scope

from tests.support.patience import PATIENCE
from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.live import MOST_OF_ONE, Hub
from tocsin.surfaces.wire.stream import REPLAYED

BrowserOf = Callable[[str], Awaitable[Browser]]


class Stream:
    """One open event stream, straight at the application: what was sent so far, and waiting for more."""

    def __init__(self) -> None:
        self.text = ""
        self.is_over = False
        self._grew = asyncio.Condition()

    async def send(self, message: Message) -> None:
        async with self._grew:
            if message["type"] == "http.response.body":
                self.text += message["body"].decode()
                self.is_over = not message.get("more_body", False)
            self._grew.notify_all()

    async def shows(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE), self._grew:
            await self._grew.wait_for(lambda: words in self.text)

    async def ends(self) -> None:
        async with asyncio.timeout(PATIENCE), self._grew:
            await self._grew.wait_for(lambda: self.is_over)


Open = Callable[..., Awaitable[Stream]]


@pytest.fixture
async def open_stream(app: Litestar) -> AsyncIterator[Open]:
    """`await open_stream(browser, path)`, as that person's browser opens it; closed when the test ends."""
    tasks: list[asyncio.Task[None]] = []
    gone = asyncio.Event()

    async def opened(browser: Browser, path: str, **headers: str) -> Stream:
        request = browser.client.build_request("GET", path, headers=headers)
        scope: Scope = {  # type: ignore[assignment]
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path,
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("tocsin.test", 80),
        }
        stream = Stream()
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        tasks.append(asyncio.create_task(app(scope, receive, stream.send)))  # type: ignore[arg-type]
        return stream

    yield opened
    gone.set()
    await asyncio.gather(*tasks)


async def declare(db: Database) -> None:
    async with db.transaction() as tx:
        await incidents.declare(tx, Declaration(title="Checkout answers 500", services=("checkout",)))


async def test_what_one_writes_the_other_reads(office: Database, browser_of: BrowserOf, open_stream: Open) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    stream = await open_stream(alice, "/incidents/INC-1/stream?after=0-0")
    await stream.shows("event: changed")
    await bob.press("/incidents/INC-1/notes", type="observation", text="errors began at 14:18")
    await stream.shows("errors began at 14:18")
    assert '<hx-partial hx-target="#timeline"' in stream.text


async def test_a_correction_replaces_the_entry_in_open_rooms(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    stream = await open_stream(alice, "/incidents/INC-1/stream?after=0-0")
    await stream.shows("event: changed")
    await bob.press("/incidents/INC-1/notes", type="observation", text="errors began at 14:18")
    await stream.shows("errors began at 14:18")
    entry = re.findall(r'<li id="(entry-(\d+))"', stream.text)[-1]
    await bob.press(f"/incidents/INC-1/entries/{entry[1]}/correct", text="errors began at 14:28")
    await stream.shows("errors began at 14:28")
    assert f'<hx-partial hx-target="#{entry[0]}" hx-swap="outerHTML"><li id="{entry[0]}"' in stream.text
    assert "/correct" not in stream.text, "alice may not correct what bob wrote"


async def test_a_browser_that_was_cut_off_gets_what_it_missed(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    first = await open_stream(alice, "/incidents/INC-1/stream?after=0-0")
    await first.shows("event: changed")
    last_id = first.text.rpartition("id: ")[2].partition("\r\n")[0]
    await bob.press("/incidents/INC-1/notes", type="action", text="while nobody looked")
    again = await open_stream(alice, "/incidents/INC-1/stream?after=0-0", **{"Last-Event-ID": last_id})
    await again.shows("while nobody looked")


async def test_one_person_holds_no_more_streams_than_a_person_needs(
    hub: Hub, browser_of: BrowserOf, open_stream: Open
) -> None:
    alice, bob = await browser_of("alice"), await browser_of("bob")
    for _ in range(MOST_OF_ONE):
        await (await open_stream(alice, "/now/stream")).shows("event: changed")
    refused = await alice.get("/now/stream")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    await (await open_stream(bob, "/now/stream")).shows("event: changed")


FLOOD = """
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %s, 'AlertsAttached', 'incident/1', 1, 'tocsin', 'A flood.', '{}' from generate_series(1, %s)
"""


async def test_a_browser_that_missed_too_much_loads_the_page_anew(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    await declare(office)
    async with office.transaction() as tx:
        await tx.conn.execute(FLOOD, (tx.now, REPLAYED))
    alice = await browser_of("alice")
    stream = await open_stream(alice, "/incidents/INC-1/stream?after=0-0")
    await stream.ends()
    assert "event: reset" in stream.text
    assert "A flood." not in stream.text
    fresh = await open_stream(alice, "/incidents/INC-1/stream")
    await fresh.shows("event: changed")
    assert "A flood." not in fresh.text


async def test_now_is_told_that_something_changed_but_not_what(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    stream = await open_stream(await browser_of("alice"), "/now/stream")
    await stream.shows("event: changed")
    await declare(office)
    await stream.shows("event: changed\r\ndata: \r\n\r\nevent: changed")
    assert "Checkout" not in stream.text


async def test_a_stop_of_the_process_ends_every_stream(
    office: Database, browser_of: BrowserOf, open_stream: Open, hub: Hub
) -> None:
    await declare(office)
    alice = await browser_of("alice")
    streams = [await open_stream(alice, path) for path in ("/now/stream", "/incidents/INC-1/stream")]
    for stream in streams:
        await stream.shows("event: changed")
    await hub.close()
    for stream in streams:
        await stream.ends()


async def test_a_position_that_is_none_is_refused(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert (await alice.get("/incidents/INC-1/stream?after=yesterday")).status_code == 400


async def test_who_looks_is_shown_to_the_others_in_the_room_and_to_nobody_else(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    await declare(office)
    await declare(office)
    alice, bob = await browser_of("alice"), await browser_of("bob")
    beside = await open_stream(await browser_of("victor"), "/incidents/INC-2/stream")
    first = await open_stream(alice, "/incidents/INC-1/stream")
    await first.shows("event: changed")
    assert "Also here" not in (await alice.get("/incidents/INC-1")).text
    await open_stream(bob, "/incidents/INC-1/stream")
    await first.shows("Also here: bob<")
    assert "Also here: bob<" in (await alice.get("/incidents/INC-1")).text
    assert "Also here: alice<" in (await bob.get("/incidents/INC-1/parts")).text
    await beside.shows("part-onlookers")
    assert "Also here" not in beside.text


async def test_whoever_is_no_member_any_more_reads_nothing_further(
    office: Database, browser_of: BrowserOf, open_stream: Open
) -> None:
    async with office.transaction() as tx:
        incident = await incidents.declare(tx, Declaration(title="A key leaked", by="@alice", is_private=True))
        await privacy.add_members(tx, incident.id, ["carol"], "@alice")
    room = await open_stream(await browser_of("carol"), "/incidents/INC-1/stream")
    async with office.transaction() as tx:
        await incidents.add_note(tx, incident.id, "@alice", "looked at the logs")
    await room.shows("looked at the logs")
    async with office.transaction() as tx:
        await privacy.remove_member(tx, incident.id, "carol", "@alice")
    async with office.transaction() as tx:
        await incidents.add_note(tx, incident.id, "@alice", "the quokka key is revoked")
    alice = await open_stream(await browser_of("alice"), "/incidents/INC-1/stream?after=1-1")
    await alice.shows("quokka")
    await room.ends()
    assert "quokka" not in room.text
