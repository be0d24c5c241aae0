"""`tocsin oncall handoff`: the report, what is added, the signature and the acceptance."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database

HANDOFF = ("oncall", "handoff")


@pytest.fixture
async def sides(cli: Terminal, db: Database) -> tuple[str, str]:
    """Who hands over, and who takes over."""
    await rotate(db, "alice", "bob", name="payments-primary")
    told = (await cli(*HANDOFF, "--json")).json()
    return told["outgoing"][0], told["incoming"][0]


async def test_the_report_of_the_only_schedule(cli: Terminal, sides: tuple[str, str]) -> None:
    said = (await cli(*HANDOFF, who="vera")).out.splitlines()
    assert said[0].startswith(f"payments-primary: {sides[0]} hands over to {sides[1]}, Mon ")
    assert said[1] == f"a draft: {sides[0]} still to sign it"
    assert "  checkout" in said
    assert said[-2:] == ["Notes", "  None."]


async def test_write_add_sign_accept(cli: Terminal, sides: tuple[str, str]) -> None:
    outgoing, incoming = sides
    await cli(*HANDOFF, "--note", "Watch the disk.", who=outgoing)
    added = (await cli(*HANDOFF, "--issue", "Slow disk", "--owner", "bob", who=incoming)).out
    assert added.startswith("Added as entry 1: Slow disk\n")
    signed = (await cli(*HANDOFF, "payments-primary", "--sign", who=outgoing)).out
    assert f"signed by @{outgoing} just now; {incoming} still to accept it" in signed
    assert "  1. Slow disk (owner: bob)" in signed
    assert "  Watch the disk." in signed
    accepted = (await cli(*HANDOFF, "--accept", who=incoming)).out
    assert f"accepted by @{incoming} just now" in accepted
    assert (await cli(*HANDOFF, "--strike", "1", who=incoming)).out == "Struck entry 1.\n"


async def test_who_may_not(cli: Terminal, sides: tuple[str, str]) -> None:
    assert "signed by whoever hands over" in (await cli(*HANDOFF, "--sign", who=sides[1], status=1)).err
    assert "nothing to do with" in (await cli(*HANDOFF, "--watch", "x", who="carol", status=1)).err


async def test_what_is_wrong(cli: Terminal, db: Database) -> None:
    assert "There is none yet" in (await cli(*HANDOFF, status=2)).err
    await rotate(db, "alice", "bob", name="one")
    await rotate(db, "alice", "bob", name="two")
    assert "There are: one, two." in (await cli(*HANDOFF, status=2)).err
    assert "One thing at a time" in (await cli(*HANDOFF, "one", "--sign", "--accept", status=2)).err
