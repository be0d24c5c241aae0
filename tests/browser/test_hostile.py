"""Stored XSS through every field into the pages that show it, in a real browser with the content policy on (SEC-7): no
script runs, nothing is refused by the policy because nothing tries, and no page is wider than a phone.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.conftest import PHONE, Open
from tests.support.hostile import FIELDS, plant, plant_alerts
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.comms import template_store, wording
from tocsin.db.database import Database

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LISTS = ("/", "/incidents")


@pytest_asyncio.fixture(loop_scope="session")
async def root(office: Database) -> str:
    """Somebody who may look at everything."""
    async with office.transaction() as tx:
        await upsert_user(
            tx, UserDraft(name="root", email="root@example.com", role=Role.ADMIN), managed_by=None, actor="tocsin"
        )
    return "root"


async def nothing_happens(sit_down: Open, root: str, paths: list[str]) -> None:
    page = await sit_down(root, viewport=PHONE)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for path in paths:
        answer = await page.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert await page.evaluate("window.pwned") is None, f"a script ran on {path}"
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} px wide"
        assert await page.locator("main").is_visible(), f"{path} has lost its page"


@pytest_asyncio.fixture(loop_scope="session")
async def wordings(office: Database) -> AsyncIterator[None]:
    """As they ship again afterwards: every message of the tests to come would be worded by the corpus."""
    yield
    async with office.transaction() as tx:
        for edited in await template_store.list_edited(tx.conn):
            await wording.reset_template(tx, edited.kind, "@root")


@pytest.mark.usefixtures("wordings")
@pytest.mark.parametrize("field", list(FIELDS))
async def test_what_is_typed_stays_text(sit_down: Open, office: Database, root: str, field: str) -> None:
    paths = await plant(office, field)
    await nothing_happens(sit_down, root, [*paths[:4], *(paths[-1:] if len(paths) > 4 else ()), *LISTS])


async def test_what_monitoring_says_stays_text(sit_down: Open, office: Database, root: str) -> None:
    await nothing_happens(sit_down, root, await plant_alerts(office))
