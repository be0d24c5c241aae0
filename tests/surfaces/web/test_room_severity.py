"""How bad it is, in the room: who may not change it, why it is so, what is proposed, and what a person says (CLS-3)."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_room import HOSTILE, declare
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"


async def test_who_may_not(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    for path, fields in (("severity", {"severity": "SEV-2", "reason": "x"}), ("facts", {"breach": "yes"})):
        assert (await victor.press(f"{ROOM}/{path}", **fields)).status_code == 403
    page = (await victor.get(ROOM)).text
    assert "Why this severity?" in page
    assert "Change severity…" not in page


async def test_why_it_is_so_and_what_would_make_it_worse(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="Slow", facts={"users_affected": "30%"}, by="@alice"))
    page = (await (await browser_of("alice")).get(ROOM)).text
    assert "<span>Users affected</span><b>30%</b>" in page
    assert "SEV-2: users affected at least 10 % (30 %)." in page
    assert "SEV-1 if SLA at risk: yes" in page
    assert "Time to respond: 0 of 5 min" in page


async def test_what_becomes_known_is_proposed_and_answered(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="Slow", severity="SEV-3", by="@alice"))
    alice = await browser_of("alice")
    assert (await alice.press(f"{ROOM}/facts", users_affected="30%", breach="")).headers["location"] == ROOM
    page = (await alice.get(ROOM)).text
    assert "Take SEV-2, or keep the level…" in page
    assert '<input name="users_affected" maxlength="40" autocomplete="off" value="30%"' in page
    await alice.press(f"{ROOM}/severity", severity="SEV-3", reason="only the old app")
    page = (await alice.get(ROOM)).text
    assert "Take SEV-2" not in page
    assert "kept SEV-3: only the old app" in page
    await alice.press(f"{ROOM}/severity", severity="SEV-1", reason=HOSTILE)
    page = (await alice.get(ROOM)).text
    assert "Severity SEV-3 → SEV-1" in page
    assert "<script>alert" not in page


async def test_what_is_wrong_says_what_to_do(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    for path, fields, status, says in (
        ("severity", {"severity": "SEV-2", "reason": " "}, 400, "A severity needs a reason"),
        ("severity", {"severity": "P0", "reason": "x"}, 404, "SEV-1, SEV-2, SEV-3, SEV-4"),
        ("facts", {"users_affected": "many"}, 400, "share such as 30%"),
        ("facts", {"users_affected": ""}, 400, "Nothing has become known"),
    ):
        answer = await alice.press(f"{ROOM}/{path}", **fields)
        assert (answer.status_code, says in answer.text) == (status, True), (path, fields)


async def test_the_form_grades_by_what_is_known_and_says_how_we_know(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    answer = await alice.press(
        "/declare", on="/declare", title="Slow", service_status="degraded", source="customer_report", customers=""
    )
    assert answer.headers["location"] == ROOM
    async with office.connection() as conn:
        incident = (await incidents.list_incidents_by_id(conn, [1]))[0]
    assert (incident.severity, incident.source) == ("SEV-2", "customer_report")
    refused = await alice.press("/declare", on="/declare", title="Slow", users_affected="many")
    assert refused.status_code == 400
    assert 'value="many"' in refused.text
    assert (await alice.press("/declare", on="/declare", title="Slow", source="dream")).status_code == 400
