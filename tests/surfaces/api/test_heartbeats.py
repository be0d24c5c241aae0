"""Heartbeats over HTTP: it begins with who may not."""

from tests.surfaces.api.callers import Api, problem
from tocsin.alerts.heartbeat_service import ping
from tocsin.alerts.heartbeats import Kind, Ping
from tocsin.alerts.rulebook import NewIntegration, get_integration, hash_key, replace_integrations


async def test_nobody_without_a_token(api: Api) -> None:
    assert problem(await api.client.get("/api/v1/heartbeats"), 401)


async def test_everybody_may_see_how_they_stand(api: Api) -> None:
    assert (await api.vera.get("/heartbeats")).json() == {"heartbeats": []}
    options = {"every": "1h", "grace": "5m"}
    wanted = [
        NewIntegration(name=name, type="heartbeat", key_hash=hash_key(name), service="checkout", options=options)
        for name in ("backup", "sync")
    ]
    async with api.db.transaction() as tx:
        await replace_integrations(tx, wanted)
    async with api.db.connection() as conn:
        backup = (await get_integration(conn, "backup")).as_integration()

    async def submit(arrivals: object, size: int = 0) -> int:
        return 0

    await ping(api.db, submit, backup, Ping(kind=Kind.SUCCESS))
    heard, silent = (await api.vera.get("/heartbeats")).json()["heartbeats"]
    assert (heard["name"], heard["state"], heard["every"], heard["grace"]) == ("backup", "up", "1h", "5m")
    assert heard["last_ping_at"] < heard["expected_at"] < heard["due_at"]
    assert (silent["name"], silent["state"], silent["due_at"]) == ("sync", "waiting", None)
