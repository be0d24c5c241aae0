"""Leave over HTTP: first who may not, then what it touches, and who reads why.

It is Monday 2026-03-02 10:00 UTC: alice is on call until next Monday, then bob. Bob leads payments.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.kernel import ledger
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import leave

FRIDAY: dict[str, Any] = {"starts_at": "2026-03-06T08:00:00Z", "ends_at": "2026-03-10T08:00:00Z"}


def friday(**other: Any) -> dict[str, Any]:
    return FRIDAY | other


@pytest.fixture
async def api(api: Api) -> Api:
    await rotate(api.db, "alice", "bob")
    async with api.db.transaction() as tx:
        await accounts.upsert_team(tx, "payments", ["alice"], ["bob"], managed_by=None, actor="tocsin")
    return api


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/leave", **FRIDAY), 401)
    problem(await api.nobody.get("/leave"), 401)
    problem(await api.vera.post("/leave", **FRIDAY), 403)
    problem(await api.carol.post("/leave", **friday(user="alice")), 403)
    made = (await api.alice.post("/leave", **FRIDAY)).json()["leave"]
    problem(await api.nobody.delete(f"/leave/{made['id']}"), 401)
    refused = problem(await api.carol.delete(f"/leave/{made['id']}"), 403)
    assert refused["remedy"] == "Ask alice, a lead of their team or a manager to do it."
    assert len((await api.vera.get("/leave")).json()["leave"]) == 1


async def test_it_says_which_shifts_it_touches_and_moves_none(api: Api) -> None:
    made = await api.alice.post("/leave", **friday(reason="wedding"))
    assert made.status_code == 201, made.text
    assert made.json()["shifts"] == [
        {
            "schedule": "primary",
            "time_zone": "UTC",
            "starts_at": "2026-03-06T08:00:00Z",
            "ends_at": "2026-03-09T09:00:00Z",
        }
    ]
    on_call = (await api.alice.get("/oncall", at="2026-03-07T08:00:00Z")).json()["schedules"][0]
    assert on_call["users"] == ["alice"]
    async with api.db.connection() as conn:
        user = await accounts.get_user_by_name(conn, "alice")
        (entry,) = await ledger.list_entries(conn, f"user/{user.id}")
    assert entry.sentence == "@alice entered leave of alice, 2026-03-06 08:00 UTC to 2026-03-10 08:00 UTC"


@pytest.mark.parametrize(("who", "reads"), [("alice", True), ("bob", True), ("mona", True), ("carol", False)])
async def test_when_is_everybodys_business_and_why_is_not(api: Api, who: str, reads: bool) -> None:
    await api.alice.post("/leave", **friday(reason="operation"))
    (told,) = (await getattr(api, who).get("/leave")).json()["leave"]
    assert (told["user"], told["reason"]) == ("alice", "operation" if reads else "")


@pytest.mark.parametrize("who", ["bob", "mona"])
async def test_a_lead_or_a_manager_enters_and_ends_it_for_others(api: Api, who: str) -> None:
    caller = getattr(api, who)
    made = (await caller.post("/leave", **friday(user="@alice"))).json()["leave"]
    assert (made["user"], made["entered_by"]) == ("alice", f"@{who}")
    assert (await caller.delete(f"/leave/{made['id']}")).status_code == 200
    assert (await api.alice.get("/leave")).json() == {"leave": []}


async def test_times_without_an_offset_are_on_the_persons_own_clock(api: Api) -> None:
    async with api.db.connection() as conn:
        await conn.execute("update app_user set time_zone = 'Europe/Berlin' where name = 'alice'")
    days = friday(user="alice", starts_at="2026-03-06T00:00:00", ends_at="2026-03-10T00:00:00")
    made = (await api.mona.post("/leave", **days)).json()["leave"]
    assert (made["starts_at"], made["ends_at"]) == ("2026-03-05T23:00:00Z", "2026-03-09T23:00:00Z")
    assert made["time_zone"] == "Europe/Berlin"


async def test_cover_is_asked_for_at_once_and_once(api: Api) -> None:
    made = (await api.alice.post("/leave", **friday(ask_cover=True))).json()
    (asked,) = (await api.vera.get("/cover")).json()["cover"]
    assert made["cover"] == [asked["id"]]
    assert (asked["user"], asked["reason"], asked["starts_at"]) == ("alice", "on leave", "2026-03-06T08:00:00Z")
    assert (await api.alice.post("/leave", **friday(ask_cover=True))).json()["cover"] == []


async def test_under_way_it_ends_now_and_keeps_its_past(api: Api, clock: VirtualClock) -> None:
    made = (await api.alice.post("/leave", **friday(starts_at="2026-03-01T00:00:00Z"))).json()["leave"]
    assert made["starts_at"] == "2026-03-02T10:00:00Z"
    clock.advance(timedelta(hours=2))
    await api.alice.delete(f"/leave/{made['id']}")
    async with api.db.connection() as conn:
        now = clock.now()
        (past,) = await leave.list_leave(conn, now - timedelta(days=1), now)
        assert await leave.list_leave(conn, now, now + timedelta(days=30)) == []
    assert past.ends_at == now
    problem(await api.alice.delete(f"/leave/{made['id']}"), 409)


async def test_what_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], int, str]] = [
        ({"user": "nobody"}, 400, "user"),
        ({"ends_at": "2026-03-06T07:00:00Z"}, 400, "ends_at"),
        ({"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-02T00:00:00Z"}, 400, "ends_at"),
        ({"reason": "x" * 501}, 400, "reason"),
        ({"source": "calendar:x"}, 400, "source"),
    ]
    for wrong, status, field in wrongs:
        assert problem(await api.mona.post("/leave", **friday(**wrong)), status)["field"] == field, wrong
    problem(await api.mona.delete("/leave/7"), 404)
    assert (await api.alice.get("/leave", user="alice")).json() == {"leave": []}
