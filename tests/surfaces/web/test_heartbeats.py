"""Heartbeats on the web: what is expected to be heard, whom its silence calls, and when it was silent before."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.alerts import heartbeat_service
from tocsin.alerts.heartbeats import Kind, Ping
from tocsin.alerts.model import Disposition, Integration, Routed, Urgency
from tocsin.alerts.rulebook import NewIntegration, get_integration, hash_key, load_router, replace_integrations
from tocsin.alerts.service import Arrival, Desk, receive
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.surfaces.web.pages.heartbeats.show import goes_to

BrowserOf = Callable[[str], Awaitable[Browser]]
KEY = "heartbeat-key-of-32-characters-a"


async def expect(db: Database, *names: str) -> None:
    options = {"every": "1h", "grace": "5m"}
    wanted = [
        NewIntegration(
            name=name,
            type="heartbeat",
            key_hash=hash_key(name),
            service="checkout",
            options=options,
            managed_by="a.yaml",
        )
        for name in names
    ]
    async with db.transaction() as tx:
        await replace_integrations(tx, wanted)


async def ping(db: Database, name: str, said: Ping) -> None:
    async with db.connection() as conn:
        router = await load_router(conn)
        heartbeat: Integration = (await get_integration(conn, name)).as_integration()

    async def submit(arrivals: Sequence[Arrival], size: int = 0) -> int:
        async with db.connection() as conn:
            await receive(Desk(db, lambda: router), conn, arrivals)
        return 0

    await heartbeat_service.ping(db, submit, heartbeat, said)


async def test_nobody_without_a_session_and_a_viewer_silences_nothing(office: Database, browser_of: BrowserOf) -> None:
    await expect(office, "backup")
    victor = await browser_of("victor")
    assert (await victor.get("/heartbeats")).status_code == 200
    page = (await victor.get("/heartbeats/backup")).text
    assert "It cannot be missed before its first ping." in page
    assert "/silences/new" not in page
    assert (await victor.get("/heartbeats/other")).status_code == 404
    async with office.transaction() as tx:
        await tx.conn.execute("update integration set scope_id = 77")
    assert "/heartbeats/backup" not in (await victor.get("/heartbeats")).text
    assert (await victor.get("/heartbeats/backup")).status_code == 404


async def test_what_is_in_trouble_stands_first_with_its_history(
    office: Database, clock: VirtualClock, browser_of: BrowserOf
) -> None:
    await expect(office, "backup", "sync")
    await ping(office, "backup", Ping(kind=Kind.SUCCESS))
    await ping(office, "sync", Ping(kind=Kind.FAIL, text="no space left"))
    alice = await browser_of("alice")
    page = (await alice.get("/heartbeats")).text
    assert page.index('href="/heartbeats/sync"') < page.index('href="/heartbeats/backup"')
    assert "failing since" in page
    shown = (await alice.get("/heartbeats/sync")).text
    assert "Heartbeat sync reports a failure" in shown
    assert "Its next good ping ends the alert." in shown
    assert "and pages by policy" in shown
    assert "/heartbeat/KEY" in shown
    assert "only its hash is kept here" in shown
    assert "a.yaml" in shown
    assert "/silences/new?match=heartbeat%3D%22sync%22" in shown
    assert "/maintenance/new?service=checkout" in shown
    silence = (await alice.get("/silences/new?match=heartbeat%3D%22sync%22")).text
    assert "heartbeat=&#34;sync&#34;" in silence
    clock.advance(timedelta(minutes=62))
    assert "late" in (await alice.get("/heartbeats/backup")).text


async def test_a_viewer_pauses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await expect(office, "backup")
    victor = await browser_of("victor")
    assert "/pause" not in (await victor.get("/heartbeats/backup")).text
    for what in ("pause", "resume"):
        assert (await victor.press(f"/heartbeats/backup/{what}", length="2h", reason="x")).status_code == 403


async def test_it_is_paused_with_a_reason_shown_and_waited_for_again(office: Database, browser_of: BrowserOf) -> None:
    await expect(office, "backup")
    await ping(office, "backup", Ping(kind=Kind.SUCCESS))
    alice, path = await browser_of("alice"), "/heartbeats/backup"
    wrong = await alice.press(f"{path}/pause", on=path, length="4h", reason=" ")
    assert wrong.status_code == 400
    assert "A pause has a reason." in wrong.text
    assert '<option value="4h" selected>' in wrong.text
    assert wrong.text.index('class="facts-list"') < wrong.text.index('id="pause"')  # beside buttons it has no room
    assert (await alice.press(f"{path}/pause", length="9y", reason="x")).status_code == 400
    paused = await alice.press(f"{path}/pause", on=path, length="4h", reason="new disks")
    assert paused.headers["location"] == path
    page = (await alice.get(path)).text
    assert "paused until" in page
    assert "new disks" in page
    assert "@alice" in page
    assert "paused until" in (await alice.get("/heartbeats")).text
    assert (await alice.press(f"{path}/resume", on=path)).headers["location"] == path
    page = (await alice.get(path)).text
    assert "paused until" not in page
    assert "new disks" not in page
    assert (await alice.press(f"{path}/resume", on=path)).status_code == 409


@pytest.mark.parametrize(
    ("routed", "words"),
    [
        (Routed(disposition=Disposition.HELD, reason="r"), "Its silence is held by a route: nobody is called."),
        (Routed(disposition=Disposition.DROPPED, reason="r"), "Its silence is dropped: nobody is called."),
        (
            Routed(disposition=Disposition.ROUTED, reason="r", service="db", urgency=Urgency.LOW),
            "Its silence is an incident of db of low urgency: nobody is woken. Told by policy",
        ),
        (Routed(disposition=Disposition.ROUTED, reason="r"), "Its silence is an incident, and pages by policy"),
    ],
)
def test_whom_its_silence_calls_is_said_as_its_route_has_it(routed: Routed, words: str) -> None:
    assert goes_to(routed, "night").words == words
