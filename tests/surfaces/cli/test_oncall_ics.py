"""`tocsin oncall ics`: the address of a feed, and the calendar itself."""

from pathlib import Path

from icalendar import Calendar

from tests.surfaces.cli.terminal import Terminal
from tests.surfaces.cli.test_oncall import rotate
from tocsin.db.database import Database

URL = "https://tocsin.example.com/calendar/"


async def test_an_address_is_shown_once_replaced_and_revoked(cli: Terminal, db: Database) -> None:
    await rotate(db, "payments-primary", "alice", "bob")
    url, hint = (await cli("oncall", "ics", "payments-primary")).out.splitlines()
    assert url.startswith(URL)
    assert url.endswith(".ics")
    assert "--revoke" in hint
    assert "shown only once" in (await cli("oncall", "ics", "payments-primary", status=1)).err
    again = (await cli("oncall", "ics", "payments-primary", "--new", "--gaps")).out.splitlines()[0]
    assert again.endswith(".ics?gaps=1")
    assert again.removesuffix("?gaps=1") != url
    own = (await cli("oncall", "ics", "--json")).json()
    assert (own["person"], own["url"][: len(URL)]) == ("alice", URL)
    listed = (await cli("oncall", "ics", "--list")).out.splitlines()
    assert [line.split()[0] for line in listed] == ["@alice", "payments-primary"]
    assert "leads nowhere" in (await cli("oncall", "ics", "--revoke")).out
    assert "no address of @alice" in (await cli("oncall", "ics", "--revoke", status=2)).err
    assert len((await cli("oncall", "ics", "--list", "--json")).json()["feeds"]) == 1


async def test_nobody_has_made_one_yet(cli: Terminal) -> None:
    assert "tocsin oncall ics" in (await cli("oncall", "ics", "--list")).out


async def test_the_calendar_itself(cli: Terminal, db: Database, tmp_path: Path) -> None:
    await rotate(db, "payments-primary", "alice", "bob")
    await cli("oncall", "ics", "payments-primary", "-o", str(tmp_path / "week.ics"))
    events = Calendar.from_ical((tmp_path / "week.ics").read_bytes()).events
    assert {str(event["summary"]).split()[0] for event in events} == {"alice", "bob"}
    await cli("oncall", "ics", "@bob", "--output", str(tmp_path / "bob.ics"))
    events = Calendar.from_ical((tmp_path / "bob.ics").read_bytes()).events
    assert {str(event["summary"]).split()[0] for event in events} == {"bob"}
    assert "Cannot write" in (await cli("oncall", "ics", "-o", str(tmp_path), status=1)).err


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "There is no schedule" in (await cli("oncall", "ics", "nothing", status=1)).err
    assert "do one thing" in (await cli("oncall", "ics", "--new", "--revoke", status=2)).err
    assert "do one thing" in (await cli("oncall", "ics", "one", "two", status=2)).err
