"""The load of being on call over HTTP (ONC-7): first who may not, then the figures, computed by hand."""

import csv
import io
from datetime import timedelta

import pytest

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.accounts.model import UserDraft
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import service as oncall

HOUR = 3600
WEEK = {"from": "2026-03-02", "to": "2026-03-08"}


@pytest.fixture
async def served(api: Api, db: Database, clock: VirtualClock) -> Api:
    await begin_recording(db)
    await page_at_night(db, clock)
    return api


async def test_who_may_not(served: Api) -> None:
    problem(await served.nobody.get("/oncall/load"), 401)
    for outsider in (served.carol, served.vera):
        answer = await outsider.get("/oncall/load", **WEEK)
        assert (answer.status_code, answer.json()["people"]) == (200, [])
        assert answer.json()["total"]["pages"] == 0
    for reader in (served.alice, served.bob, served.mona, served.root):
        assert [each["user"] for each in (await reader.get("/oncall/load", **WEEK)).json()["people"]] == ["alice"]


async def test_a_week_by_hand(served: Api) -> None:
    """Recorded from Monday 10:00, read on Tuesday 02:55: 16:55 served, and the rest of the week planned."""
    found = (await served.mona.get("/oncall/load", **WEEK)).json()
    assert found["known_since"] == "2026-03-02T10:00:00Z"
    (alice,) = found["people"]
    assert (
        alice["total"]
        == found["total"]
        == {
            "on_call_seconds": (24 * 7 - 10) * HOUR,
            "night_seconds": 56 * HOUR,
            "weekend_seconds": 48 * HOUR,
            "holiday_seconds": 24 * HOUR,
            "shifts": 1,
            "nights": 7,
            "pages": 1,
            "night_pages": 1,
            "incidents": 1,
            "acknowledged_in_time": 1,
            "decided": 1,
            "awake_seconds": 45 * 60,
        }
    )
    assert alice["served"]["on_call_seconds"] == 16 * HOUR + 55 * 60
    for figure, value in alice["total"].items():
        assert alice["served"][figure] + alice["planned"][figure] == value


async def test_each_figure_has_its_records(served: Api) -> None:
    (alice,) = (await served.alice.get("/oncall/load", explain=True, **WEEK)).json()["people"]
    records = alice["records"]
    assert records["on_call"][0] == {
        "schedule": "payments-primary",
        "starts_at": "2026-03-02T10:00:00Z",
        "ends_at": "2026-03-02T22:00:00Z",
        "kinds": [],
        "holiday": "",
    }
    assert records["nights"][0] == "2026-03-02"
    assert records["pages"] == [
        {"at": "2026-03-03T02:10:00Z", "incident": "INC-1", "at_night": True, "in_time": True, "counts_incident": True}
    ]
    assert records["awake"] == [
        {"starts_at": "2026-03-03T02:10:00Z", "ends_at": "2026-03-03T02:55:00Z", "incidents": ["INC-1"]}
    ]


async def test_the_past_stays_when_the_schedule_is_gone(served: Api, db: Database, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        await oncall.remove_schedule(tx, "payments-primary")
    clock.advance(timedelta(days=1))
    (alice,) = (await served.alice.get("/oncall/load", **WEEK)).json()["people"]
    assert alice["planned"]["on_call_seconds"] == 0
    assert (
        alice["served"]["on_call_seconds"] == 40 * HOUR + 55 * 60
    )  # what changed without an event is seen within minutes


async def test_only_one_schedule_or_team(served: Api) -> None:
    assert (await served.mona.get("/oncall/load", team="search", **WEEK)).json()["people"] == []
    (alice,) = (await served.mona.get("/oncall/load", team="payments", schedule="payments-primary", **WEEK)).json()[
        "people"
    ]
    assert alice["total"]["pages"] == 1


async def test_a_name_that_is_a_formula_is_text_in_the_csv(served: Api, db: Database) -> None:
    draft = UserDraft("alice", "alice@example.com", display_name='=HYPERLINK("http://evil.example")')
    async with db.transaction() as tx:
        await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
    answer = await served.mona.get("/oncall/load", format="csv", **WEEK)
    assert answer.headers["content-type"].startswith("text/csv")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert line["name"] == '\'=HYPERLINK("http://evil.example")'
    assert (line["person"], line["hours"], line["night hours"], line["hours awake at night"]) == (
        "alice",
        "158.00",
        "56.00",
        "0.75",
    )


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"month": "2026-13"}, 400, "month"),
        ({"month": "2026-11", "from": "2026-11-01"}, 400, "month"),
        ({"from": "soon"}, 400, "from"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, 400, "to"),
        ({"from": "2026-11-01", "to": "2027-11-02"}, 400, "to"),
        ({"format": "xml"}, 400, "format"),
        ({"schedule": "nothing"}, 404, "schedule"),
        ({"team": "nothing"}, 404, "team"),
    ],
)
async def test_what_is_wrong(api: Api, query: dict[str, str], status: int, field: str) -> None:
    assert problem(await api.mona.get("/oncall/load", **query), status)["field"] == field
