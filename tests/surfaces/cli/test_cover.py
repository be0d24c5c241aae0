"""`tocsin cover`: ask, list, take, take back."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database

# In the far future, at which the real clock of these tests never arrives.
NIGHT = "2099-01-07T18:00Z/2099-01-08T08:00Z"


@pytest.fixture
async def asked(cli: Terminal, db: Database) -> str:
    """The number of a request of alice's."""
    await rotate(db, "alice", team="payments")
    said = (await cli("cover", "ask", "primary", "--shift", NIGHT, "--why", "theatre")).out.splitlines()
    assert said[0] == "@alice primary 7 Jan 2099 18:00 until 8 Jan 2099 08:00 UTC"
    assert said[2].startswith("  The team is asked.")
    return said[2].rpartition(" ")[2]


async def test_asked_and_taken(cli: Terminal, asked: str) -> None:
    listed = (await cli("cover", "list", who="bob")).out.splitlines()
    assert listed[1] == f"  {asked}  open theatre (@alice)"
    taken = (await cli("cover", "take", asked, who="bob")).out
    assert taken.startswith("@bob has primary 7 Jan 2099 18:00 until")
    assert (await cli("oncall", "primary", "--at", "2099-01-07T20:00Z")).out.splitlines()[1].startswith("primary  @bob")
    assert "Nobody needs cover." in (await cli("cover", "list")).out
    assert "covered, taken by @bob theatre (@alice)" in (await cli("cover", "list", "--state", "covered")).out
    assert "bob has taken the shift already" in (await cli("cover", "take", asked, who="mona", status=1)).err


async def test_taken_back(cli: Terminal, asked: str) -> None:
    assert "@alice keeps the shift" in (await cli("cover", "withdraw", asked)).out
    assert "is closed: withdrawn" in (await cli("cover", "take", asked, who="bob", status=1)).err
    assert "No request is begun." in (await cli("cover", "list", "--state", "begun")).out


async def test_a_manager_puts_somebody_there(cli: Terminal, asked: str) -> None:
    stranger = ("cover", "take", asked, "--user", "carol")
    assert "may not put others on call" in (await cli(*stranger, who="bob", status=1)).err
    told = (await cli(*stranger, "--anyway", "she knows it", "--json", who="mona")).json()
    assert (told["state"], told["covered_by"]) == ("covered", "carol")
