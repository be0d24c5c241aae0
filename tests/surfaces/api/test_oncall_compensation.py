"""What being on call is worth, over HTTP (ONC-7): first who may not, then amounts that match the load."""

import csv
import io
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft
from tocsin.catalog import service as catalog
from tocsin.catalog.compensation import Compensation, HourRates, PageRates, TimeOff
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

WEEK = {"from": "2026-03-02", "to": "2026-03-08"}
RULES = Compensation(
    currency="EUR",
    per_hour=HourRates(weekday=Decimal("2.50"), night=Decimal(4)),
    per_page=PageRates(night=Decimal(25)),
    time_off=TimeOff(night_pages=1, days=Decimal("0.5")),
)


@pytest.fixture
async def served(api: Api, db: Database, clock: VirtualClock) -> Api:
    async with db.transaction() as tx:
        await catalog.put_organisation(tx, replace(await catalog.organisation(tx.conn), compensation=RULES))
        people = ["alice", "bob"]
        await accounts.upsert_team(tx, "payments", people, ["carol"], managed_by=None, actor="tocsin")
    await begin_recording(db)
    await page_at_night(db, clock)
    return api


async def test_who_may_not(served: Api) -> None:
    problem(await served.nobody.get("/oncall/compensation"), 401)
    for outsider in (served.bob, served.vera):  # a colleague is no lead
        assert (await outsider.get("/oncall/compensation", **WEEK)).json()["lines"] == []
    for reader in (served.alice, served.carol, served.mona, served.root):
        assert (await reader.get("/oncall/compensation", **WEEK)).json()["total"] == "74.67"


async def test_what_was_served_until_now(served: Api) -> None:
    """Monday 10:00 to Tuesday 02:55: 12 hours by day, 4:55 at night, one page; what is planned is not paid."""
    found = (await served.mona.get("/oncall/compensation", team="payments", **WEEK)).json()
    assert (found["currency"], found["served_until"]) == ("EUR", "2026-03-03T02:55:00Z")
    assert [
        (each["what"], each["quantity"], each["unit"], each["rate"], each["amount"]) for each in found["lines"]
    ] == [
        ("weekday hours", "12.00", "hour", "2.50", "30.00"),
        ("night hours", "4.92", "hour", "4", "19.67"),
        ("pages at night", "1", "page", "25", "25.00"),
        ("time off", "0.5", "day", None, None),
    ]
    load = (await served.mona.get("/oncall/load", **WEEK)).json()["people"][0]["served"]
    assert load["on_call_seconds"] == 12 * 3600 + 4 * 3600 + 55 * 60


async def test_the_file_is_safe_for_a_spreadsheet(served: Api, db: Database) -> None:
    async with db.transaction() as tx:
        draft = UserDraft("alice", "alice@example.com", display_name="=cmd|' /C calc'!A0")
        await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
    answer = await served.mona.get("/oncall/compensation", format="csv", **WEEK)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert {line["name"] for line in lines} == {"'=cmd|' /C calc'!A0"}
    assert sum(Decimal(line["amount"] or "0") for line in lines) == Decimal("74.67")
    assert lines[-1]["currency"] == ""


async def test_what_is_wrong(served: Api, db: Database) -> None:
    problem(await served.mona.get("/oncall/compensation", team="nothing"), 404)
    problem(await served.mona.get("/oncall/compensation", month="May"), 400)
    async with db.transaction() as tx:
        await catalog.put_organisation(tx, replace(await catalog.organisation(tx.conn), compensation=None))
    assert "organisation.compensation" in problem(await served.mona.get("/oncall/compensation"), 409)["remedy"]
