"""People in the browser (SEC-2, OPS-2): first who may not, then invitations, roles, sessions and tokens."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import break_email, get_user_by_name, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import attempt_store, service, store
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import ask_one

BrowserOf = Callable[[str], Awaitable[Browser]]
PEOPLE = "/settings/people"
PASSWORD = "a bell over four quiet roofs"


@pytest.fixture
async def root(office: Database, browser_of: BrowserOf) -> Browser:
    async with office.transaction() as tx:
        for name, role, file in (("root", Role.ADMIN, None), ("filed", Role.RESPONDER, "tocsin.yaml")):
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
            await upsert_user(tx, draft, managed_by=file, actor="tocsin")
    return await browser_of("root")


def shown_link(page: str) -> str:
    found = re.search(r"http://tocsin\.test(/sign-in/[\w-]+)", page)
    assert found, page
    return found[1]


async def test_who_may_not_look_after_people(root: Browser, guest: Browser, browser_of: BrowserOf) -> None:
    for name in ("victor", "alice", "carol"):
        browser = await browser_of(name)
        for path in (PEOPLE, f"{PEOPLE}/new", f"{PEOPLE}/bob"):
            assert (await browser.get(path)).status_code == 403
        for path in ("new", "bob/role", "bob/disable", "bob/link", "bob/sessions/end", "bob/tokens/revoke"):
            assert (await browser.press(f"{PEOPLE}/{path}", name="mallory", role="admin")).status_code == 403
    assert (await guest.get(PEOPLE)).headers["location"] == f"/sign-in?next={PEOPLE}"


async def test_an_invitation_lets_somebody_in_once(root: Browser, guest: Browser) -> None:
    wrong = await root.press(f"{PEOPLE}/new", name="Dora", role="manager")
    assert "is not a name" in wrong.text
    assert "There is a alice already" in (await root.press(f"{PEOPLE}/new", name="alice")).text
    page = (await root.press(f"{PEOPLE}/new", name="dora", email="dora@example.com", role="manager")).text
    link = shown_link(page)
    assert "A mail with it is on its way to" in page
    assert "invited until" in (await root.get(PEOPLE)).text
    assert link not in (await root.get(f"{PEOPLE}/dora")).text
    assert (await guest.client.post(link)).headers["location"] == "/password"
    assert (await guest.client.post(link)).status_code == 410
    assert "dora" in (await guest.get("/me")).text


async def test_the_page_says_what_became_of_the_letter(
    root: Browser, guest: Browser, office: Database, clock: VirtualClock
) -> None:
    async def said() -> str:
        return " ".join(re.sub(r"<[^>]*>", "", (await root.get(f"{PEOPLE}/dora")).text).split())

    link = shown_link((await root.press(f"{PEOPLE}/new", name="dora", email="dora@example.com")).text)
    assert "The mail to dora@example.com waits to be sent." in await said()
    assert "Send the invitation again" in await said()
    async with office.transaction() as tx:
        dora = await get_user_by_name(tx.conn, "dora")
        (letter,) = await service.list_deliveries(tx.conn, f"entry/{dora.id}")
        await attempt_store.begin_attempt(tx.conn, letter.id, "mail.example.com:25", tx.now)
        await ask_one(tx.conn, attempt_store.sent(letter.id, "250 queued", "", tx.now))
    assert "Mailed to dora@example.com just now; its link has not been used yet." in await said()
    async with office.transaction() as tx:
        await store.update_failed(tx.conn, letter.id, FailureReason.REFUSED, "550 <no such user>", tx.now)
    assert "The mail to dora@example.com did not arrive: 550 &lt;no such user&gt; (just now)." in await said()
    assert "the invitation did not arrive" in (await root.get(PEOPLE)).text
    assert (await guest.client.post(link)).status_code == 303
    assert "The link that was mailed to dora@example.com was used just now." in await said()
    clock.advance(timedelta(minutes=1))
    await root.press(f"{PEOPLE}/dora/link")
    await root.press(f"{PEOPLE}/dora/link/withdraw")
    assert "was withdrawn, or replaced by a newer one." in await said()


async def test_an_address_that_is_dead_is_marked(root: Browser, office: Database) -> None:
    assert "Nothing arrives at this address" not in (await root.get(f"{PEOPLE}/bob")).text
    async with office.transaction() as tx:
        bob = await get_user_by_name(tx.conn, "bob")
        await break_email(tx, bob.id, bob.email or "", "550 <no such user>")
    page = (await root.get(f"{PEOPLE}/bob")).text
    assert "Nothing arrives at this address</span> since " in page
    assert ": 550 &lt;no such user&gt;." in page


async def test_a_link_is_made_anew_and_withdrawn(root: Browser, guest: Browser) -> None:
    page = (await root.press(f"{PEOPLE}/new", name="dora")).text
    assert "on its way" not in page  # there is no address
    first = shown_link(page)
    second = shown_link((await root.press(f"{PEOPLE}/dora/link")).text)
    assert (await guest.client.post(first)).status_code == 410
    assert (await root.press(f"{PEOPLE}/dora/link/withdraw")).status_code == 303
    assert (await guest.client.post(second)).status_code == 410
    assert "No link is open for dora" in (await root.press(f"{PEOPLE}/dora/link/withdraw")).text


async def test_another_role_ends_the_sessions(root: Browser, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert (await root.press(f"{PEOPLE}/alice/role", role="manager")).status_code == 303
    assert (await alice.get("/")).headers["location"] == "/sign-in?next=/"
    assert "manager" in (await root.get(f"{PEOPLE}/alice")).text
    assert "is no role" in (await root.press(f"{PEOPLE}/alice/role", role="god")).text


async def test_who_is_disabled_holds_nothing_any_more(root: Browser, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await alice.press("/me/tokens", on="/me", name="backup cron", role="viewer", days="7")
    assert (await root.press(f"{PEOPLE}/alice/disable")).status_code == 303
    assert (await alice.get("/")).status_code == 303
    page = (await root.get(f"{PEOPLE}/alice")).text
    assert "Enable alice" in page
    assert "None is in force." in page
    assert (await root.press(f"{PEOPLE}/alice/enable")).status_code == 303
    assert "backup cron" not in (await root.get(f"{PEOPLE}/alice")).text


async def test_the_last_administrator_stays(root: Browser) -> None:
    assert "last administrator" in (await root.press(f"{PEOPLE}/root/disable")).text
    assert "last administrator" in (await root.press(f"{PEOPLE}/root/role", role="viewer")).text


async def test_whom_a_file_manages_is_changed_there(root: Browser) -> None:
    page = (await root.get(f"{PEOPLE}/filed")).text
    assert "tocsin.yaml says who this is" in page
    assert "Change the role" not in page
    for path in ("role", "disable"):
        refused = await root.press(f"{PEOPLE}/filed/{path}", role="admin")
        assert refused.status_code == 409
        assert "managed by tocsin.yaml" in refused.text


async def test_ones_own_sessions_are_listed_and_ended(browser_of: BrowserOf) -> None:
    here, elsewhere = await browser_of("alice"), await browser_of("alice")
    page = (await here.get("/me")).text
    rows = [row for row in page.split("<li>") if 'name="session"' in row]
    (other,) = [re.findall(r'name="session" value="(\d+)"', row)[0] for row in rows if "this browser" not in row]
    assert len(rows) == 2
    assert (await here.press("/me/sessions/end", on="/me", session=other)).status_code == 303
    assert (await elsewhere.get("/me")).status_code == 303
    assert (await here.get("/me")).status_code == 200


async def test_nobody_ends_anothers_session(browser_of: BrowserOf) -> None:
    alice, carol = await browser_of("alice"), await browser_of("carol")
    number = re.findall(r'name="session" value="(\d+)"', (await alice.get("/me")).text)[0]
    assert (await carol.press("/me/sessions/end", on="/me", session=number)).status_code == 404
    assert (await alice.get("/me")).status_code == 200


async def test_a_token_is_shown_once_and_revoked(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    made = (await alice.press("/me/tokens", on="/me", name="backup cron", role="viewer", days="30")).text
    secret = re.search(r"tocsin_[\w-]+", made)
    assert secret
    page = (await alice.get("/me")).text
    assert "backup cron" in page
    assert secret[0] not in page
    number = re.findall(r'name="token" value="(\d+)"', page)[0]
    assert (await alice.press("/me/tokens/revoke", on="/me", token=number)).status_code == 303
    assert "backup cron" not in (await alice.get("/me")).text
    more = await alice.press("/me/tokens", on="/me", name="x", role="admin", days="30")
    assert (more.status_code, "more than yours" in more.text) == (400, True)
    assert (await alice.press("/me/tokens", on="/me", name="", role="viewer", days="30")).status_code == 400
