"""The timeline over HTTP (WAR-2), and the story of the pages (PAG-6). Who may not is in `test_incidents`."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare


async def test_what_a_person_writes_is_read_by_everybody_with_its_type(api: Api) -> None:
    await declare(api)
    wrote = await api.bob.post("/incidents/INC-1/timeline", text="  rolled back v2.3.1 ", type="Action")
    assert wrote.status_code == 201
    assert (wrote.json()["by"], wrote.json()["type"], wrote.json()["text"]) == ("@bob", "action", "rolled back v2.3.1")
    told = (await api.vera.get("/incidents/INC-1/timeline")).json()
    assert (told["incident"], told["time_zone"]) == ("INC-1", "UTC")
    assert told["entries"][-1] == wrote.json()
    assert {each["type"] for each in told["entries"][:-1]} <= {"system", "finding"}
    assert [each["id"] for each in told["entries"]] == sorted(each["id"] for each in told["entries"])


async def test_a_timeline_is_read_on_from_where_one_was(api: Api) -> None:
    await declare(api)
    first = (await api.bob.get("/incidents/INC-1/timeline", limit=1)).json()["entries"]
    rest = (await api.bob.get("/incidents/INC-1/timeline", after=first[-1]["id"])).json()["entries"]
    whole = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"]
    assert first + rest == whole


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
