"""Configuration over HTTP (OPS-2): first who may not, then a plan, an apply, and documents from strangers."""

from pathlib import Path
from typing import Any

import msgspec

from tests.surfaces.api.callers import Api, problem
from tocsin.config.files import load_texts

EXAMPLE = Path(__file__).parents[3] / "examples" / "tocsin.yaml"
KEY = {"TOCSIN_PROMETHEUS_KEY": "a-key-for-tests"}


def document(text: str | None = None) -> dict[str, Any]:
    """The example, or a text, as the command line sends it."""
    return msgspec.to_builtins(load_texts({"tocsin.yaml": text or EXAMPLE.read_text()}, KEY))


TEAM = document("users:\n  - {name: dora, email: dora@example.com, role: responder}\n")


async def test_who_may_not(api: Api) -> None:
    for path in ("/config/plan", "/config/apply"):
        problem(await api.nobody.post(path, **TEAM), 401)
        problem(await api.alice.post(path, **TEAM), 403)
    problem(await api.mona.post("/config/apply", **TEAM), 403)
    assert (await api.mona.post("/config/plan", **TEAM)).status_code == 200


async def test_a_plan_changes_nothing_and_an_apply_is_whole_and_once(api: Api) -> None:
    planned = (await api.root.post("/config/plan", **TEAM)).json()
    assert (planned["is_applied"], planned["summary"]) == (False, "1 to add, 0 to change, 0 to remove")
    applied = (await api.root.post("/config/apply", **TEAM)).json()
    assert applied["is_applied"]
    assert applied["changes"] == planned["changes"]
    again = (await api.root.post("/config/apply", **TEAM)).json()
    assert (again["changes"], again["summary"]) == ([], "nothing changed")


async def test_the_example_is_applied_and_its_key_is_nowhere(api: Api) -> None:
    sent = document()
    answer = await api.root.post("/config/apply", **sent)
    assert answer.status_code == 200, answer.text
    assert KEY["TOCSIN_PROMETHEUS_KEY"] not in str(sent) + answer.text
    assert [each["schedule"] for each in (await api.vera.get("/oncall")).json()["schedules"]] == [
        "payments-primary",
        "payments-secondary",
    ]


async def test_what_does_not_hold_together_is_refused_with_file_and_line(api: Api) -> None:
    wrong = document("teams:\n  - {name: payments, members: [nobody-of-ours]}\n")
    planned = (await api.root.post("/config/plan", **wrong)).json()
    assert [(each["file"], each["line"]) for each in planned["errors"]] == [("tocsin.yaml", 2)]
    told = problem(await api.root.post("/config/apply", **wrong), 400)
    assert "tocsin.yaml:2" in told["detail"]
    assert "nobody-of-ours" in told["detail"]


async def test_a_document_that_no_file_reader_made(api: Api) -> None:
    for wrong in (
        {},
        {"files": "tocsin.yaml"},
        {**TEAM, "users": [{"value": {"name": "Eve!", "email": None, "role": "god"}, "file": "x", "path": "y"}]},
        {**TEAM, "users": [{"value": {"name": "a\0b", "email": None, "role": "admin"}, "file": "x", "path": "y"}]},
        {**TEAM, "users": None},
    ):
        answer = await api.root.post("/config/apply", **wrong)
        problem(answer, answer.status_code)
        assert 400 <= answer.status_code < 500
    assert len((await api.root.get("/oncall")).json()["schedules"]) == 0
