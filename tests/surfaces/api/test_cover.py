"""Requests for cover over HTTP: first who may not, then who takes what.

It is Monday 2026-03-02 10:00 UTC: alice is on call until next Monday, then bob. Dan leads payments.
"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.model import UserDraft
from tocsin.kernel import ledger
from tocsin.kernel.clock import VirtualClock

NIGHT: dict[str, Any] = {
    "schedule": "primary",
    "shift": {"starts_at": "2026-03-05T18:00:00Z", "ends_at": "2026-03-06T08:00:00Z"},
    "reason": "theatre",
}


@pytest.fixture
async def api(api: Api) -> Api:
    await rotate(api.db, "alice", "bob")
    async with api.db.transaction() as tx:
        dan = await accounts.upsert_user(tx, UserDraft("dan", "dan@example.com"), managed_by=None, actor="tocsin")
        api.tokens["dan"] = (await sign_in.create_token(tx, dan, "test", actor="tocsin")).secret
        await accounts.upsert_team(tx, "payments", ["alice", "bob", "carol"], ["dan"], managed_by=None, actor="tocsin")
    return api


async def ask(api: Api, who: str = "alice", **other: Any) -> int:
    made = await getattr(api, who).post("/cover", **(NIGHT | other))
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


async def on_call(api: Api) -> list[str]:
    told = (await api.vera.get("/oncall", at="2026-03-05T20:00:00Z")).json()["schedules"][0]
    users: list[str] = told["users"]
    return users


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/cover", **NIGHT), 401)
    problem(await api.nobody.get("/cover"), 401)
    problem(await api.vera.post("/cover", **NIGHT, user="alice"), 403)
    problem(await api.bob.post("/cover", **NIGHT, user="alice"), 403)
    number = await ask(api)
    problem(await api.nobody.post(f"/cover/{number}/take"), 401)
    problem(await api.vera.post(f"/cover/{number}/take"), 403)
    problem(await api.bob.post(f"/cover/{number}/take", user="carol"), 403)
    problem(await api.bob.delete(f"/cover/{number}"), 403)
    assert [each["state"] for each in (await api.vera.get("/cover")).json()["cover"]] == ["open"]
    assert await on_call(api) == ["alice"]


async def test_whoever_takes_it_first_has_it(api: Api) -> None:
    number = await ask(api)
    answers = await asyncio.gather(*(who.post(f"/cover/{number}/take") for who in (api.bob, api.carol)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (taken,) = [answer.json() for answer in answers if answer.status_code == 200]
    assert taken["state"] == "covered"
    assert await on_call(api) == [taken["covered_by"]]
    assert len((await api.vera.get("/overrides")).json()["overrides"]) == 1
    assert "has taken the shift already" in problem(await api.bob.post(f"/cover/{number}/take"), 409)["detail"]
    async with api.db.connection() as conn:
        kinds = [entry.kind for entry in await ledger.list_entries(conn, "schedule/1")]
    assert kinds == ["CoverAsked", "OverrideAdded", "CoverEnded"]


@pytest.mark.parametrize("who", ["dan", "mona", "root"])
async def test_a_lead_or_a_manager_acts_for_others(api: Api, who: str) -> None:
    caller = getattr(api, who)
    withdrawn = await ask(api, who, user="@alice")
    assert (await caller.delete(f"/cover/{withdrawn}")).json()["state"] == "withdrawn"
    assert (await caller.post(f"/cover/{await ask(api)}/take", user="@carol")).json()["covered_by"] == "carol"
    assert await on_call(api) == ["carol"]


async def test_what_it_breaks_is_said_and_may_be_meant(api: Api) -> None:
    path = f"/cover/{await ask(api)}/take"
    refused = problem(await api.mona.post(path), 409)
    assert (refused["field"], await on_call(api)) == ("anyway", ["alice"])
    assert (await api.mona.post(path, anyway="they are all ill")).json()["covered_by"] == "mona"


async def test_what_is_no_longer_theirs_or_has_begun_cannot_be_taken(api: Api, clock: VirtualClock) -> None:
    first, span = await ask(api), NIGHT["shift"]
    await api.carol.post("/overrides", schedule="primary", user="carol", **span)
    assert "it is carol now" in problem(await api.bob.post(f"/cover/{first}/take"), 409)["detail"]
    second = await ask(api, shift={"at": "2026-03-06T12:00:00Z"})
    clock.advance(timedelta(days=3, hours=22))
    assert "came to its end" in problem(await api.bob.post(f"/cover/{second}/take"), 409)["detail"]


async def test_what_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"schedule": "nothing"}, 404, "schedule"),
        ({"user": "nobody"}, 400, "user"),
        ({"user": "carol"}, 400, "shift"),
        ({"shift": {}}, 400, "shift"),
        ({"shift": {"at": "2026-03-05T18:00:00"}}, 400, "shift"),
        ({"reason": "x" * 501}, 400, "reason"),
    ]
    for wrong, status, field in wrongs:
        body: dict[str, Any] = NIGHT | {"user": "alice"} | wrong
        assert problem(await api.mona.post("/cover", **body), status)["field"] == field
    problem(await api.bob.post("/cover/7/take"), 404)
    assert (await api.bob.get("/cover")).json() == {"cover": []}
    number = await ask(api)
    assert f"with the request {number}" in problem(await api.alice.post("/cover", **NIGHT), 409)["detail"]
    assert "is on call in primary already" in problem(await api.alice.post(f"/cover/{number}/take"), 409)["detail"]
