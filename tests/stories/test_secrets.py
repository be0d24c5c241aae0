"""Canaries (SEC-3): every kind of secret is used in a day's work, and afterwards none of them stands in the database,
in what anybody reads, or in the log.
"""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.applications import URL, application
from tests.support.keys import NEW, keyring
from tests.support.routes import list_routes
from tests.support.world import World, new_world
from tocsin.accounts import passwords, sign_in
from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft
from tocsin.delivery import entry
from tocsin.delivery import service as delivery
from tocsin.delivery.sealing import contact_place
from tocsin.insights import digest
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.oncall import feeds

KEY = "0123456789abcdef-canary-of-the-key"
HOOK = "canary-of-the-webhook"
PASSWORD = "a canary over four quiet roofs"
ERIN = f"""users:
  - name: erin
    email: erin@example.com
    contacts: [{{email: erin@example.com}}, {{webhook: "https://hooks.example.com/{HOOK}"}}]
    notify: {{high: [{{webhook: 0m}}, {{email: 5m}}], low: [{{email: 0m}}]}}
"""
ANNOUNCED, CALLED, SENT, READ = (f"canary-of-the-{each}" for each in ("announcing", "step", "digest", "ics"))
ANNOUNCE = f"announce: [{{webhook: 'https://hooks.example.com/{ANNOUNCED}'}}], "
STEP = f"'webhook:https://hooks.example.com/{CALLED}', 'chat:ops', "
POSTED = "canary-of-the-chat"
MORE = f"""chats:
  - {{name: ops, slack: "https://hooks.slack.com/services/{POSTED}"}}
digests:
  - {{name: daily, at: "08:00", time_zone: UTC, team: payments, webhook: "https://hooks.example.com/{SENT}"}}
calendars:
  - {{name: contractors, url: "https://calendars.example.com/{READ}.ics"}}
"""
ADDRESSES = {"contact": HOOK, "announce": ANNOUNCED, "step": CALLED, "digest": SENT, "calendar": READ, "chat": POSTED}
FILLED = {"ref": "INC-1", "schedule": "primary", "name": "alice", "user": "alice", "kind": "update"}


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock) as world:
        text = ORGANISATION.replace("0123456789abcdef0123456789abcdef", KEY)
        text = text.replace("users:\n", ERIN, 1).replace("organisation: {", f"organisation: {{{ANNOUNCE}", 1)
        text = text.replace('notify: ["schedule:primary"', f'notify: [{STEP}"user:erin", "schedule:primary"', 1)
        await world.configure(text + MORE)
        yield world


async def a_days_work(world: World) -> dict[str, str]:
    """What was secret in it, by what it opens."""
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    page = world.phone("alice").receives("page")
    await world.follows_link(page)
    async with world.db.transaction() as tx:
        (daily,) = await digest.list_digests(tx.conn)
        await digest.send(tx, daily)
    await world.worker.drain()
    called = {message.delivery.address for message in world.airwaves.unread if message.kind == "webhook"}
    assert {address.rpartition("/")[2] for address in called} == {HOOK, ANNOUNCED, CALLED, SENT}
    assert any(message.delivery.address.endswith(POSTED) for message in world.airwaves.unread)
    world.airwaves.unread.clear()
    async with world.db.transaction() as tx:
        root = await accounts.get_user_by_name(tx.conn, "root")
        link = (await entry.invite(tx, UserDraft(name="gina", email="gina@example.com"), "@root", world.links)).secret
        unused = (await entry.let_in_again(tx, "bob", "@root", world.links)).secret
        token = (await sign_in.create_token(tx, root, "script", actor="@root")).secret
        viewer = await accounts.find_viewer(tx.conn, root.id)
        assert viewer is not None
        feed = (await feeds.make_feed(tx, viewer, person="root", again=True, client="192.0.2.7")).token
        entered = await sign_in.redeem_one_time_link(tx, link, "192.0.2.7", "Firefox")
    assert entered.session is not None
    session = await passwords.set_password(world.db, entered.session.user.id, PASSWORD)
    assert (await passwords.sign_in(world.db, "gina", "a wrong canary", "192.0.2.7")).refusal is not None
    assert page.delivery.ack_url is not None
    return {
        "integration": KEY,
        "link": link,
        "unused link": unused,
        "token": token,
        "feed": feed,
        "session": entered.session.cookie,
        "new session": session.cookie,
        "password": PASSWORD,
        "wrong password": "a wrong canary",
        "link of a message": page.delivery.ack_url.rpartition("/")[2],
    }


async def test_nothing_that_opens_a_door_is_stored_in_the_clear(world: World) -> None:
    secrets = {**await a_days_work(world), **ADDRESSES}
    tables = await world.rows("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        rows = await world.rows(f"select to_jsonb(r)::text from {table} r")
        text = "\n".join(row for (row,) in rows)
        found = [name for name, secret in secrets.items() if secret in text]
        assert found == [], f"{table} holds it in the clear"


async def test_nobody_reads_a_secret_anywhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = {**await a_days_work(world), **ADDRESSES}
    app = application(world.db, Hub(world.db))
    headers = {"Authorization": f"Bearer {secrets['token']}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        client.cookies.set("tocsin_session", await session_of_root(world))
        for route in list_routes(app):
            if route.method == "GET" and not route.is_stream:
                answer = await client.get(route.at(FILLED), headers=headers)
                found = [name for name, secret in secrets.items() if secret in answer.text]
                assert found == [], f"{route} tells it"
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("tocsin"))
    assert [name for name, secret in secrets.items() if secret in told] == []


async def test_an_address_that_cannot_be_read_fails_by_name_and_the_next_way_is_taken(world: World) -> None:
    """The row was sealed with a key that is lost; everybody else is called as ever."""
    async with world.db.transaction() as tx:
        sealed = keyring(NEW).seal("https://hooks.example.com/lost", contact_place(world.people["erin"], "webhook"))
        await tx.conn.execute(
            "UPDATE contact SET address = %s WHERE kind = 'webhook' AND user_id = %s", (sealed, world.people["erin"])
        )
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    assert world.phone("erin").receives("page").kind == "email"
    world.phone("alice").receives("page")
    async with world.db.connection() as conn:
        sent = await delivery.list_deliveries(conn, "incident/1")
    (failed,) = [each for each in sent if each.state == "failed"]
    assert (failed.user_name, failed.reason) == ("erin", "unreadable")
    assert failed.answer == "its address is sealed with a key that this installation has not"
    world.airwaves.unread.clear()


async def session_of_root(world: World) -> str:
    async with world.db.transaction() as tx:
        root = await accounts.get_user_by_name(tx.conn, "root")
        return (await sign_in.begin_session(tx, root, "192.0.2.7")).cookie


async def test_a_page_that_fails_is_logged_without_the_link_that_led_to_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = await a_days_work(world)
    app = application(world.db, Hub(world.db))
    async with world.db.transaction() as tx:
        await tx.conn.execute("alter table one_time_link rename to gone")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        assert (await client.post(f"/sign-in/{secrets['unused link']}")).status_code == 500
    (failed,) = [record.getMessage() for record in caplog.records if "failed, reference" in record.getMessage()]
    assert failed.startswith("page /sign-in/{token")
