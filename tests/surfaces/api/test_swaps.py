"""Swaps over HTTP (ONC-1): first who may not, then the answers, and what each makes of the schedule.

It is Monday 2026-03-02 10:00 UTC: alice is on call until next Monday, then bob, then alice. Dan leads payments.
"""

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

WEEKS: dict[str, Any] = {
    "schedule": "primary",
    "taker": "bob",
    "gives": {"at": "2026-03-17T12:00:00Z"},
    "takes": {"at": "2026-03-10T12:00:00Z"},
    "reason": "wedding",
}


def weeks(**other: Any) -> dict[str, Any]:
    return WEEKS | other


@pytest.fixture
async def api(api: Api) -> Api:
    await rotate(api.db, "alice", "bob")
    async with api.db.transaction() as tx:
        dan = await accounts.upsert_user(tx, UserDraft("dan", "dan@example.com"), managed_by=None, actor="tocsin")
        api.tokens["dan"] = (await sign_in.create_token(tx, dan, "test", actor="tocsin")).secret
        await accounts.upsert_team(tx, "payments", ["alice", "bob", "carol"], ["dan"], managed_by=None, actor="tocsin")
    return api


async def on_call(api: Api, *days: int) -> list[str]:
    found: list[str] = []
    for day in days:
        told = (await api.vera.get("/oncall", at=f"2026-03-{day:02}T12:00:00Z")).json()["schedules"][0]
        found.append("+".join(told["users"]))
    return found


async def propose(api: Api, who: str = "alice", **other: Any) -> int:
    made = await getattr(api, who).post("/swaps", **weeks(**other))
    assert made.status_code == 201, made.text
    number: int = made.json()["id"]
    return number


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/swaps", **WEEKS), 401)
    problem(await api.nobody.get("/swaps"), 401)
    problem(await api.vera.post("/swaps", **WEEKS), 403)
    problem(await api.carol.post("/swaps", **weeks(giver="alice")), 403)
    number = await propose(api)
    for way in ("accept", "decline"):
        problem(await api.nobody.post(f"/swaps/{number}/{way}"), 401)
        for who in (api.vera, api.carol, api.alice):
            problem(await who.post(f"/swaps/{number}/{way}"), 403)
    for who in (api.vera, api.carol, api.bob):
        problem(await who.delete(f"/swaps/{number}"), 403)
    assert [each["state"] for each in (await api.vera.get("/swaps")).json()["swaps"]] == ["proposed"]
    assert await on_call(api, 10, 17) == ["bob", "alice"]


async def test_accepted_both_shifts_change_hands(api: Api) -> None:
    number = await propose(api)
    accepted = await api.bob.post(f"/swaps/{number}/accept")
    assert accepted.status_code == 200, accepted.text
    assert accepted.json() == {
        "id": number,
        "schedule": "primary",
        "time_zone": "UTC",
        "state": "accepted",
        "giver": "alice",
        "taker": "bob",
        "gives": {"starts_at": "2026-03-16T09:00:00Z", "ends_at": "2026-03-23T09:00:00Z"},
        "takes": {"starts_at": "2026-03-09T09:00:00Z", "ends_at": "2026-03-16T09:00:00Z"},
        "reason": "wedding",
        "proposed_by": "@alice",
        "expires_at": "2026-03-09T09:00:00Z",
        "ended_by": "@bob",
        "ended_at": "2026-03-02T10:00:00Z",
    }
    assert await on_call(api, 3, 10, 17, 24) == ["alice", "alice", "bob", "bob"]
    overrides = (await api.vera.get("/overrides")).json()["overrides"]
    assert [(one["user"], one["instead_of"], one["swap_id"]) for one in overrides] == [
        ("alice", "bob", number),
        ("bob", "alice", number),
    ]
    refused = problem(await api.bob.post(f"/swaps/{number}/accept"), 409)
    assert refused["detail"] == f"The swap {number} is accepted already by @bob."
    async with api.db.connection() as conn:
        kinds = [entry.kind for entry in await ledger.list_entries(conn, "schedule/1")]
    assert kinds == ["SwapProposed", "SwapAccepted", "OverrideAdded", "OverrideAdded"]


async def test_what_two_agreed_on_is_undone_by_a_lead_only(api: Api) -> None:
    await api.bob.post(f"/swaps/{await propose(api)}/accept")
    (first, _) = (await api.vera.get("/overrides")).json()["overrides"]
    problem(await api.bob.delete(f"/overrides/{first['id']}"), 403)
    assert (await api.dan.delete(f"/overrides/{first['id']}")).status_code == 200


async def test_a_shift_may_be_given_for_nothing_and_in_part(api: Api) -> None:
    part = {"starts_at": "2026-03-03T18:00:00Z", "ends_at": "2026-03-04T06:00:00Z"}
    number = await propose(api, gives=part, takes=None, taker="@carol")
    assert (await api.carol.post(f"/swaps/{number}/accept")).json()["takes"] is None
    told = (await api.vera.get("/oncall", at="2026-03-03T20:00:00Z")).json()["schedules"][0]
    assert (told["users"], told["until"]) == (["carol"], "2026-03-04T06:00:00Z")


