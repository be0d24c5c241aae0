"""The checker over HTTP: for every caller, bounded, and no schedule by mistake."""

from datetime import datetime, time

from tests.surfaces.api.callers import Api, problem
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule


async def rotate(api: Api, *users: str) -> None:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime.fromisoformat("2026-01-05T09:00"),
        users=tuple((user,) for user in users),
        handover=Handover(at=time(9), weekday=0),
    )
    async with api.db.transaction() as tx:
        await put_schedule(tx, Schedule(name="primary", time_zone="Europe/Berlin", layers=(week,), team="payments"))


async def test_a_person_of_another_team_is_named_with_the_time(api: Api) -> None:
    await rotate(api, "alice", "bob", "carol")
    told = (await api.vera.get("/oncall/check", days="20")).json()
    assert {(each["rule"], tuple(each["people"])) for each in told["findings"]} == {("gone", ("carol",))}
    first = told["findings"][0]
    assert (first["starts_at"], first["ends_at"], first["silent"]) == (
        "2026-03-02T10:00:00Z",
        "2026-03-09T08:00:00Z",
        False,
    )
    by_rule = {each["rule"]: each for each in told["verdicts"]}
    assert (by_rule["gap"]["holds"], by_rule["gap"]["holds_until"]) == (True, told["until"])
    assert (by_rule["gone"]["holds"], by_rule["hours-a-week"]["applies"]) == (False, False)
    assert (await api.vera.get("/oncall/gaps")).json()["gaps"] == []


async def test_what_is_refused(api: Api) -> None:
    assert "no schedule" in problem(await api.bob.get("/oncall/check", schedule="primary"), 404)["detail"]
    assert problem(await api.bob.get("/oncall/gaps", days="0"), 400)["field"] == "days"
