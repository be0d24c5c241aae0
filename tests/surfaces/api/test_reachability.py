"""Reachability over HTTP: who learns of whom, who may have whom tested, and what a schedule says of its people."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem

NAME = "payments-primary"
PATH = "/reachability"
ASK = "/reachability/ask"


@pytest.fixture(autouse=True)
async def rota(api: Api) -> None:
    await rotate(api.db, "alice", "bob", name=NAME)


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["person"] for each in answer["people"]]


async def test_strangers_learn_nothing_and_have_nobody_tested(api: Api) -> None:
    problem(await api.nobody.get(PATH), 401)
    problem(await api.nobody.post(ASK), 401)
    assert (await api.carol.get(PATH)).json() == {"people": []}
    assert names((await api.alice.get(PATH)).json()) == ["alice", "bob"]
    assert names((await api.mona.get(PATH)).json()) == ["alice", "bob"]
    for caller in (api.carol, api.vera, api.bob, api.mona):
        problem(await caller.post(f"{ASK}?person=alice"), 403)


async def test_a_way_that_nobody_has_answered_by_is_named_wherever_its_owner_is_on_call(api: Api) -> None:
    told = (await api.vera.get("/oncall")).json()["schedules"][0]
    assert [(each["person"], each["since"]) for each in told["unproven"]] == [
        (name, None) for name in (*told["users"], *told["next"]["users"])
    ]
    assert told["unproven"][0]["sentence"].endswith("has never answered a message by email")


async def test_asking_now_opens_a_question_and_no_second_one(api: Api) -> None:
    asked = await api.root.post(f"{ASK}?person=alice")
    assert (asked.status_code, asked.json()) == (202, {"person": "alice", "kind": "email"})
    alice = (await api.alice.get(PATH)).json()["people"][0]
    (way,) = alice["ways"]
    assert (way["contact"], way["wakes"], way["state"], way["proven"]) == ("account", True, "asked", False)
    assert way["answer_by"] > way["asked_at"]
    assert way["next_at"] is None
    assert alice["schedules"] == [NAME]
    assert alice["unproven"]["sentence"] == "alice has still to answer a test by email"
    assert "waits for an answer" in problem(await api.alice.post(ASK), 409)["detail"]
    problem(await api.root.post(f"{ASK}?person=nobody-here"), 404)
