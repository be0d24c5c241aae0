"""What goes wrong stands at the head of the room and on Now, with what mends it (GRD-1)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.incidents import findings, service
from tocsin.incidents.model import Declaration
from tocsin.room.model import Rule
from tocsin.surfaces.web.pages.incidents.findings_part import BUTTONS

BrowserOf = Callable[[str], Awaitable[Browser]]


async def declare_wrong(db: Database, rule: Rule, text: str, remedy: str = "Do something.") -> None:
    async with db.transaction() as tx:
        incident = await service.declare(tx, Declaration(title="Checkout answers 500", severity="SEV-1", by="@bob"))
        await findings.raise_finding(tx, incident, rule=rule, occurrence="once", text=text, remedy=remedy)


async def test_the_room_says_what_goes_wrong_and_offers_the_button_that_mends_it(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare_wrong(office, Rule.NOBODY_COMMANDS, "Nobody has commanded this SEV-1 for 5 minutes.")
    alice, victor = await browser_of("alice"), await browser_of("victor")
    page = (await alice.get("/incidents/INC-1")).text
    assert "Nobody has commanded this SEV-1 for 5 minutes." in page.partition('id="part-onlookers"')[0]
    assert 'popovertarget="assign">Name a commander…</button>' in page
    assert "Do something." not in page.partition('id="timeline"')[0]
    looked_at = (await victor.get("/incidents/INC-1")).text
    assert "Do something." in looked_at.partition('id="timeline"')[0]
    assert "Name a commander…" not in looked_at


async def test_a_rule_without_a_button_says_its_remedy(office: Database, browser_of: BrowserOf) -> None:
    await declare_wrong(office, Rule.BLAME, "“<b>who broke</b>” sounds like blame.", "Say what happened.")
    page = (await (await browser_of("alice")).get("/incidents/INC-1/parts")).text
    assert "“&lt;b&gt;who broke&lt;/b&gt;” sounds like blame." in page
    assert "Say what happened." in page


async def test_now_says_what_goes_wrong_until_it_is_mended(office: Database, browser_of: BrowserOf) -> None:
    await declare_wrong(office, Rule.NOBODY_COMMANDS, "Nobody has commanded this SEV-1 for 5 minutes.")
    alice = await browser_of("alice")
    assert "Nobody has commanded this SEV-1 for 5 minutes." in (await alice.get("/")).text
    async with office.transaction() as tx:
        incident = await service.get(tx.conn, 1)
        held = (await findings.list_open_findings(tx.conn, [incident.id]))[incident.id]
        await findings.settle_findings(tx, incident, held)
    assert "Nobody has commanded" not in (await alice.get("/")).text


async def test_every_button_opens_a_sheet_that_is_there(office: Database, browser_of: BrowserOf) -> None:
    await declare_wrong(office, Rule.NOBODY_COMMANDS, "Nobody.")
    page = (await (await browser_of("alice")).get("/incidents/INC-1")).text
    for button in BUTTONS.values():
        assert f'id="{button.sheet}"' in page
