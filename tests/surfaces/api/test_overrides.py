"""Overrides over HTTP (ONC-1): first who may not, then what they change, and who is told.

It is Monday 2026-03-02 10:00 UTC: alice is on call until next Monday, then bob.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.delivery import service as delivery
from tocsin.kernel import ledger
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall.model import Override, Schedule
from tocsin.oncall.service import get_schedule, put_schedule

TONIGHT: dict[str, Any] = {
    "schedule": "primary",
    "user": "bob",
    "starts_at": "2026-03-02T20:00:00Z",
    "ends_at": "2026-03-03T08:00:00Z",
}


def tonight(**other: Any) -> dict[str, Any]:
    return TONIGHT | other


@pytest.fixture
async def api(api: Api) -> Api:
    await rotate(api.db, "alice", "bob")
    async with api.db.transaction() as tx:
        await accounts.upsert_team(tx, "payments", ["alice", "carol"], ["bob"], managed_by=None, actor="tocsin")
    return api


async def on_call(api: Api, at: str) -> list[str]:
    told = (await api.vera.get("/oncall", schedule="primary", at=at)).json()
    users: list[str] = told["schedules"][0]["users"]
    return users


async def told(api: Api, override_id: int) -> list[tuple[str, str]]:
    async with api.db.connection() as conn:
        sent = await delivery.list_deliveries(conn, f"override/{override_id}")
    return [(each.user_name, each.message.title) for each in sent]


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/overrides", **TONIGHT), 401)
    problem(await api.nobody.get("/overrides"), 401)
    problem(await api.vera.post("/overrides", **tonight(user="vera")), 403)
    refused = problem(await api.carol.post("/overrides", **TONIGHT), 403)
    assert refused["remedy"] == "Ask a lead of payments or a manager to do it."
    made = (await api.mona.post("/overrides", **TONIGHT)).json()
    problem(await api.nobody.delete(f"/overrides/{made['id']}"), 401)
    problem(await api.vera.delete(f"/overrides/{made['id']}"), 403)
    problem(await api.alice.delete(f"/overrides/{made['id']}"), 403)
    assert len((await api.vera.get("/overrides")).json()["overrides"]) == 1


async def test_somebody_takes_over_and_whoever_loses_the_shift_is_told(api: Api) -> None:
    made = await api.carol.post("/overrides", **tonight(user="@carol", reason="theatre"))
    assert made.status_code == 201, made.text
    assert made.json() | {"id": 0} == {
        "id": 0,
        "schedule": "primary",
        "time_zone": "UTC",
        "user": "carol",
        "starts_at": "2026-03-02T20:00:00Z",
        "ends_at": "2026-03-03T08:00:00Z",
        "part": "instead",
        "layer": None,
        "instead_of": None,
        "reason": "theatre",
        "created_by": "@carol",
        "managed_by": None,
        "swap_id": None,
    }
    assert await on_call(api, "2026-03-02T21:00:00Z") == ["carol"]
    assert await on_call(api, "2026-03-03T08:00:00Z") == ["alice"]
    assert (await api.vera.get("/overrides", schedule="primary")).json()["overrides"] == [made.json()]
    assert await told(api, made.json()["id"]) == [("alice", "A shift of yours in primary is taken over")]
    async with api.db.connection() as conn:
        (entry,) = await ledger.list_entries(conn, "schedule/1")
    assert (entry.kind, entry.actor) == ("OverrideAdded", "@carol")
    assert entry.sentence == (
        "@carol made an override: carol is on call in primary,"
        " Mon 2026-03-02 20:00 to Tue 2026-03-03 08:00 (UTC): theatre"
    )


@pytest.mark.parametrize("who", ["bob", "mona", "root"])
async def test_a_lead_a_manager_or_an_administrator_puts_others_on_call(api: Api, who: str) -> None:
    made = (await getattr(api, who).post("/overrides", **tonight(user="carol"))).json()
    assert made["created_by"] == f"@{who}"
    assert await told(api, made["id"]) == [
        ("alice", "A shift of yours in primary is taken over"),
        ("carol", "You are on call in primary"),
    ]


async def test_what_it_breaks_is_said_and_may_be_meant(api: Api) -> None:
    """The manager is not on the team: the checker says so, before anything is saved."""
    wanted = tonight(user="mona")
    refused = problem(await api.mona.post("/overrides", **wanted), 409)
    assert refused["field"] == "anyway"
    assert "is for mona, who is not on the team payments" in refused["detail"]
    assert (await api.vera.get("/overrides")).json() == {"overrides": []}
    made = (await api.mona.post("/overrides", **wanted, anyway="everybody else is ill")).json()
    async with api.db.connection() as conn:
        (entry,) = await ledger.list_entries(conn, "schedule/1")
    assert entry.data["anyway"] == "everybody else is ill"
    assert made["user"] == "mona"


async def test_ending_one_that_fills_a_gap_must_be_meant(api: Api) -> None:
    now = api.db.clock.now()
    async with api.db.transaction() as tx:
        schedule = await get_schedule(tx.conn, "primary", now)
        await put_schedule(tx, replace(schedule, layers=(replace(schedule.layers[0], ends=datetime(2026, 3, 3)),)))  # noqa: DTZ001
    made = (await api.carol.post("/overrides", **tonight(user="carol"))).json()
    refused = problem(await api.carol.delete(f"/overrides/{made['id']}"), 409)
    assert "nobody is on call in primary from Tue 2026-03-03 00:00 UTC" in refused["detail"]
    assert (await api.carol.delete(f"/overrides/{made['id']}?anyway=we+sleep")).status_code == 200


async def test_of_two_that_cover_an_instant_the_younger_counts(api: Api) -> None:
    await api.bob.post("/overrides", **TONIGHT)
    younger = (await api.carol.post("/overrides", **tonight(user="carol"))).json()
    assert await on_call(api, "2026-03-02T21:00:00Z") == ["carol"]
    assert [name for name, _ in await told(api, younger["id"])] == ["bob"]
    await api.carol.delete(f"/overrides/{younger['id']}")
    assert await on_call(api, "2026-03-02T21:00:00Z") == ["bob"]


async def test_one_to_come_is_taken_back_and_one_under_way_keeps_its_past(api: Api, clock: VirtualClock) -> None:
    future = (await api.carol.post("/overrides", **tonight(user="carol"))).json()
    running = (await api.carol.post("/overrides", **tonight(user="carol", starts_at=None))).json()
    clock.advance(timedelta(hours=1))
    for each in (future, running):
        assert (await api.carol.delete(f"/overrides/{each['id']}")).status_code == 200
    assert (await api.carol.get("/overrides")).json() == {"overrides": []}
    assert await on_call(api, "2026-03-02T10:30:00Z") == ["carol"]
    assert await on_call(api, "2026-03-02T11:00:00Z") == ["alice"]
    assert await on_call(api, "2026-03-02T21:00:00Z") == ["alice"]
    problem(await api.carol.delete(f"/overrides/{running['id']}"), 409)
    problem(await api.carol.delete(f"/overrides/{future['id']}"), 404)


async def test_what_a_file_manages_names_the_file(api: Api) -> None:
    now = api.db.clock.now()
    async with api.db.transaction() as tx:
        schedule = await get_schedule(tx.conn, "primary", now)
        managed = Override(user="bob", starts_at=now, ends_at=now.replace(hour=20), managed_by="rota.yaml")
        wanted: Schedule = Schedule(
            name="primary", time_zone="UTC", layers=schedule.layers, overrides=(managed,), team="payments"
        )
        await put_schedule(tx, wanted)
    (listed,) = (await api.root.get("/overrides")).json()["overrides"]
    refused = problem(await api.root.delete(f"/overrides/{listed['id']}"), 409)
    assert "managed by rota.yaml" in refused["detail"]


async def test_what_is_wrong(api: Api) -> None:
    async with api.db.transaction() as tx:
        await accounts.disable_user(tx, "carol", managed_by=None, actor="tocsin")
    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"schedule": "nothing"}, 404, "schedule"),
        ({"user": "nobody"}, 400, "user"),
        ({"user": "carol"}, 400, "user"),
        ({"instead_of": "nobody"}, 400, "instead_of"),
        ({"instead_of": "mona"}, 400, "instead_of"),
        ({"part": "behind"}, 400, "part"),
        ({"layer": "night"}, 400, "layer"),
        ({"ends_at": "2026-03-02T19:00:00Z"}, 400, "ends_at"),
        ({"ends_at": "2026-03-03T08:00:00"}, 400, "ends_at"),
        ({"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-01T01:00:00Z"}, 400, "ends_at"),
        ({"ends_at": "2027-06-01T00:00:00Z"}, 400, "ends_at"),
    ]
    for wrong, status, field in wrongs:
        assert problem(await api.mona.post("/overrides", **tonight(**wrong)), status)["field"] == field, wrong
    problem(await api.mona.delete("/overrides/12345678901234567890"), 400)
    assert (await api.mona.get("/overrides")).json() == {"overrides": []}
