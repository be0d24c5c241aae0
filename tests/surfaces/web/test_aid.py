"""The decision aid in the room: three lines with their reasons, whoever looks; gone when it is over (ROL-4)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import service
from tocsin.incidents.model import Declaration, EntryType

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_it_answers_with_reasons_as_text_until_it_is_over(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        incident = await service.declare(tx, Declaration(title="Checkout answers 500", severity="SEV-1", by="@bob"))
        await service.acknowledge(tx, incident.id, "@bob", "web")
        await service.add_note(tx, incident.id, "@bob", "<b>deployed</b> v2", EntryType.OBSERVATION)
    victor = await browser_of("victor")
    page = (await victor.get("/incidents/INC-1")).text
    assert "Roll back? <b>yes</b>" in page
    assert "bob wrote “&lt;b&gt;deployed&lt;/b&gt; v2”" in page
    assert 'Escalate? <span class="soft">not yet</span>' in page
    assert "Not known: whether somebody has broken in." in page
    async with office.transaction() as tx:
        await service.resolve(tx, incident.id, "@bob", "it works again")
    assert "Decision aid" not in (await victor.get("/incidents/INC-1")).text
