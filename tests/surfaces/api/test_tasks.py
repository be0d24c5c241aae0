"""Tasks over HTTP (WAR-5); that a viewer may not change them is walked in `tests/surfaces/test_route_walk.py`."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare


async def test_a_task_is_added_started_and_done(api: Api) -> None:
    await declare(api)
    added = await api.alice.post("/incidents/INC-1/tasks", text=" restart the cache ", owner="bob")
    assert added.status_code == 201
    told = added.json()
    assert (told["n"], told["text"], told["owner"], told["state"], told["added_by"]) == (
        1,
        "restart the cache",
        "bob",
        "planned",
        "@alice",
    )
    assert (await api.alice.post("/incidents/INC-1/tasks", text="warn support")).json()["n"] == 2
    started = (await api.alice.post("/incidents/INC-1/tasks/2", state="under way")).json()
    assert (started["state"], started["owner"]) == ("under-way", "alice"), "nobody's becomes hers who starts it"
    given = (await api.alice.post("/incidents/INC-1/tasks/2", owner="bob", text="warn support and sales")).json()
    assert (given["owner"], given["text"], given["state"]) == ("bob", "warn support and sales", "under-way")
    listed = (await api.vera.get("/incidents/INC-1/tasks")).json()
    assert listed["incident"] == "INC-1"
    assert listed["tasks"] == [told, given]
    said = [entry["text"] for entry in (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"]]
    assert said[-4:] == [
        "Task 1 for @bob: restart the cache",
        "Task 2: warn support",
        "Task 2 is under way and is @alice's: warn support",
        "Task 2 is @bob's and was reworded: warn support and sales",
    ]


async def test_the_command_in_a_text_adds_one(api: Api) -> None:
    await declare(api)
    wrote = await api.bob.post("/incidents/INC-1/timeline", text="/task @alice restart the cache")
    assert [entry["text"] for entry in wrote.json()["entries"]] == ["Task 1 for @alice: restart the cache"]
    assert (await api.bob.get("/incidents/INC-1/tasks")).json()["tasks"][0]["owner"] == "alice"


async def test_what_is_wrong_says_what_to_do(api: Api) -> None:
    await declare(api)
    await api.bob.post("/incidents/INC-1/tasks", text="restart the cache")
    for path, body, status, field in (
        ("", {"text": " "}, 400, "text"),
        ("", {"text": "x", "owner": "vera"}, 409, "user"),
        ("/1", {"state": "half"}, 400, "state"),
        ("/1", {"state": "planned"}, 409, "task"),
        ("/1", {}, 409, "task"),
        ("/2", {"state": "done"}, 404, "task"),
        ("/one", {"state": "done"}, 400, "task"),
    ):
        told = problem(await api.bob.post(f"/incidents/INC-1/tasks{path}", **body), status)
        assert (told["field"], bool(told["remedy"])) == (field, True)
    problem(await api.bob.post("/incidents/INC-1/tasks", text="x", owner="nobody"), 404)
    problem(await api.bob.get("/incidents/INC-9/tasks"), 404)


async def test_what_is_not_done_is_named_when_the_incident_is_closed(api: Api) -> None:
    await declare(api)
    for text in ("restart the cache", "warn support"):
        await api.bob.post("/incidents/INC-1/tasks", text=text)
    await api.bob.post("/incidents/INC-1/tasks/1", state="done")
    await api.bob.post("/incidents/INC-1/close", override=True, reason="gone")
    last = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"][-1]
    assert (last["type"], last["text"]) == ("finding", "1 task is not done and left for follow-up: 2 warn support")
    assert "closed" in problem(await api.bob.post("/incidents/INC-1/tasks", text="x"), 409)["detail"]
    assert (await api.bob.post("/incidents/INC-1/tasks/2", state="done")).json()["state"] == "done"
