"""What a responder says to the pager over HTTP (PAG-4): first who may not, then what each call answers."""

from datetime import timedelta
from typing import Any

import pytest

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

COMMANDS: list[tuple[str, dict[str, Any]]] = [("decline", {}), ("escalate", {"reason": "it is not mine"})]


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
