"""The page of the audit log (SEC-8): first who may not, then what it shows, its files and its chain."""

import json
from collections.abc import Awaitable, Callable

import pytest

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]
PATHS = ("/settings/audit", "/settings/audit.jsonl", "/settings/audit.csv")


@pytest.fixture
async def root(office: Database, browser_of: BrowserOf) -> Browser:
    async with office.transaction() as tx:
        draft = UserDraft(name="root", email="root@example.com", role=Role.ADMIN)
        await upsert_user(tx, draft, managed_by=None, actor="=cmd|'/c calc'!A1")
    return await browser_of("root")


async def test_who_may_not_read_it(guest: Browser, browser_of: BrowserOf) -> None:
    for path in PATHS:
        assert (await guest.get(path)).headers["location"] == f"/sign-in?next={path}"
        for name in ("victor", "alice", "carol"):
            assert (await (await browser_of(name)).get(path)).status_code == 403


async def test_it_shows_who_did_what(root: Browser) -> None:
    page = (await root.get("/settings/audit")).text
    assert "added the user root (admin)" in page
    assert "added the user root (admin)" not in (await root.get("/settings/audit?words=bob")).text
    assert "Nothing is like this." in (await root.get("/settings/audit?person=zoe")).text
    wrong = await root.get("/settings/audit?since=yesterday")
    assert wrong.status_code in (400, 422)
    assert "is not a day" in wrong.text


async def test_the_chain_is_walked_when_asked(root: Browser) -> None:
    assert "intact" not in (await root.get("/settings/audit")).text
    assert "entries, intact." in (await root.get("/settings/audit?verify=1")).text


async def test_its_files_hold_what_was_asked_for_and_no_formula(root: Browser) -> None:
    lines = (await root.get("/settings/audit.jsonl?words=user+root")).text.splitlines()
    assert [json.loads(line)["subject"] for line in lines] == ["root (admin)"]
    table = await root.get("/settings/audit.csv?words=user+root")
    assert table.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert ",'=cmd|'/c calc'!A1," in table.text


async def test_what_is_private_is_only_counted(office: Database, root: Browser) -> None:
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="A key leaked", by="@alice", is_private=True))
    page = (await root.get("/settings/audit?words=INC-1")).text
    assert "INC-1," not in page
    assert "1 entry is about private incidents of which you are not a member." in page


async def test_an_attempt_that_was_refused_in_the_browser_is_in_it(root: Browser, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    await victor.press("/declare", title="x")
    (line,) = (await root.get("/settings/audit.jsonl?refused=yes")).text.splitlines()
    assert json.loads(line)["text"] == "@victor tried POST /declare – refused."


@pytest.mark.parametrize(
    "path", ["/settings/people/a%00b/disable", "/incidents/INC-1%00/notes", f"/silences/{'x' * 30_000}/expire"]
)
async def test_one_is_in_it_whatever_its_address_is(root: Browser, browser_of: BrowserOf, path: str) -> None:
    """The guard against other sites comes before everything that looks at the address."""
    victor = await browser_of("victor")
    assert (await victor.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    (line,) = (await root.get("/settings/audit.jsonl?refused=yes")).text.splitlines()
    assert json.loads(line)["text"].startswith("@victor tried POST /")
    assert len(line) < 1000
