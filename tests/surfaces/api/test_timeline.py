"""The timeline over HTTP (WAR-2), and the story of the pages (PAG-6). Who may not is in `test_incidents`."""

from datetime import UTC, datetime

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare
from tocsin.kernel.clock import VirtualClock


async def test_what_a_person_writes_is_read_by_everybody_with_its_type(api: Api) -> None:
    await declare(api)
    wrote = await api.bob.post("/incidents/INC-1/timeline", text="  rolled back v2.3.1 ", type="Action")
    assert wrote.status_code == 201
    (entry,) = wrote.json()["entries"]
    assert (entry["by"], entry["type"], entry["text"]) == ("@bob", "action", "rolled back v2.3.1")
    assert (entry["said_at"], entry["said_by"], entry["corrected_at"], entry["earlier"]) == (None, None, None, [])
    told = (await api.vera.get("/incidents/INC-1/timeline")).json()
    assert (told["incident"], told["time_zone"]) == ("INC-1", "UTC")
    assert told["entries"][-1] == entry
    assert {each["type"] for each in told["entries"][:-1]} <= {"system", "finding"}
    assert [each["id"] for each in told["entries"]] == sorted(each["id"] for each in told["entries"])


async def test_a_timeline_is_read_on_from_where_one_was(api: Api) -> None:
    await declare(api)
    first = (await api.bob.get("/incidents/INC-1/timeline", limit=1)).json()["entries"]
    rest = (await api.bob.get("/incidents/INC-1/timeline", after=first[-1]["id"])).json()["entries"]
    whole = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"]
    assert first + rest == whole


async def test_several_lines_are_several_entries(api: Api, clock: VirtualClock) -> None:
    await declare(api)
    clock.set(datetime(2026, 3, 3, 0, 20, tzinfo=UTC))
    pasted = "[23:50] @alice [DECISION] roll back\nto v2.3.0\n[00:10] done\n[question] why?"
    wrote = (await api.bob.post("/incidents/INC-1/timeline", text=pasted, type="action")).json()
    assert (wrote["incident"], wrote["time_zone"]) == ("INC-1", "UTC")
    assert [(e["type"], e["said_at"], e["said_by"], e["text"]) for e in wrote["entries"]] == [
        ("decision", "2026-03-02T23:50:00Z", "@alice", "roll back\nto v2.3.0"),
        ("action", "2026-03-03T00:10:00Z", None, "done"),
        ("question", None, None, "why?"),
    ]
    assert {(e["by"], e["at"]) for e in wrote["entries"]} == {("@bob", "2026-03-03T00:20:00Z")}
    refused = problem(await api.bob.post("/incidents/INC-1/timeline", text="[00:10] x\n[00:11] "), 400)
    assert (refused["field"], refused["detail"]) == ("text", "Entry 2 of 2 has 0 characters.")
    assert (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"][-3:] == wrote["entries"]


async def test_who_may_correct_an_entry(api: Api) -> None:
    await declare(api)
    entry = (await api.bob.post("/incidents/INC-1/timeline", text="rolled back v2.3.0")).json()["entries"][0]
    path = f"/incidents/INC-1/timeline/{entry['id']}/correct"
    problem(await api.nobody.post(path, text="x"), 401)
    problem(await api.vera.post(path, text="x"), 403)
    assert "Ask @bob or a manager" in problem(await api.alice.post(path, text="x"), 403)["remedy"]
    answer = await api.bob.post(path, text="[action] rolled back v2.3.1")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["id"], told["text"], told["type"], told["corrected_by"]) == (
        entry["id"],
        "rolled back v2.3.1",
        "action",
        "@bob",
    )
    assert told["earlier"] == [{"at": entry["at"], "by": "@bob", "text": "rolled back v2.3.0"}]
    read = (await api.vera.get("/incidents/INC-1/timeline")).json()["entries"]
    assert told in read, "the entry itself says it"
    assert (read[-1]["kind"], read[-1]["text"]) == ("EntryCorrected", "Corrected an entry: rolled back v2.3.1")


async def test_what_cannot_be_corrected_says_why(api: Api) -> None:
    await declare(api)
    entries = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"]
    own = (await api.bob.post("/incidents/INC-1/timeline", text="x")).json()["entries"][0]["id"]
    for entry, text, status in (
        (entries[0]["id"], "y", 409),  # what the program recorded
        (own, "x", 409),  # says so already
        (own, "", 400),
        (own, "[08:00] y\n[08:01] z", 400),
        (999_999, "y", 404),
        (10**18 - 1, "y", 404),
        (10**20, "y", 400),
        ("first", "y", 400),
    ):
        refused = problem(await api.bob.post(f"/incidents/INC-1/timeline/{entry}/correct", text=text), status)
        assert refused["field"] in ("entry", "text")
        assert refused["remedy"]


async def test_what_is_wrong_is_named(api: Api) -> None:
    await declare(api)
    for body, field in (({"text": ""}, "text"), ({"text": "x", "type": "rant"}, "type"), ({}, "text")):
        assert problem(await api.bob.post("/incidents/INC-1/timeline", **body), 400)["field"] == field
    for query in ({"limit": 0}, {"limit": 1001}, {"after": -1}):
        assert problem(await api.bob.get("/incidents/INC-1/timeline", **query), 400)["field"] in query


async def test_the_story_says_why_nobody_was_called(api: Api) -> None:
    await declare(api)
    told = (await api.vera.get("/incidents/INC-1/explain")).json()
    assert (told["incident"], told["title"]) == ("INC-1", "Checkout answers 500")
    assert told["now"]
    assert told["next"]
    assert all(line["sentence"] for line in told["lines"])


async def test_deliveries_name_the_person_the_way_and_the_state(api: Api) -> None:
    await declare(api)
    told = (await api.vera.get("/incidents/INC-1/deliveries")).json()
    assert told["incident"] == "INC-1"
    for each in told["deliveries"]:
        assert each["person"]
        assert each["kind"] == "email"
        assert each["state"] == "waiting"
        assert (each["held"], each["carried_by"]) == (None, None)
