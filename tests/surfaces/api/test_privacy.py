"""Private incidents over HTTP (LIF-7): first who may not, then what each call answers."""

from datetime import timedelta
from typing import Any

import pytest

from tests.surfaces.api.callers import Api, problem
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy


@pytest.fixture(autouse=True)
async def ladder(db: Database, tokens: dict[str, str]) -> None:
    """Whoever is called sees it; so only alice is."""
    async with db.transaction() as tx:
        await put_policy(tx, Policy("payments", (Step((parse_target("user:alice"),), timedelta(minutes=5)),)), None)


async def declare(api: Api, **said: Any) -> dict[str, Any]:
    answer = await api.alice.post("/incidents", title="A key leaked", policy="payments", **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def names(api: Api) -> list[str]:
    return [each["name"] for each in (await api.alice.get("/incidents/INC-1/members")).json()["members"]]


async def test_who_may_not_change_who_sees_an_incident(api: Api) -> None:
    await declare(api)
    problem(await api.nobody.post("/incidents/INC-1/private", reason="x"), 401)
    problem(await api.vera.post("/incidents/INC-1/private", reason="x"), 403)
    await declare(api, is_private=True, members=["vera"])
    problem(await api.nobody.get("/incidents/INC-2/members"), 401)
    problem(await api.vera.post("/incidents/INC-2/members", names=["bob"]), 403)
    problem(await api.vera.delete("/incidents/INC-2/members/alice"), 403)
    for stranger in (api.bob, api.mona, api.root):
        problem(await stranger.get("/incidents/INC-2/members"), 404)
        problem(await stranger.post("/incidents/INC-2/members", names=["bob"]), 404)
        problem(await stranger.delete("/incidents/INC-2/members/alice"), 404)
        problem(await stranger.post("/incidents/INC-2/private", reason="x"), 404)


async def test_what_is_declared_private_is_seen_by_its_members_only(api: Api) -> None:
    declared = await declare(api, is_private=True, members=["bob"])
    assert declared["is_private"]
    assert await names(api) == ["alice", "bob"]
    assert (await api.bob.get("/incidents/INC-1")).status_code == 200
    for stranger in (api.carol, api.mona, api.root):
        told = problem(await stranger.get("/incidents/INC-1"), 404)
        absent = problem(await stranger.get("/incidents/INC-99"), 404)
        assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]
        assert (await stranger.get("/incidents")).json()["incidents"] == []


async def test_a_member_that_nobody_knows_declares_nothing(api: Api) -> None:
    refused = await api.alice.post(
        "/incidents", title="A key leaked", policy="payments", is_private=True, members=["zoe"]
    )
    assert "nobody named 'zoe'" in problem(refused, 404)["detail"]
    assert (await api.alice.get("/incidents")).json()["incidents"] == []


async def test_it_is_made_private_later(api: Api) -> None:
    await declare(api)
    assert "needs a reason" in problem(await api.alice.post("/incidents/INC-1/private"), 400)["detail"]
    made = await api.alice.post("/incidents/INC-1/private", reason="a customer is named")
    assert made.json()["is_private"]
    assert await names(api) == ["alice"]
    problem(await api.bob.get("/incidents/INC-1"), 404)
    assert "private already" in problem(await api.alice.post("/incidents/INC-1/private", reason="x"), 409)["detail"]


async def test_members_are_let_in_and_out(api: Api) -> None:
    await declare(api, is_private=True)
    added = await api.alice.post("/incidents/INC-1/members", names=["bob", "@carol"])
    assert [each["name"] for each in added.json()["members"]] == ["alice", "bob", "carol"]
    assert (await api.bob.delete("/incidents/INC-1/members/carol")).status_code == 204
    assert await names(api) == ["alice", "bob"]
    problem(await api.carol.get("/incidents/INC-1"), 404)
    assert "no member" in problem(await api.bob.delete("/incidents/INC-1/members/carol"), 404)["detail"]


async def test_everybody_is_a_member_of_what_is_not_private(api: Api) -> None:
    await declare(api)
    assert (await api.vera.get("/incidents/INC-1/members")).json() == {
        "incident": "INC-1",
        "is_private": False,
        "members": [],
    }
    refused = problem(await api.alice.post("/incidents/INC-1/members", names=["bob"]), 409)
    assert "Everybody may see INC-1" in refused["detail"]
