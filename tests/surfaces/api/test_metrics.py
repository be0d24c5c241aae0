"""The metrics of incidents over HTTP (MET-1): first who may not, then the figures of one night, by hand."""

import csv
import io
from datetime import timedelta

import pytest

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.api.callers import Api, Caller, problem
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock


@pytest.fixture
async def served(api: Api, db: Database, clock: VirtualClock) -> Api:
    """INC-1 is declared at 02:10 and taken at 02:15, at 02:55 it is over; alice's INC-2 is private."""
    await begin_recording(db)
    await page_at_night(db, clock)
    await api.alice.post("/incidents", title="A key leaked", is_private=True, severity="SEV-1", services=["checkout"])
    clock.advance(timedelta(minutes=1))
    return api


async def seen_by(caller: Caller) -> int:
    return (await caller.get("/metrics")).json()["incidents"]


async def test_who_may_not(served: Api) -> None:
    problem(await served.nobody.get("/metrics"), 401)
    assert await seen_by(served.alice) == 2
    for outsider in (served.bob, served.carol, served.vera, served.root):
        assert await seen_by(outsider) == 1
        levels = (await outsider.get("/metrics", by="severity")).json()["figures"]
        assert {figure["group"]["severity"] for figure in levels} == {"none"}


async def test_a_night_by_hand(served: Api) -> None:
    found = (await served.bob.get("/metrics", period="1d")).json()
    assert (found["since"], found["until"]) == ("2026-03-02T02:56:00Z", "2026-03-03T02:56:00Z")
    assert (found["mttr_from"], found["time_zone"], found["by"]) == ("started", "UTC", [])
    figures = {figure["measure"]: figure for figure in found["figures"]}
    assert (figures["acknowledge"]["value"], figures["acknowledge"]["p90"], figures["acknowledge"]["n"]) == (
        300,
        300,
        1,
    )
    assert figures["resolve"]["reasons"] == [{"why": "lack the time: impact started", "incidents": 1}]
    assert (figures["pages"]["value"], figures["night_pages"]["value"], figures["between"]["n"]) == (1, 1, 0)
    said = {each["measure"]: each for each in found["definitions"]}
    assert (said["resolve"]["name"], said["resolve"]["formula"]) == ("MTTR", "resolved − impact started")
    assert said.keys() == figures.keys()


async def test_csv_is_for_spreadsheets(served: Api) -> None:
    answer = await served.bob.get("/metrics", by="service,hour", format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = {line["measure"]: line for line in csv.DictReader(io.StringIO(answer.text))}
    taken = lines["acknowledge"]
    assert (taken["service"], taken["hour"], taken["unit"], taken["value"]) == ("checkout", "02:00", "seconds", "300")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "soon"}, "period"),
        ({"period": "0"}, "period"),
        ({"period": "2026-13"}, "month"),
        ({"by": "colour"}, "by"),
        ({"format": "xml"}, "format"),
    ],
)
async def test_what_is_wrong(api: Api, query: dict[str, str], field: str) -> None:
    assert problem(await api.mona.get("/metrics", **query), 400)["field"] == field
