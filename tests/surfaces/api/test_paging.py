"""What a responder says to the pager over HTTP (PAG-4): first who may not, then what each call answers."""

from datetime import timedelta
from typing import Any

import pytest

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("decline", {}),
    ("escalate", {"reason": "it is not mine"}),
    ("snooze", {"minutes": 30}),
    ("reassign", {"to": "bob"}),
    ("responders", {"names": ["bob"]}),
    ("actionable", {"actionable": False}),
]


@pytest.fixture(autouse=True)
async def ladder(db: Database, tokens: dict[str, str]) -> None:
    """alice, then bob."""
    steps = tuple(Step((parse_target(f"user:{name}"),), timedelta(minutes=5)) for name in ("alice", "bob"))
    async with db.transaction() as tx:
        await put_policy(tx, Policy("payments", steps), None)


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    for command, body in COMMANDS:
        path = f"/incidents/INC-1/{command}"
        problem(await api.nobody.post(path, **body), 401)
        problem(await api.holding("tocsin_forged").post(path, **body), 401)
        assert "viewer" in problem(await api.vera.post(path, **body), 403)["detail"]
    assert len((await api.alice.get("/incidents/INC-1/explain")).json()["calls"]) == 1


async def test_a_private_incident_does_not_exist_for_those_outside(api: Api) -> None:
    await declare(api)
    await make_private(api, "INC-1", "alice")
    for command, body in COMMANDS:
        told = problem(await api.bob.post(f"/incidents/INC-1/{command}", **body), 404)
        absent = problem(await api.bob.post(f"/incidents/INC-99/{command}", **body), 404)
        assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]


async def test_declining_calls_the_next_and_answers_with_how_things_stand(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/decline", reason="on a train")).json()
    assert [(call["who"], call["state"]) for call in told["calls"]] == [("alice", "declined"), ("bob", "open")]
    assert told["state"] == "running"
    assert "alice declines: on a train." in [line["sentence"] for line in told["lines"]]


async def test_a_move_that_makes_no_sense_is_refused_with_those_that_do(api: Api) -> None:
    await declare(api)
    refused = problem(await api.carol.post("/incidents/INC-1/decline"), 409)
    assert refused["detail"] == "You are not being called for INC-1: there is nothing to decline."
    assert refused["remedy"].startswith("Allowed now: ack, escalate,")


async def test_escalating_calls_the_next_step(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/escalate", reason="it is not mine")).json()
    assert [call["who"] for call in told["calls"]] == ["alice", "bob"]
    assert told["calls"][1]["label"] == "step 2 of 2"


async def test_quiet_for_a_while_is_an_acknowledgement_with_an_end(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/snooze", minutes=30, reason="the vendor works on it")).json()
    assert told["state"] == "acknowledged"
    assert told["next"].endswith("@alice is called again, unless it is resolved.")
    assert told["next_at"] is not None
    assert (await api.alice.get("/incidents/INC-1")).json()["acknowledged_by"] == "@alice"
    for minutes in (0, -5, 24 * 60 + 1, 10**15):
        assert problem(await api.alice.post("/incidents/INC-1/snooze", minutes=minutes), 400)["field"] == "minutes"


async def test_handing_over_calls_who_is_named(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/reassign", to="bob", reason="it is his")).json()
    called = [(call["who"], call["label"], call["state"]) for call in told["calls"]]
    assert called == [("alice", "step 1 of 2", "ended"), ("bob", "by name", "open")]
    assert problem(await api.alice.post("/incidents/INC-1/reassign", to="mallory"), 404)
    assert problem(await api.alice.post("/incidents/INC-1/reassign", to="moon:base"), 400)
    assert "vera may not" in problem(await api.alice.post("/incidents/INC-1/reassign", to="vera"), 409)["detail"]


async def test_nobody_outside_the_circle_is_called_for_a_private_incident(api: Api) -> None:
    await declare(api)
    await make_private(api, "INC-1", "alice")
    assert "bob may not" in problem(await api.alice.post("/incidents/INC-1/reassign", to="bob"), 409)["detail"]
    assert "bob may not" in problem(await api.alice.post("/incidents/INC-1/responders", names=["bob"]), 409)["detail"]


async def test_helpers_are_called_beside_and_say_that_they_come(api: Api) -> None:
    await declare(api)
    await api.alice.post("/incidents/INC-1/acknowledge")
    told = (await api.alice.post("/incidents/INC-1/responders", names=["@bob"], reason="two heads")).json()
    assert [(call["who"], call["label"]) for call in told["calls"]][1] == ("bob", "asked to help")
    assert (await api.bob.post("/incidents/INC-1/acknowledge")).json()["acknowledged_by"] == "@alice"
    lines = (await api.alice.get("/incidents/INC-1/explain")).json()["lines"]
    assert "bob comes to help." in [line["sentence"] for line in lines]


async def test_whether_it_was_worth_it_is_said_at_the_answer_at_the_end_or_by_itself(api: Api) -> None:
    async def marked() -> bool | None:
        (call,) = (await api.alice.get("/incidents/INC-1/explain")).json()["calls"]
        return call["actionable"]

    await declare(api)
    await api.alice.post("/incidents/INC-1/acknowledge")
    assert await marked() is None
    await api.alice.post("/incidents/INC-1/acknowledge", actionable=True)
    assert await marked() is True
    await api.alice.post("/incidents/INC-1/resolve", reason="gone", actionable=False)
    assert await marked() is False
    (call,) = (await api.alice.post("/incidents/INC-1/actionable", actionable=True)).json()["calls"]
    assert call["actionable"] is True
    problem(await api.alice.post("/incidents/INC-1/actionable"), 400)
