"""`tocsin leave`: enter it, see what it touches, list it, end it."""

from datetime import UTC, datetime, timedelta

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database


async def test_the_last_day_is_a_whole_day_and_the_shifts_within_are_named(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice")
    said = await cli("leave", "add", "--from", "2099-12-24", "--to", "2099-12-26", "--why", "holidays")
    lines = said.out.splitlines()
    assert lines[0] == "@alice is away from 24 Dec 2099 00:00 until 27 Dec 2099 00:00 UTC."
    assert lines[2] == "    primary 24 Dec 2099 00:00 until 27 Dec 2099 00:00 UTC"
    assert lines[3] == "  Ask for cover:"
    command = lines[4].split()
    assert command == ["tocsin", "cover", "ask", "primary", "--shift", "2099-12-24T00:00Z/2099-12-27T00:00Z"]
    assert "asked" in (await cli(*command[1:])).out
    (listed,) = (await cli("leave", "list", "--json")).json()["leave"]
    assert (listed["user"], listed["ends_at"]) == ("alice", "2099-12-27T00:00:00Z")
    assert "can be on call again" in (await cli("leave", "end", "1")).out


async def test_to_an_instant_without_a_shift(cli: Terminal) -> None:
    said = (await cli("leave", "add", "--from", "00:00", "--to", "2099-01-01T12:00", status=1)).err
    assert "longer than a year" in said
    made = (await cli("leave", "add", "--from", "2099-12-24T12:00Z", "--to", "2099-12-24T18:00Z", "--json")).json()
    assert (made["leave"]["ends_at"], made["shifts"]) == ("2099-12-24T18:00:00Z", [])
    assert "There is no leave 99" in (await cli("leave", "end", "99", status=1)).err


async def test_the_teams_are_asked_at_once(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice")
    said = await cli("leave", "add", "--from", "2099-12-24", "--to", "2099-12-26", "--ask-cover")
    assert said.out.splitlines()[-1] == "  The teams are asked: tocsin cover list"
    assert (await cli("cover", "list", who="bob")).out.startswith("@alice primary 24 Dec 2099 00:00 until")


async def test_the_list_says_who_entered_it(cli: Terminal) -> None:
    assert "Nobody has entered leave" in (await cli("leave", "list")).out
    await cli("leave", "add", "--user", "bob", "--from", "00:00", "--to", "2099-01-01", who="mona", status=1)
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert "No shift lies" in (await cli("leave", "add", "--from", "1m", "--to", later, "--why", "ill")).out
    lines = (await cli("leave", "list", "--user", "alice")).out.splitlines()
    assert lines[0].startswith("@alice until ")
    assert lines[1].endswith("  ill (@alice)")
