"""`tocsin report`: what some months teach, as a table and as JSON."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.surfaces.cli.terminal import Terminal
from tocsin.accounts.model import Role, Viewer
from tocsin.db.database import Database
from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.kernel.clock import VirtualClock
from tocsin.postmortems import actions
from tocsin.postmortems.action_model import ActionDraft, Category

ALICE = Viewer(user_id=1, name="alice", role=Role.RESPONDER, scopes=(1,))


async def test_guard_rails_by_month(cli: Terminal, db: Database) -> None:
    assert (await cli("report", "guard-rails", who="vera")).out == (
        "No guard rail has fired in 6 months, in 0 incidents.\n"
    )
    await cli("declare", "Checkout answers 500")
    async with db.transaction() as tx:
        declared = await incidents.get_incident(tx.conn, ALICE, "INC-1")
        for turn in ("1", "2"):
            await findings.raise_finding(
                tx, declared, rule="update-late", occurrence=turn, text="Late.", remedy="Post it."
            )
    lines = (await cli("report", "guard-rails", "--months", "3", who="vera")).out.splitlines()
    assert lines[0].split()[-2:] == ["all", "incidents"]
    assert lines[1].split() == ["update", "late", "·", "·", "2", "2", "1"]
    assert lines[2].split() == ["all", "guard", "rails", "·", "·", "2", "2", "1"]
    assert lines[3].endswith("the last month is not over.")
    told = (await cli("report", "guard-rails", "--json", who="vera")).json()
    assert [each["incident"] for each in told["fired"]] == ["INC-1", "INC-1"]
    assert "1 to 24" in (await cli("report", "guard-rails", "--months", "0", status=1)).err


async def test_patterns_with_what_helps(cli: Terminal, db: Database) -> None:
    nothing = "No pattern in 6 months: none is told from fewer than five incidents.\n"
    assert (await cli("report", "recommendations", who="vera")).out == nothing
    for n in range(5):
        await cli("declare", f"Down again {n}")
    async with db.transaction() as tx:
        for name in ("checkout", "ledger"):
            await tx.conn.execute("INSERT INTO incident_service SELECT id, %s FROM incident", (name,))
    lines = (await cli("report", "recommendations", who="vera")).out.splitlines()
    assert lines[0] == "checkout and ledger fail together: 5 incidents, 5 of them of both at once."
    assert lines[1] == "  from INC-1, INC-2, INC-3, INC-4, INC-5"
    assert lines[2].startswith("  - Say in the catalogue")
    (told,) = (await cli("report", "recommendations", "--json", who="vera")).json()["recommendations"]
    assert (told["pattern"], len(told["evidence"])) == ("failing-together", 5)


async def test_the_report_of_a_month_in_three_forms(
    cli: Terminal, db: Database, clock: VirtualClock, tmp_path: Path
) -> None:
    clock.set(datetime(2026, 12, 5, 12, tzinfo=UTC))
    await cli("declare", "Down", "--severity", "SEV-1")
    await cli("declare", "Hush", "--severity", "SEV-1")
    await cli("private", "2", "--why", "a breach")
    async with db.transaction() as tx:
        for number in (1, 2):
            cursor = await tx.conn.execute("SELECT id FROM incident WHERE number = %s", (number,))
            ((incident_id,),) = await cursor.fetchall()
            draft = ActionDraft(text=f"Mend {number}", category=Category.DETECT)
            await actions.add_item(tx, incident_id, draft, "@alice")
    assert "2026-12 is not over yet." in (await cli("report", "monthly", "2026-12", status=1)).err
    clock.set(datetime(2027, 1, 2, 12, tzinfo=UTC))
    first = (await cli("report", "monthly", "2026-12", who="vera")).out
    assert first.startswith("# December 2026 – ")
    assert "**1 incident, 1 more than in November 2026.**" in first
    assert "- INC-1 #1, to detect: Mend 1" in first
    assert "Mend 2" not in first
    clock.advance(timedelta(days=3))
    await cli("resolve", "1", "--override", "--why", "over")
    assert (await cli("report", "monthly", "2026-12")).out == first
    told = (await cli("report", "monthly", "2026-12", "--json")).json()
    assert (told["incidents"], told["levels"][0]["name"]) == ({"name": "incidents", "n": 1, "before": 0}, "SEV-1")
    page = tmp_path / "december.html"
    assert (await cli("report", "monthly", "2026-12", "--html", "-o", str(page))).out == f"Written to {page}.\n"
    assert page.read_text().count('role="img"') == 2
    assert "is not a month" in (await cli("report", "monthly", "december", status=1)).err
    assert "Choose one of" in (await cli("report", "monthly", "2026-12", "--html", "--json", status=2)).err


async def test_a_past_month_reads_the_same_until_it_is_made_anew(
    cli: Terminal, db: Database, clock: VirtualClock
) -> None:
    clock.set(datetime(2026, 12, 5, 12, tzinfo=UTC))
    await cli("declare", "Down", "--severity", "SEV-1")
    await cli("declare", "Out", "--severity", "SEV-1")
    entry = re.search(r"entry (\d+)", (await cli("log", "1", "the password is hunter2")).out)
    assert entry
    async with db.transaction() as tx:
        for number, text in ((1, "Hide: the password is hunter2"), (2, "Mend it")):
            incident = await incidents.get_incident(tx.conn, ALICE, f"INC-{number}")
            await actions.add_item(tx, incident.id, ActionDraft(text=text, category=Category.DETECT), "@alice")
    clock.set(datetime(2027, 1, 2, 12, tzinfo=UTC))
    first = (await cli("report", "monthly", "2026-12", who="vera")).out
    assert "Made on 2 January 2027 from the record as it was then" in first
    clock.advance(timedelta(days=1))
    await cli("severity", "1", "SEV-3", "--why", "only the old app")
    assert (await cli("report", "monthly", "2026-12", who="vera")).out == first

    assert "may not make a report anew" in (await cli("report", "monthly", "2026-12", "--renew", status=1)).err
    said = (await cli("report", "monthly", "2026-12", "--renew", who="root")).out.splitlines()
    assert said[0] == "The report of 2026-12 was made anew:"
    assert {"- | SEV-1 | 2 | 0 |", "+ | SEV-1 | 1 | 0 |"} <= set(said)
    anew = (await cli("report", "monthly", "2026-12", who="vera")).out
    assert "| SEV-1 | 1 | 0 |" in anew
    assert "Made on 3 January 2027" in anew
    clock.advance(timedelta(days=1))
    again = (await cli("report", "monthly", "2026-12", "--renew", who="root")).out
    assert again == "The report of 2026-12 is as it was: nothing in it was corrected.\n"
    assert (await cli("report", "monthly", "2026-12", who="vera")).out == anew

    await cli("redact", "INC-1", entry[1], "--why", "a secret", who="root")
    await cli("private", "2", "--why", "a breach")
    cleaned = (await cli("report", "monthly", "2026-12", who="vera")).out
    assert "hunter2" not in cleaned
    assert "Mend it" not in cleaned
    assert "**2 incidents, 2 more than in November 2026.**" in cleaned
