"""Heartbeats over HTTP: it begins with who may not."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tocsin.alerts.heartbeat_service import ping
from tocsin.alerts.heartbeats import Kind, Ping
from tocsin.alerts.rulebook import NewIntegration, get_integration, hash_key, replace_integrations


async def expect(api: Api, *names: str) -> None:
    options = {"every": "1h", "grace": "5m"}
    wanted = [
        NewIntegration(name=name, type="heartbeat", key_hash=hash_key(name), service="checkout", options=options)
        for name in names
    ]
    async with api.db.transaction() as tx:
        await replace_integrations(tx, wanted)


async def test_nobody_without_a_token(api: Api) -> None:
    assert problem(await api.client.get("/api/v1/heartbeats"), 401)


async def test_everybody_may_see_how_they_stand(api: Api) -> None:
    assert (await api.vera.get("/heartbeats")).json() == {"heartbeats": []}
    await expect(api, "backup", "sync")
    async with api.db.connection() as conn:
        backup = (await get_integration(conn, "backup")).as_integration()

    async def submit(arrivals: object, size: int = 0) -> int:
        return 0

    await ping(api.db, submit, backup, Ping(kind=Kind.SUCCESS))
    heard, silent = (await api.vera.get("/heartbeats")).json()["heartbeats"]
    assert (heard["name"], heard["state"], heard["every"], heard["grace"]) == ("backup", "up", "1h", "5m")
    assert heard["last_ping_at"] < heard["expected_at"] < heard["due_at"]
    assert (silent["name"], silent["state"], silent["due_at"]) == ("sync", "waiting", None)


async def test_who_may_not_pause(api: Api) -> None:
    await expect(api, "backup")
    wanted: dict[str, Any] = {"ends_at": "2026-03-02T12:00:00Z", "reason": "new disks"}
    for caller, status in ((api.nobody, 401), (api.vera, 403)):
        problem(await caller.post("/heartbeats/backup/pause", **wanted), status)
        problem(await caller.post("/heartbeats/backup/resume"), status)
    async with api.db.transaction() as tx:
        await tx.conn.execute("update integration set scope_id = 77")
    problem(await api.alice.post("/heartbeats/backup/pause", **wanted), 404)
    problem(await api.alice.post("/heartbeats/backup/resume"), 404)


async def test_one_is_paused_and_resumed(api: Api) -> None:
    await expect(api, "backup")
    paused = await api.alice.post("/heartbeats/backup/pause", ends_at="2026-03-02T12:00:00Z", reason=" new disks ")
    assert paused.status_code == 200, paused.text
    told = paused.json()
    assert told["state"] == "paused"
    assert (told["paused_until"], told["paused_by"], told["paused_why"]) == (
        "2026-03-02T12:00:00Z",
        "@alice",
        "new disks",
    )
    assert (await api.vera.get("/heartbeats")).json()["heartbeats"] == [told]
    resumed = (await api.bob.post("/heartbeats/backup/resume")).json()
    assert (resumed["state"], resumed["paused_until"], resumed["paused_why"]) == ("waiting", None, None)
    assert "tocsin heartbeat" in problem(await api.bob.post("/heartbeats/backup/resume"), 409)["remedy"]


async def test_what_is_wrong_with_a_pause(api: Api) -> None:
    await expect(api, "backup")
    for wrong, field in (
        ({"reason": " "}, "reason"),
        ({"ends_at": "2026-03-02T09:00:00Z"}, "ends_at"),
        ({"ends_at": "2027-03-02T09:00:00Z"}, "ends_at"),
        ({"ends_at": "2026-03-02T12:00:00"}, "ends_at"),
        ({"until": "x"}, "until"),
    ):
        wanted: dict[str, Any] = {"ends_at": "2026-03-02T12:00:00Z", "reason": "new disks"} | wrong
        assert problem(await api.alice.post("/heartbeats/backup/pause", **wanted), 400)["field"] == field
    problem(await api.alice.post("/heartbeats/other/pause", ends_at="2026-03-02T12:00:00Z", reason="x"), 404)
