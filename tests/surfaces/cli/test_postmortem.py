"""`tocsin postmortem`: who may not, then drafted, read, edited and published from a terminal (PMT-1)."""

from pathlib import Path

from msgspec.structs import replace

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.postmortems import measurements
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.measurement_model import Measurement


async def test_who_may_not(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert "may not write postmortems" in (await cli("postmortem", "draft", "INC-1", who="vera", status=1)).err
    assert "Draft one from the record" in (await cli("postmortem", "show", "INC-1", who="vera", status=1)).err


async def test_from_the_draft_to_its_publication(cli: Terminal, tmp_path: Path) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert "There is none" in (await cli("postmortem", "list")).out
    file = tmp_path / "INC-1.md"
    said = (await cli("postmortem", "draft", "INC-1", "--authors", "alice,bob", "-o", str(file))).out
    assert "The postmortem of INC-1 is drafted, version 1." in said
    assert "questions are marked in it" in said
    text = file.read_text()
    assert text.startswith("# Postmortem: [INC-1](/incidents/INC-1) Checkout fails\n")
    assert "- **Authors:** alice, bob\n" in text
    assert (await cli("postmortem", "show", "INC-1")).out == text
    assert "It reads so already" in (await cli("postmortem", "edit", "INC-1", str(file))).out
    file.write_text("# What we learnt\n")
    assert (
        "Version 2 of the postmortem of INC-1 is written." in (await cli("postmortem", "edit", "INC-1", str(file))).out
    )
    stale = await cli("postmortem", "edit", "INC-1", str(file), "--version", "1", status=1)
    assert "you have edited version 1" in stale.err
    assert "@bob sees to" in (await cli("postmortem", "owner", "INC-1", "bob")).out
    assert "not over yet" in (await cli("postmortem", "publish", "INC-1", status=1)).err
    await cli("resolve", "INC-1", "--override", "--why", "it works")
    assert "Nobody has approved this version." in (await cli("postmortem", "publish", "INC-1", status=1)).err
    said = (await cli("postmortem", "publish", "INC-1", "--why", "nobody else was there")).out
    assert "is published, version 2." in said
    assert "Readers: @bob." in (await cli("postmortem", "read", "INC-1", who="bob")).out
    read = (await cli("postmortem", "read", "INC-1", "--json")).json()
    assert sorted(each["name"] for each in read["readers"]) == ["alice", "bob"]
    listed = (await cli("postmortem", "list")).out
    assert "INC-1" in listed
    assert "published" in listed
    assert (await cli("postmortem", "show", "INC-1", "--json")).json()["state"] == "published"


async def test_what_is_wrong(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert "data-loss" not in (await cli("postmortem", "templates")).out
    assert "Use one of general" in (await cli("postmortem", "draft", "INC-1", "--template", "x", status=1)).err
    assert "Use one of guide" in (await cli("postmortem", "draft", "INC-1", "--layout", "x", status=1)).err
    assert "cannot be read" in (await cli("postmortem", "edit", "INC-1", "/nowhere.md", status=2)).err
    assert "cannot be written" in (await cli("postmortem", "draft", "INC-1", "-o", "/nowhere/x.md", status=2)).err


async def test_what_it_cost(cli: Terminal) -> None:
    await cli("declare", "Checkout fails")
    assert "Nobody has said what it cost" in (await cli("postmortem", "impact", "INC-1")).out
    assert "--source" in (await cli("postmortem", "impact", "INC-1", "--support-tickets", "14", status=2)).err
    said = await cli("postmortem", "impact", "INC-1", "--support-tickets", "14", "--source", "the help desk")
    assert "support tickets  14     @alice  the help desk" in said.out
    assert "Impact: support tickets 14; source: the help desk." in (await cli("log", "INC-1")).out


async def test_what_prometheus_says(cli: Terminal, db: Database) -> None:
    await cli("declare", "Checkout fails")
    assert (
        "It has said nothing yet: tocsin postmortem measure INC-1 --again"
        in (await cli("postmortem", "measure", "INC-1")).out
    )
    assert (await cli("postmortem", "measure", "INC-1", "--json")).json()["measurements"] == []
    assert "INC-1 is not over" in (await cli("postmortem", "measure", "INC-1", "--again", status=1)).err
    assert "may not" in (await cli("postmortem", "measure", "INC-1", "--again", who="vera", status=1)).err
    async with db.transaction() as tx:
        await put_service(tx, Service(name="checkout", more={"impact": {"users_affected": "users"}}))
        made = await incidents.declare(tx, Declaration(title="Nobody can pay", services=("checkout",), by="@alice"))
        await incidents.resolve(tx, made.id, "@alice")
        found = Measurement(
            n=1,
            service="checkout",
            figure=Figure.FAILED_REQUESTS,
            title="",
            query="sum(failed)",
            begins_at=tx.now,
            ends_at=tx.now,
            measured_at=tx.now,
            value=1204.0,
        )
        silent = replace(found, n=2, figure=Figure.USERS_AFFECTED, query="users", value=None, trouble="No data")
        await measurements.record(tx, made.id, [found, silent])
    said = (await cli("postmortem", "measure", "INC-2")).out
    assert "failed requests  1204                checkout  sum(failed)" in said
    assert "users affected   no answer: No data  checkout  users" in said
    assert "Prometheus is asked." in (await cli("postmortem", "measure", "INC-2", "--again")).out
    assert "Prometheus is asked this moment" in (await cli("postmortem", "measure", "INC-2")).out
