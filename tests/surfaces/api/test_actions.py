"""Action items over HTTP (PMT-6): first who may not, then what is answered."""

from datetime import timedelta

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    problem(await api.vera.post("/incidents/INC-1/actions", text="Add a canary."), 403)
    await api.alice.post("/incidents/INC-1/actions", text="Add a canary.")
    problem(await api.vera.post("/incidents/INC-1/actions/1", state="done"), 403)
    assert len((await api.vera.get("/actions")).json()["actions"]) == 1
    await api.alice.post("/incidents/INC-1/private", reason="a customer is named")
    assert (await api.vera.get("/actions", state="all")).json()["actions"] == []
    assert (await api.vera.get("/actions", state="all")).json()["completion"]["counted"] == 0
    problem(await api.vera.get("/incidents/INC-1/actions"), 404)


async def test_one_is_added_changed_done_and_opened_again(api: Api) -> None:
    await declare(api)
    added = await api.alice.post("/incidents/INC-1/actions", text=" Add  a canary. ", owner="bob", category="detect")
    assert added.status_code == 201
    told = added.json()
    assert (told["incident"], told["n"], told["text"], told["owner"]) == ("INC-1", 1, "Add a canary.", "bob")
    assert (told["category"], told["priority"], told["state"]) == ("detect", "medium", "open")
    assert (told["check"], told["is_overdue"], told["recurred_in"]) == (None, False, [])
    late = api.db.clock.now().date() - timedelta(days=3)
    moved = (await api.bob.post("/incidents/INC-1/actions/1", due_on=late.isoformat(), state="under way")).json()
    assert (moved["state"], moved["is_overdue"]) == ("under-way", True)
    overdue = (await api.vera.get("/actions", state="overdue", owner="bob", category="detect")).json()
    assert overdue["actions"] == [moved]
    assert overdue["completion"] == {"done": 0, "counted": 1, "percent": 0}
    done = (await api.bob.post("/incidents/INC-1/actions/1", state="done")).json()
    assert (done["state"], bool(done["done_at"])) == ("done", True)
    assert (await api.vera.get("/actions")).json()["actions"] == []
    again = (await api.bob.post("/incidents/INC-1/actions/1", state="open", reason="it was removed")).json()
    assert (again["state"], again["done_at"]) == ("open", None)
    said = [entry["text"] for entry in (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"]]
    assert said[-2:] == [
        "Action item 1 is done: Add a canary.",
        "Action item 1 is open again: Add a canary. It was removed.",
    ]


async def test_a_follow_up_task_becomes_one_once(api: Api) -> None:
    await declare(api)
    await api.alice.post("/incidents/INC-1/tasks", text="a fix that lasts", owner="bob")
    offers = (await api.vera.get("/incidents/INC-1/actions")).json()["offers"]
    assert offers == [{"task": 1, "text": "a fix that lasts", "owner": "bob"}]
    made = (await api.alice.post("/incidents/INC-1/actions", task=1)).json()
    assert (made["text"], made["owner"], made["task"]) == ("a fix that lasts", "bob", 1)
    assert (await api.vera.get("/incidents/INC-1/actions")).json()["offers"] == []
    problem(await api.alice.post("/incidents/INC-1/actions", task=1), 409)


async def test_one_with_a_check_waits_for_it(api: Api) -> None:
    await declare(api)
    check = {"http": "https://docs.example.com/limits", "latency_below": "2s"}
    assert (await api.alice.post("/incidents/INC-1/actions", text="Say it.", check=check)).json()["check"] == "http"
    asked = (await api.alice.post("/incidents/INC-1/actions/1", state="done")).json()
    assert (asked["state"], asked["is_checking"]) == ("open", True)
    problem(await api.alice.post("/incidents/INC-1/actions/1", state="done"), 409)
    told = problem(await api.alice.post("/incidents/INC-1/actions/1", state="done", override=True), 400)
    assert told["field"] == "reason"
    done = (await api.alice.post("/incidents/INC-1/actions/1", state="done", override=True, reason="I saw it")).json()
    assert (done["state"], done["is_checking"]) == ("done", False)


async def test_what_is_wrong_says_what_to_do(api: Api) -> None:
    await declare(api)
    await api.alice.post("/incidents/INC-1/actions", text="Add a canary.")
    for path, body, status, field in (
        ("", {"text": " "}, 400, "text"),
        ("", {"text": "x", "category": "blame"}, 400, "category"),
        ("", {"text": "x", "priority": "top"}, 400, "priority"),
        ("", {"text": "x", "owner": "vera"}, 409, "user"),
        ("", {"task": 9}, 404, "task"),
        ("", {"text": "x", "check": {"ftp": "x"}}, 400, "check"),
        ("", {"text": "x", "check": {"manual": "look"}}, 400, "check"),
        ("/1", {"state": "dropped"}, 400, "reason"),
        ("/1", {"state": "half"}, 400, "state"),
        ("/1", {}, 409, "state"),
        ("/9", {"state": "done"}, 404, "item"),
        ("/one", {"state": "done"}, 400, "item"),
    ):
        told = problem(await api.bob.post(f"/incidents/INC-1/actions{path}", **body), status)
        assert (told["field"], bool(told["remedy"])) == (field, True), body
    for query, field in (({"state": "late"}, "state"), ({"limit": 0}, "limit"), ({"category": "x"}, "category")):
        assert problem(await api.bob.get("/actions", **query), 400)["field"] == field
