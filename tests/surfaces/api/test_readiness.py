"""Readiness over HTTP: who learns of whom, and who has a test page sent (ONC-6)."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.api.callers import Api, problem
from tocsin.insights.readiness import put_probes
from tocsin.insights.readiness_model import AccessProbe

NAME = "payments-primary"
PATH = f"/oncall/{NAME}/readiness"


@pytest.fixture(autouse=True)
async def rota(api: Api) -> None:
    await rotate(api.db, "alice", "bob", name=NAME)


async def test_strangers_learn_nothing(api: Api) -> None:
    problem(await api.nobody.get(PATH), 401)
    problem(await api.nobody.get("/readiness"), 401)
    for caller in (api.carol, api.vera):
        problem(await caller.get(PATH), 403)
        problem(await caller.post(f"{PATH}/probe"), 403)
        problem(await caller.get("/readiness", person="alice"), 403)
    for caller in (api.carol, api.vera, api.bob, api.mona):
        problem(await caller.post("/readiness/test?person=alice"), 403)
    assert (await api.carol.get("/readiness")).json() == {"readiness": []}


async def test_who_takes_over_next_and_what_is_missing(api: Api) -> None:
    (told,) = (await api.mona.get(PATH)).json()["readiness"]
    assert told["person"] in ("alice", "bob")
    assert (told["is_ready"], told["schedule"]) == (False, NAME)
    assert [(item["name"], item["state"]) for item in told["items"]] == [
        ("contact 1, email", "missing"),
        ("test page", "missing"),
    ]
    assert told["items"][0]["remedy"]
    (own,) = (await api.alice.get("/readiness")).json()["readiness"]
    assert own["person"] == "alice"
    assert (await api.bob.get("/readiness", person="alice")).json()["readiness"] == [own]


async def test_a_test_page_goes_out_once_in_half_a_minute(api: Api) -> None:
    sent = await api.alice.post("/readiness/test")
    assert (sent.status_code, sent.json()) == (202, {"person": "alice"})
    problem(await api.root.post("/readiness/test?person=alice"), 409)
    (own,) = (await api.alice.get("/readiness")).json()["readiness"]
    assert own["items"][1]["sentence"] == "Sent just now and not answered."


async def test_probes_are_tried_by_a_worker_when_asked(api: Api) -> None:
    problem(await api.alice.post(f"{PATH}/probe"), 404)
    async with api.db.transaction() as tx:
        await put_probes(tx, "payments", [AccessProbe(name="grafana", url="https://grafana.example.com/")])
    assert (await api.alice.post(f"{PATH}/probe")).json() == {"probes": 1}
    (own,) = (await api.alice.get("/readiness")).json()["readiness"]
    assert own["items"][2]["name"] == "access to grafana"
    problem(await api.alice.get("/oncall/nothing/readiness"), 404)
