"""What would happen, over HTTP: first who may not ask, then what is in force, a draft, and that nothing is sent."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_config import document

PEOPLE = """
users:
  - {name: dora, email: dora@example.com}
  - name: emil
    email: emil@example.com
    contacts: [{webhook: "https://hooks.example.com/secret"}]
    notify: {high: [{webhook: 0m}]}
escalation_policies:
  - {name: nights, steps: [{notify: ["user:dora"], wait: 5m}, {notify: ["user:emil"], wait: 5m}]}
services:
  - {name: shop, escalation_policy: nights}
routes:
  - {match: ['job="shop"'], service: shop, severity: SEV-2}
"""
ASKED: dict[str, Any] = {"labels": {"alertname": "Slow", "job": "shop"}, "at": "2026-12-24T03:00:00Z"}


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.post("/simulate", **ASKED), 401)
    problem(await api.vera.post("/simulate", **ASKED), 403)
    problem(await api.alice.post("/simulate", **ASKED, document=document(PEOPLE)), 403)


async def test_what_is_in_force_answers_and_sends_nothing(api: Api) -> None:
    await api.root.post("/config/apply", **document(PEOPLE))
    told = (await api.alice.post("/simulate", **ASKED)).json()
    assert told["draft"] is None
    calls = told["live"]["calls"]
    assert [(call["who"], call["after"], call["label"]) for call in calls] == [
        ("dora", 0, "step 1 of 2"),
        ("emil", 300, "step 2 of 2"),
        ("root", 600, "the administrators"),
    ]
    assert "secret" not in str(told)
    assert [(send["kind"], send["address"]) for send in calls[1]["sends"]] == [("webhook", "hooks.example.com")]
    assert (await api.alice.get("/incidents")).json()["incidents"] == []
    assert (await api.alice.get("/alerts", state="firing")).json()["alerts"] == []


async def test_a_draft_is_compared_with_what_is_in_force(api: Api) -> None:
    await api.root.post("/config/apply", **document(PEOPLE))
    draft = document(PEOPLE.replace('"user:dora"', '"user:emil"'))
    told = (await api.mona.post("/simulate", **ASKED, document=draft)).json()
    assert [call["who"] for call in told["draft"]["calls"]] == ["emil", "emil", "root"]
    assert [(each["sign"], each["who"]) for each in told["differences"]] == [("+", "emil"), ("-", "dora")]


async def test_what_makes_no_sense_is_refused_by_its_field(api: Api) -> None:
    assert problem(await api.alice.post("/simulate", at="2026-12-24T03:00:00Z"), 400)["field"] == "labels"
    assert problem(await api.alice.post("/simulate", service="nowhere"), 404)["field"] == "service"
    strange = document("teams:\n  - {name: payments, members: [nobody-of-ours]}\n")
    told = problem(await api.mona.post("/simulate", **ASKED, document=strange), 400)
    assert "nobody-of-ours" in told["detail"]
