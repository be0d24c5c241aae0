"""An administrator takes a text back on a page; for everybody else there is none (WAR-6)."""

import re
from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import declare
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_a_text_is_taken_back_for_good(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        draft = UserDraft(name="root", email="root@example.com", role=Role.ADMIN)
        await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
    await declare(office)
    bob, root = await browser_of("bob"), await browser_of("root")
    await bob.press("/incidents/INC-1/notes", type="action", text="the key is <hunter2>")
    assert "/redact" not in (await bob.get("/incidents/INC-1")).text
    found = re.findall(r'href="(/incidents/INC-1/entries/\d+/redact)"', (await root.get("/incidents/INC-1")).text)
    path = found[-1]
    assert (await bob.get(path)).status_code == 403
    assert (await bob.press(path, on="/", reason="x")).status_code == 403
    assert "the key is &lt;hunter2&gt;" in (await root.get(path)).text
    refused = await root.press(path, reason=" ")
    assert (refused.status_code, "A redaction needs a reason." in refused.text) == (400, True)
    assert (await root.press(path, reason="a key")).headers["location"] == "/incidents/INC-1"
    page = (await bob.get("/incidents/INC-1")).text
    assert "hunter2" not in page
    assert page.count("[redacted] by @root: a key") == 1
    assert path not in (await root.get("/incidents/INC-1")).text
