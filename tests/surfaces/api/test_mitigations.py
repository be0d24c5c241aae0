"""Mitigations over HTTP (MIT-0, ROL-5): first who may not, then what each call answers."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private

POSTS: list[tuple[str, dict[str, Any]]] = [
    ("mitigations", {"what": "rolled back to v2.3.0"}),
    ("mitigations/1/finish", {"result": "helped"}),
    ("mitigations/1/worse", {}),
]


async def begin(api: Api, what: str = "rolled back to v2.3.0", **said: Any) -> dict[str, Any]:
    answer = await api.alice.post("/incidents/INC-1/mitigations", what=what, **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    await begin(api)
    for path, body in POSTS:
        problem(await api.nobody.post(f"/incidents/INC-1/{path}", **body), 401)
        assert "viewer" in problem(await api.vera.post(f"/incidents/INC-1/{path}", **body), 403)["detail"]
    problem(await api.nobody.get("/incidents/INC-1/mitigations"), 401)
    assert len((await api.vera.get("/incidents/INC-1/mitigations")).json()["mitigations"]) == 1


async def test_a_private_incident_does_not_exist_for_those_outside(api: Api) -> None:
    await declare(api)
    await begin(api)
    await make_private(api, "INC-1", "alice")
    for path, body in POSTS:
        told = problem(await api.carol.post(f"/incidents/INC-1/{path}", **body), 404)
        absent = problem(await api.carol.post(f"/incidents/INC-99/{path}", **body), 404)
        assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]
    problem(await api.carol.get("/incidents/INC-1/mitigations"), 404)


async def test_one_is_begun_and_the_incident_is_mitigating_until_it_has_a_result(api: Api) -> None:
    await declare(api)
    made = await begin(api, temporary=True, way_back="deploy v2.3.1", strategy="rollback", dry_run=True)
    assert made == {
        "n": 1,
        "what": "rolled back to v2.3.0",
        "strategy": "rollback",
        "way_back": "deploy v2.3.1",
        "dry_run": True,
        "temporary": True,
        "by": "@alice",
        "recorded_by": "@alice",
        "started_at": made["started_at"],
        "ended_at": None,
        "result": None,
        "note": "",
    }
    assert (await api.alice.get("/incidents/INC-1")).json()["is_mitigating"] is True
    ended = (await api.bob.post("/incidents/INC-1/mitigations/1/finish", result="helped", note="0.1 % errors")).json()
    assert (ended["result"], ended["note"], ended["ended_at"] is None) == ("helped", "0.1 % errors", False)
    assert (await api.alice.get("/incidents")).json()["incidents"][0]["is_mitigating"] is False
    assert (await api.vera.get("/incidents/INC-1/mitigations")).json() == {"incident": "INC-1", "mitigations": [ended]}


async def test_one_may_be_recorded_afterwards_for_somebody_else(api: Api) -> None:
    await declare(api)
    made = await begin(api, by="bob", result="no-effect", identified=True)
    assert (made["by"], made["recorded_by"], made["result"]) == ("@bob", "@alice", "no-effect")
    assert (await api.alice.get("/incidents/INC-1")).json()["status"] == "identified"


async def test_rol_5_worse_answers_with_what_to_do_next(api: Api) -> None:
    await declare(api)
    await begin(api, "disabled the cache")
    told = (await api.alice.post("/incidents/INC-1/mitigations/1/worse", note="errors doubled")).json()
    assert told["mitigation"]["result"] == "worse"
    assert told["way_back"] == "undo: disabled the cache"
    assert (told["called"], "tocsin add-responder INC-1" in told["why_nobody"]) == ("", True)
    assert told["maintenance_url"] == "https://tocsin.example.com/maintenance/new?service=checkout"
    lines = (await api.alice.get("/incidents/INC-1/timeline")).json()["entries"]
    assert [line["type"] for line in lines][-2:] == ["question", "finding"]


async def test_bad_input_is_refused_by_field(api: Api) -> None:
    await declare(api)
    path = "/incidents/INC-1/mitigations"
    for body, field in (
        ({"what": ""}, "what"),
        ({"what": "x", "result": "great"}, "result"),
        ({"what": "x", "started_at": "2036-01-01T00:00:00Z"}, "started_at"),
    ):
        assert problem(await api.alice.post(path, **body), 400)["field"] == field
    problem(await api.alice.post(path, what="x", by="mallory"), 404)
    problem(await api.alice.post(f"{path}/7/finish", result="helped"), 404)
    assert problem(await api.alice.post(f"{path}/x/finish", result="helped"), 400)["field"] == "n"
    await begin(api)
    await api.alice.post(f"{path}/1/finish", result="helped")
    assert problem(await api.alice.post(f"{path}/1/worse"), 409)["remedy"]
    problem(await api.alice.post(f"{path}/1/worse", helpers=["mallory"]), 409)
