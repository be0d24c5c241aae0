"""The blameless check over HTTP (PMT-4); that it needs somebody signed in is walked in `test_route_walk.py`."""

from tests.surfaces.api.callers import Api, problem


async def test_a_text_is_checked(api: Api) -> None:
    told = await api.vera.post("/postmortems/lint", text="It was fine.\nZaphod broke it.", people=["zaphod"])
    assert told.status_code == 200
    (found,) = told.json()["findings"]
    assert (found["line"], found["column"], found["length"], found["rule"]) == (2, 1, 12, "person-as-cause")
    assert found["rewording"] == "A change broke it, and nothing held it back."
    assert (await api.vera.post("/postmortems/lint", text="")).json() == {"findings": []}


async def test_what_is_too_long_is_refused(api: Api) -> None:
    told = problem(await api.vera.post("/postmortems/lint", text="x" * 200_001), 400)
    assert (told["field"], bool(told["remedy"])) == ("text", True)
