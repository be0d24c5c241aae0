"""`tocsin swap`: propose, list, answer, take back."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database

# Both in the far future, at which the real clock of these tests never arrives: alice, then bob.
GIVE, TAKE = "2099-01-07T12:00Z", "2099-01-14T12:00Z"


@pytest.fixture
async def proposed(cli: Terminal, db: Database) -> str:
    """The number of a swap of a whole week for another."""
    await rotate(db, "bob", "alice", team=None)
    said = (await cli("swap", "propose", "primary", "--with", "bob", "--give", GIVE, "--take", TAKE)).out.splitlines()
    assert said[0] == "@alice gives @bob primary 5 Jan 2099 09:00 until 12 Jan 2099 09:00 UTC"
    assert said[1] == "  and takes 12 Jan 2099 09:00 until 19 Jan 2099 09:00 UTC"
    assert said[3].startswith("  @bob is asked.")
    return said[3].rpartition(" ")[2]


async def test_proposed_and_accepted(cli: Terminal, proposed: str) -> None:
    listed = (await cli("swap", "list", who="bob")).out.splitlines()
    assert listed[2] == f"  {proposed}  proposed (@alice)"
    assert (await cli("swap", "accept", proposed, who="bob")).out.startswith("Agreed, and both of you")
    assert (await cli("oncall", "primary", "--at", GIVE)).out.splitlines()[1].startswith("primary  @bob")
    assert (await cli("oncall", "primary", "--at", TAKE)).out.splitlines()[1].startswith("primary  @alice")
    assert "No swap is proposed." in (await cli("swap", "list")).out
    (told,) = (await cli("swap", "list", "--state", "accepted", "--json")).json()["swaps"]
    assert (told["giver"], told["taker"], told["ended_by"]) == ("alice", "bob", "@bob")


async def test_declined_or_taken_back(cli: Terminal, proposed: str) -> None:
    assert "every shift stays" in (await cli("swap", "decline", proposed, who="bob")).out
    assert "is declined already by @bob" in (await cli("swap", "withdraw", proposed, status=1)).err
    part = "2099-01-05T10:00Z/2099-01-05T12:00Z"
    said = (await cli("swap", "propose", "primary", "--with", "carol", "--give", part, "--why", "dentist")).out
    assert said.splitlines()[1].endswith("proposed dentist (@alice)")
    assert "@carol is told" in (await cli("swap", "withdraw", said.split()[-1])).out


async def test_what_is_wrong(cli: Terminal, proposed: str) -> None:
    assert "may not answer for others" in (await cli("swap", "accept", proposed, status=1)).err
    give = ("swap", "propose", "primary", "--with", "bob", "--give")
    assert "alice has no shift in primary then" in (await cli(*give, TAKE, status=1)).err
    assert "--give" in (await cli(*give, "someday", status=2)).err
    assert "not a state" in (await cli("swap", "list", "--state", "lost", status=1)).err
