"""What Prometheus said of an incident over HTTP, and having it asked again: first who may not (PMT-1, PMT-3)."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service

PATH = "/incidents/INC-1/measurements"


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    problem(await api.nobody.get(PATH), 401)
    problem(await api.nobody.post(PATH), 401)
    problem(await api.vera.post(PATH), 403)
    assert (await api.vera.get(PATH)).json() == {"incident": "INC-1", "is_asking": False, "measurements": []}
    await make_private(api, "INC-1", "alice")
    problem(await api.carol.get(PATH), 404)
    problem(await api.carol.post(PATH), 404)


async def test_it_is_asked_once_it_is_over_and_there_is_something_to_ask(api: Api) -> None:
    await declare(api)
    refused = problem(await api.bob.post(PATH), 409)
    assert "INC-1 is not over" in refused["detail"]
    assert "tocsin resolve INC-1" in refused["remedy"]
    await api.bob.post("/incidents/INC-1/resolve", override=True, reason="it works")
    refused = problem(await api.bob.post(PATH), 409)
    assert "No service of INC-1 has a query" in refused["detail"]
    assert "impact: of checkout" in refused["remedy"]
    async with api.db.transaction() as tx:
        await put_service(tx, Service(name="checkout", more={"impact": {"users_affected": "users"}}))
    asked = await api.bob.post(PATH)
    assert (asked.status_code, asked.json()["is_asking"]) == (202, True)
    assert (await api.vera.get(PATH)).json()["is_asking"] is True
