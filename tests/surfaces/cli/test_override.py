"""`tocsin override`: make one, list them, end one."""

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database


async def test_to_take_over_at_once_and_to_end_it(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice")
    said = await cli("override", "primary", "--for", "2h", "--why", "she is on a train", who="bob")
    lines = said.out.splitlines()
    assert lines[0].startswith("@bob is on call in primary until ")
    assert lines[0].endswith(" UTC.")
    number = lines[1].rpartition(" ")[2]
    assert (await cli("oncall", "primary")).out.startswith("primary  @bob until ")
    listed = (await cli("override", "list")).out.splitlines()
    assert listed[1] == f"  {number}  she is on a train (@bob)"
    assert (await cli("override", "end", number, who="bob")).out.startswith("Ended: primary is as the rotation")
    assert (await cli("oncall", "primary")).out.startswith("primary  @alice")
    assert "There is no override" in (await cli("override", "list", "primary")).out
    assert "There is no override" in (await cli("override", "end", number, who="bob", status=1)).err


async def test_later_for_somebody_else_beside_the_others(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice,carol", team=None)
    span = ("--from", "2099-12-24T18:00Z", "--to", "2099-12-26T09:00Z")
    said = (await cli("override", "primary", "--user", "bob", *span, "--instead-of", "carol", who="mona")).out
    assert said.startswith(
        "@bob is on call in primary instead of @carol 24 Dec 2099 18:00 until 26 Dec 2099 09:00 UTC."
    )
    beside = (await cli("override", "primary", "--user", "bob", "--for", "1h", "--beside", who="mona")).out
    assert beside.startswith("@bob is on call in primary, beside whoever else is, until ")
    shadow = ("override", "primary", "--for", "7d", "--shadow", "--layer", "week")
    assert (await cli(*shadow, who="bob")).out.startswith("@bob is a shadow in week of primary until ")
    told = (await cli("override", "list", "primary", "--json")).json()["overrides"]
    assert [(one["user"], one["part"], one["instead_of"], one["layer"]) for one in told] == [
        ("bob", "beside", None, None),
        ("bob", "shadow", None, "week"),
        ("bob", "instead", "carol", None),
    ]


async def test_times_without_an_offset_are_on_the_schedules_clock(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice", time_zone="Europe/Berlin")
    span = ("--from", "2099-12-24T18:00", "--to", "2099-12-26T09:00", "--json")
    made = (await cli("override", "primary", *span, who="bob")).json()
    assert (made["starts_at"], made["ends_at"]) == ("2099-12-24T17:00:00Z", "2099-12-26T08:00:00Z")


async def test_what_is_wrong(cli: Terminal, db: Database) -> None:
    await rotate(db, "alice")
    assert "in one way" in (await cli("override", "primary", status=2)).err
    both = ("--for", "1h", "--beside", "--shadow")
    assert "Leave out one of them" in (await cli("override", "primary", *both, status=2)).err
    taken = ("override", "primary", "--for", "1h", "--json")
    refused = (await cli(*taken, who="carol", status=1)).err
    assert "not on the team payments" in refused
    assert '--anyway "WHY"' in refused
    number = str((await cli(*taken, "--anyway", "all others are ill", who="carol")).json()["id"])
    assert "Ended" in (await cli("override", "end", number, "--anyway", "she is well again", who="mona")).out
    assert "Ask a lead" in (await cli("override", "primary", "--user", "carol", "--for", "1h", who="bob", status=1)).err
    assert "There is no schedule" in (await cli("override", "nothing", "--for", "1h", status=1)).err
    assert "See: tocsin override end --help" in (await cli("override", "end", "first", status=2)).err
