"""The checklist of an incident over HTTP (GRD-2): first who may not, then what it shows and what people tick."""

from typing import Any

from tests.surfaces.api.callers import Api, problem

DECLARED: dict[str, Any] = {"title": "Checkout fails", "severity": "SEV-1"}


async def test_who_may_not(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    problem(await api.nobody.get("/incidents/INC-1/checklist"), 401)
    problem(await api.nobody.post("/incidents/INC-1/checklist", item=2), 401)
    problem(await api.vera.post("/incidents/INC-1/checklist", item=2), 403)
    problem(await api.alice.get("/incidents/INC-9/checklist"), 404)
    assert (await api.vera.get("/incidents/INC-1/checklist")).json()["incident"] == "INC-1"


async def test_each_phase_with_its_items_and_one_that_is_current(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    parts = (await api.alice.get("/incidents/INC-1/checklist")).json()["parts"]
    assert [part["phase"] for part in parts if part["current"]] == ["first"]
    assert len(parts) == 7
    severity = next(item for item in parts[0]["items"] if item["text"] == "Set the severity")
    assert (severity["ticked"], severity["ticks_itself"], severity["by"]) == (True, "the severity is set", None)


async def test_an_item_is_ticked_and_taken_back(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    ticked = await api.bob.post("/incidents/INC-1/checklist", item=2)
    assert ticked.status_code == 200, ticked.text
    item = ticked.json()["parts"][0]["items"][1]
    assert (item["text"], item["ticked"], item["by"]) == ("Is it really down?", True, "@bob")
    back = (await api.bob.post("/incidents/INC-1/checklist", item=2, ticked=False)).json()
    assert back["parts"][0]["items"][1]["ticked"] is False
    entries = (await api.bob.get("/incidents/INC-1/timeline")).json()["entries"]
    assert "@bob ticked “Is it really down?”." in [entry["text"] for entry in entries]


async def test_what_is_wrong_names_the_field_and_the_remedy(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    assert problem(await api.bob.post("/incidents/INC-1/checklist", item=1), 409)["field"] == "item"
    assert "1 to 56" in problem(await api.bob.post("/incidents/INC-1/checklist", item=99), 404)["remedy"]
    problem(await api.bob.post("/incidents/INC-1/checklist"), 400)