@pytest.mark.parametrize("who", ["dan", "mona", "root"])
async def test_a_lead_or_a_manager_acts_for_others(api: Api, who: str) -> None:
    caller = getattr(api, who)
    assert (await caller.delete(f"/swaps/{await propose(api, who, giver='@alice')}")).json()["state"] == "withdrawn"
    assert (await caller.post(f"/swaps/{await propose(api)}/decline")).json()["ended_by"] == f"@{who}"
    assert (await caller.post(f"/swaps/{await propose(api)}/accept")).json()["state"] == "accepted"


async def test_declined_or_withdrawn_nothing_moves(api: Api) -> None:
    declined, withdrawn = await propose(api), await propose(api)
    assert (await api.bob.post(f"/swaps/{declined}/decline")).json()["state"] == "declined"
    assert (await api.alice.delete(f"/swaps/{withdrawn}")).json()["state"] == "withdrawn"
    for number in (declined, withdrawn):
        problem(await api.bob.post(f"/swaps/{number}/accept"), 409)
    assert await on_call(api, 10, 17) == ["bob", "alice"]
    assert (await api.vera.get("/swaps")).json() == {"swaps": []}
    assert [each["id"] for each in (await api.vera.get("/swaps", state="declined")).json()["swaps"]] == [declined]


async def test_what_is_no_longer_theirs_is_said_and_nothing_moves(api: Api) -> None:
    number = await propose(api)
    day: dict[str, Any] = {"starts_at": "2026-03-18T00:00:00Z", "ends_at": "2026-03-19T00:00:00Z"}
    await api.carol.post("/overrides", schedule="primary", user="carol", **day)
    refused = problem(await api.bob.post(f"/swaps/{number}/accept"), 409)
    assert refused["detail"] == (
        "alice is no longer on call in primary for all of Mon 2026-03-16 09:00 to Mon 2026-03-23 09:00 (UTC):"
        " it is carol now."
    )
    assert await on_call(api, 10, 17, 18) == ["bob", "alice", "carol"]
    assert [each["id"] for each in (await api.vera.get("/swaps")).json()["swaps"]] == [number]


async def test_what_it_breaks_is_said_and_may_be_meant(api: Api) -> None:
    async with api.db.transaction() as tx:
        await accounts.upsert_team(tx, "payments", ["alice", "bob"], ["dan"], managed_by=None, actor="tocsin")
    path = f"/swaps/{await propose(api, taker='carol', takes=None)}/accept"
    refused = problem(await api.carol.post(path), 409)
    assert refused["field"] == "anyway"
    assert "is for carol, who is not on the team payments" in refused["detail"]
    assert await on_call(api, 17) == ["alice"]
    assert (await api.carol.post(path, anyway="she knows it well")).json()["state"] == "accepted"
    async with api.db.connection() as conn:
        told = {entry.kind: entry.data for entry in await ledger.list_entries(conn, "schedule/1")}
    assert told["SwapAccepted"]["anyway"] == told["OverrideAdded"]["anyway"] == "she knows it well"


async def test_a_shift_that_has_begun_comes_too_late(api: Api, clock: VirtualClock) -> None:
    number = await propose(api)
    clock.advance(timedelta(days=7))
    refused = problem(await api.bob.post(f"/swaps/{number}/accept"), 409)
    assert "came to its end when its first shift began" in refused["detail"]


async def test_what_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"schedule": "nothing"}, 404, "schedule"),
        ({"taker": "nobody"}, 400, "taker"),
        ({"taker": "alice"}, 400, "taker"),
        ({"taker": "vera"}, 400, "taker"),
        ({"gives": {"at": "2026-03-10T12:00:00Z"}}, 400, "gives"),
        ({"gives": {}}, 400, "gives"),
        ({"gives": {"at": "2026-03-17T12:00:00"}}, 400, "gives"),
        ({"takes": {"at": "2026-03-17T12:00:00Z"}}, 400, "takes"),
        ({"takes": {"starts_at": "2026-03-10T12:00:00Z", "ends_at": "2026-03-17T12:00:00Z"}}, 400, "takes"),
        ({"reason": "x" * 501}, 400, "reason"),
    ]
    for wrong, status, field in wrongs:
        assert problem(await api.alice.post("/swaps", **weeks(**wrong)), status)["field"] == field, wrong
    problem(await api.alice.post("/swaps/7/accept"), 404)
    problem(await api.alice.delete("/swaps/x"), 400)
    problem(await api.alice.get("/swaps", state="lost"), 400)
    assert (await api.alice.get("/swaps")).json() == {"swaps": []}


async def test_two_who_are_on_call_together_cannot_swap_with_each_other(api: Api) -> None:
    await rotate(api.db, "alice,bob", "carol", name="pair")
    refused = problem(await api.alice.post("/swaps", **weeks(schedule="pair", takes=None)), 409)
    assert "bob is on call in pair already" in refused["detail"]
    number = await propose(api, schedule="pair", taker="carol", takes=None)
    await api.carol.post(f"/swaps/{number}/accept")
    told = (await api.vera.get("/oncall", schedule="pair", at="2026-03-17T12:00:00Z")).json()["schedules"][0]
    assert sorted(told["users"]) == ["bob", "carol"]
