"""How the weeks ahead could be shared better, over HTTP: first who may not ask, then what is proposed."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.support.served import PRIMARY, begin_recording
from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.db.database import Database
from tocsin.insights import model
from tocsin.oncall import service as oncall

SHARED = (("alice",), ("bob",), ("alice",), ("carol",), ("alice",), ("mona",))
UNFAIR = replace(PRIMARY, layers=(replace(PRIMARY.layers[0], users=SHARED),))


@pytest.fixture
async def unfair(api: Api, db: Database) -> Api:
    """Alice has every other week, and three others share the rest."""
    await begin_recording(db)
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, UNFAIR)
    return api


async def test_who_may_not(unfair: Api) -> None:
    problem(await unfair.nobody.get("/oncall/load/proposal"), 401)
    problem(await unfair.vera.get("/oncall/load/proposal"), 403)
    problem(
        await unfair.alice.get("/oncall/load/proposal", schedule="payments-primary"), 403
    )  # carol is of another team
    asked = (await unfair.alice.get("/oncall/load/proposal")).json()
    assert (asked["schedules"], asked["left_out"]) == ([], ["payments-primary"])


async def test_a_turn_is_proposed_with_its_gain_and_nothing_is_changed(unfair: Api, db: Database) -> None:
    found = (await unfair.mona.get("/oncall/load/proposal", schedule="payments-primary", weeks=12)).json()
    (plan,) = found["schedules"]
    before = {each["user"]: each["before"]["hours"] for each in plan["people"]}
    after = {each["user"]: each["after"]["hours"] for each in plan["people"]}
    assert before["alice"] > after["alice"]
    assert sum(before.values()) == sum(after.values())
    assert plan["uneven"]["hours"] > plan["steps"][0]["uneven"]["hours"]
    assert all(each["giver"] != each["taker"] for step in plan["steps"] for each in step["passes"])
    async with db.connection() as conn:
        assert (await oncall.get_schedule(conn, "payments-primary", db.clock.now())).overrides == ()


async def test_the_rules_of_on_call_hold(unfair: Api, db: Database) -> None:
    """A week between two shifts is the rule: bob and carol hold the weeks on both sides, so nobody can take alice's."""
    schedule = replace(UNFAIR, layers=(replace(UNFAIR.layers[0], users=SHARED[:4]),))
    async with db.transaction() as tx:
        await oncall.put_schedule(tx, schedule)
    (plan,) = (await unfair.mona.get("/oncall/load/proposal", weeks=12)).json()["schedules"]
    assert plan["uneven"]["hours"] > 0
    assert plan["steps"] == []


async def test_somebody_disabled_is_not_asked(unfair: Api, db: Database) -> None:
    async with db.transaction() as tx:
        await accounts.disable_user(tx, "carol", managed_by=None, actor="@root")
    found = (await unfair.mona.get("/oncall/load/proposal", schedule="payments-primary")).json()
    assert {each["user"] for each in found["schedules"][0]["people"]} == {"alice", "bob", "mona"}


async def test_what_is_wrong(unfair: Api) -> None:
    assert problem(await unfair.mona.get("/oncall/load/proposal", weeks=0), 400)["field"] == "weeks"
    problem(await unfair.mona.get("/oncall/load/proposal", schedule="nothing"), 404)


async def test_measures_have_the_same_names_everywhere(unfair: Api) -> None:
    found = (await unfair.mona.get("/oncall/load/proposal")).json()
    assert set(found["schedules"][0]["uneven"]) == set(model.Measures._fields)
    assert timedelta(weeks=found["weeks"]) == timedelta(weeks=8)
