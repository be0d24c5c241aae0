"""Maintenance over HTTP (ALR-7): first who may not, then what is set, shown and ended."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import MaintenanceDraft

TONIGHT: dict[str, Any] = {
    "services": ["checkout"],
    "starts_at": "2026-03-02T22:00:00Z",
    "ends_at": "2026-03-03T02:00:00Z",
    "reason": "minor upgrade",
}


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/maintenance", **TONIGHT), 401)
    problem(await api.vera.post("/maintenance", **TONIGHT), 403)
    made = (await api.alice.post("/maintenance", **TONIGHT)).json()
    problem(await api.nobody.delete(f"/maintenance/{made['name']}"), 401)
    problem(await api.vera.delete(f"/maintenance/{made['name']}"), 403)
    problem(await api.nobody.get("/maintenance"), 401)
    assert [each["state"] for each in (await api.vera.get("/maintenance")).json()["maintenance"]] == ["planned"]


async def test_it_is_set_shown_and_ended(api: Api) -> None:
    made = await api.alice.post("/maintenance", **{**TONIGHT, "repeat": "daily", "time_zone": "Europe/Berlin"})
    assert made.status_code == 201, made.text
    assert made.json() == {
        "name": "checkout-2026-03-02-2300",
        "state": "planned",
        "services": ["checkout"],
        "starts_at": "2026-03-02T22:00:00Z",
        "ends_at": "2026-03-03T02:00:00Z",
        "time_zone": "Europe/Berlin",
        "repeat": "FREQ=DAILY",
        "repeats": "every day",
        "reason": "minor upgrade",
        "managed_by": None,
        "set_by": "@alice",
    }
    name = made.json()["name"]
    assert problem(await api.bob.delete(f"/maintenance/{name}"), 409)["remedy"].startswith("To end all")
    ended = await api.bob.delete(f"/maintenance/{name}?all=true")
    assert (ended.status_code, ended.json()["state"]) == (200, "over")
    problem(await api.bob.delete(f"/maintenance/{name}?all=true"), 409)


async def test_from_now_on_until_it_is_ended(api: Api) -> None:
    made = (await api.alice.post("/maintenance", **{**TONIGHT, "starts_at": None})).json()
    assert (made["state"], made["starts_at"]) == ("active", "2026-03-02T10:00:00Z")
    assert (await api.bob.delete(f"/maintenance/{made['name']}")).json()["state"] == "over"


async def test_what_a_file_manages_names_the_file(api: Api) -> None:
    draft = MaintenanceDraft(
        name="planned",
        services=("checkout",),
        starts_at=api.db.clock.now(),
        ends_at=api.db.clock.now().replace(hour=12),
        managed_by="tocsin.yaml",
    )
    async with api.db.transaction() as tx:
        await maintenances.put_maintenance(tx, draft, "@root")
    refused = problem(await api.root.delete("/maintenance/planned"), 409)
    assert "managed by tocsin.yaml" in refused["detail"]


async def test_what_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"services": []}, 400, "services"),
        ({"services": ["nothing"]}, 404, "service"),
        ({"reason": " "}, 400, "reason"),
        ({"ends_at": "2026-03-02T21:00:00Z"}, 400, "to"),
        ({"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-01T01:00:00Z"}, 400, "to"),
        ({"ends_at": "2026-03-03T02:00:00"}, 400, "ends_at"),
        ({"repeat": "hourly"}, 400, "repeat"),
        ({"repeat": "FREQ=WEEKLY;BYDAY=SU"}, 400, "from"),
        ({"time_zone": "Mars"}, 400, "time_zone"),
        ({"name": "No Name"}, 400, "name"),
        ({"id": 3}, 400, "id"),
    ]
    for wrong, status, field in wrongs:
        assert problem(await api.alice.post("/maintenance", **{**TONIGHT, **wrong}), status)["field"] == field, wrong
    problem(await api.alice.delete("/maintenance/nothing"), 404)
    assert (await api.alice.get("/maintenance")).json() == {"maintenance": []}
    assert (await api.alice.post("/maintenance", **TONIGHT)).status_code == 201
    assert problem(await api.alice.post("/maintenance", **TONIGHT), 400)["field"] == "name"
