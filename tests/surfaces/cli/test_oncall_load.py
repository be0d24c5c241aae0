"""`tocsin oncall load`: two tables, their records, and CSV."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.served import PRIMARY, begin_recording, page_at_night
from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog import service as catalog
from tocsin.catalog.compensation import Compensation, HourRates
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall.service import put_schedule

WEEK = ("--from", "2026-03-02", "--to", "2026-03-08")


@pytest.fixture
def clock() -> VirtualClock:
    """The week that is told of, not this machine's now."""
    return VirtualClock(datetime(2026, 3, 2, 10, tzinfo=UTC))


@pytest.fixture
async def said(cli: Terminal, db: Database, clock: VirtualClock) -> Terminal:
    await begin_recording(db)
    await page_at_night(db, clock)
    return cli


async def test_a_week(said: Terminal) -> None:
    lines = (await said("oncall", "load", *WEEK)).out.splitlines()
    assert lines[0] == "2026-03-02 to 2026-03-08  days of UTC"
    assert lines[1] == "Shifts before 2026-03-02 10:00 UTC were not recorded. Pages are complete."
    assert lines[2] == "alice was woken at 02:10 UTC last night and should rest today."
    assert lines[4].split() == ["alice", "158:00", "56:00", "48:00", "24:00", "1", "7", "141:05"]
    assert lines[7].split() == ["alice", "1", "1", "1", "1", "of", "1", "0:45"]
    assert max(map(len, lines[:8])) <= 80


async def test_two_people_have_a_sum(said: Terminal) -> None:
    out = (await said("oncall", "load", "payments-primary", "--month", "2026-03")).out
    assert [line.split()[0] for line in out.splitlines() if line.startswith(("alice  ", "bob  ", "together"))] == [
        "alice",
        "bob",
        "together",
    ] * 2


async def test_the_records(said: Terminal) -> None:
    out = (await said("oncall", "load", "--explain", *WEEK)).out
    assert "alice, on the clock of UTC" in out
    assert "  on call  Mon 02 Mar 10:00 – Mon 02 Mar 22:00   12:00  payments-primary" in out
    assert "  page     Tue 03 Mar 02:10  INC-1, its first page, at night, taken in 15 min" in out
    assert "  awake    Tue 03 Mar 02:10 – Tue 03 Mar 02:55    0:45  INC-1" in out


async def test_as_csv_and_json(said: Terminal) -> None:
    csv = (await said("oncall", "load", "--csv", *WEEK)).out.splitlines()
    assert csv[1].startswith("alice,alice,2026-03-02,2026-03-08,158.00,141.08,56.00,")
    assert (await said("oncall", "load", "--json", *WEEK)).json()["people"][0]["user"] == "alice"


async def test_whom_one_may_not_see_is_not_there(said: Terminal) -> None:
    assert "Nobody whom you may see" in (await said("oncall", "load", *WEEK, who="carol")).out


async def test_what_is_wrong(said: Terminal) -> None:
    assert "Name one schedule" in (await said("oncall", "load", "one", "two", status=2)).err
    assert "--csv" in (await said("oncall", "load", "--csv", "--json", status=2)).err
    assert "month" in (await said("oncall", "load", "--month", "May", status=1)).err


async def test_a_proposal_prints_the_commands_that_do_it(said: Terminal, db: Database) -> None:
    users = (("alice",), ("bob",), ("alice",), ("carol",), ("alice",), ("mona",))
    async with db.transaction() as tx:
        await put_schedule(tx, replace(PRIMARY, layers=(replace(PRIMARY.layers[0], users=users),)))
    out = (await said("oncall", "load", "payments-primary", "--propose", "--weeks", "12", who="mona")).out
    assert "before → after" in out
    assert "Step 1: uneven hours" in out
    command = next(line for line in out.splitlines() if line.startswith("  tocsin override payments-primary"))
    assert "--instead-of alice" in command
    asked = await said("oncall", "load", "--propose", "--json", who="mona")
    assert asked.json()["weeks"] == 8


async def test_what_is_even_is_said_so(said: Terminal) -> None:
    out = (await said("oncall", "load", "--propose")).out
    lines = out.splitlines()
    assert lines[0] == "payments-primary  8 weeks: no turn that may be passed on would share them better."
    assert [line.split()[0] for line in lines[2:]] == ["alice", "bob"]
    assert "weeks ahead" in (await said("oncall", "load", "--propose", "--csv", status=2)).err


async def test_what_was_served_and_what_it_is_worth(said: Terminal, db: Database) -> None:
    rules = Compensation(currency="EUR", per_hour=HourRates(weekday=Decimal("2.50")))
    assert "no rules of compensation" in (await said("oncall", "load", "--compensation", status=1)).err
    async with db.transaction() as tx:
        await catalog.put_organisation(tx, replace(await catalog.organisation(tx.conn), compensation=rules))
    lines = (await said("oncall", "load", "--compensation", *WEEK)).out.splitlines()
    assert lines[0] == "served from 2026-03-02 to 2026-03-03 02:55 UTC"
    assert lines[2].split() == ["alice", "weekday", "hours", "12.00", "hour", "2.50", "30.00"]
    assert lines[-1].split() == ["together", "30.00"]
    csv = (await said("oncall", "load", "--compensation", "--csv", *WEEK)).out.splitlines()
    assert csv[1] == "alice,alice,2026-03-02,2026-03-08,weekday hours,12.00,hour,2.50,30.00,EUR"
    assert (await said("oncall", "load", "--compensation", "--json", *WEEK)).json()["total"] == "30.00"
    assert "in all schedules" in (await said("oncall", "load", "x", "--compensation", status=2)).err
