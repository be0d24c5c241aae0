"""Handing a role on over HTTP (ROL-3): first who may not, then what each call answers."""

from typing import Any

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private

POSTS: list[tuple[str, dict[str, Any]]] = [
    ("handoff", {"to": "bob"}),
    ("handoff/accept", {}),
    ("handoff/decline", {}),
    ("handoff/withdraw", {}),
]


async def test_who_may_not(api: Api) -> None:
    await declare(api, commander="me")
    for path, body in POSTS:
        problem(await api.nobody.post(f"/incidents/INC-1/{path}", **body), 401)
        assert "viewer" in problem(await api.vera.post(f"/incidents/INC-1/{path}", **body), 403)["detail"]
    problem(await api.nobody.get("/incidents/INC-1/handoff"), 401)
    assert (await api.vera.get("/incidents/INC-1/handoff")).json()["offers"] == []


async def test_a_private_incident_does_not_exist_for_those_outside(api: Api) -> None:
    await declare(api, commander="me")
    await make_private(api, "INC-1", "alice")
    for path, body in POSTS:
        told = problem(await api.carol.post(f"/incidents/INC-1/{path}", **body), 404)
        absent = problem(await api.carol.post(f"/incidents/INC-99/{path}", **body), 404)
        assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]
    problem(await api.carol.get("/incidents/INC-1/handoff"), 404)


async def test_a_role_is_offered_with_the_brief_and_accepted(api: Api) -> None:
    await declare(api, commander="me", impact="Nobody can pay")
    brief = (await api.alice.get("/incidents/INC-1/handoff")).json()["brief"]
    assert "Nobody can pay" in brief
    offered = await api.alice.post("/incidents/INC-1/handoff", to="@bob")
    assert offered.status_code == 201
    told = offered.json()
    assert (told["role"], told["giver"], told["taker"], told["state"]) == ("commander", "alice", "bob", "offered")
    assert "Nobody can pay" in told["brief"]
    assert (await api.bob.get("/incidents/INC-1/handoff")).json()["offers"] == [told]
    problem(await api.carol.post("/incidents/INC-1/handoff/accept"), 409)
    await api.bob.post("/incidents/INC-1/handoff/accept", words="next update at 14:30")
    incident = (await api.alice.get("/incidents/INC-1")).json()
    assert (incident["commander"], incident["roles"]) == ("bob", {"commander": ["bob"]})
    available = (await api.alice.get("/incidents/INC-1/roles")).json()["available"]
    assert [(each["role"], each["user"]) for each in available] == [("commander", "alice")]
    lines = (await api.alice.get("/incidents/INC-1/timeline")).json()["entries"]
    assert lines[-1]["text"].endswith("who stays available. next update at 14:30.")


async def test_a_brief_of_ones_own_and_an_answer_that_is_no(api: Api) -> None:
    await declare(api, commander="me")
    told = (await api.alice.post("/incidents/INC-1/handoff", to="bob", brief="Ask Dave.", role="commander")).json()
    assert told["brief"] == "Ask Dave."
    declined = (await api.bob.post("/incidents/INC-1/handoff/decline", reason="on a train")).json()
    assert declined["state"] == "declined"
    assert (declined["giver"], (await api.alice.get("/incidents/INC-1")).json()["commander"]) == ("alice", "alice")
    await api.alice.post("/incidents/INC-1/handoff", to="carol")
    assert (await api.alice.post("/incidents/INC-1/handoff/withdraw")).status_code == 200
    assert problem(await api.alice.post("/incidents/INC-1/handoff", to="bob", brief=""), 400)["field"] == "brief"
    assert problem(await api.alice.post("/incidents/INC-1/handoff", to="bob", role="boss"), 400)["field"] == "role"
    assert problem(await api.bob.post("/incidents/INC-1/handoff", to="carol"), 409)["remedy"]
