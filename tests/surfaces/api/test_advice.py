"""The decision aid and the brief of a hand-off over HTTP (ROL-3, ROL-4): first who may not, then what they say."""

from typing import Any

from tests.surfaces.api.callers import Api, problem

DECLARED: dict[str, Any] = {"title": "Checkout fails", "severity": "SEV-1", "impact": "Nobody can pay"}


async def test_who_may_not(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    for what in ("advice", "brief"):
        problem(await api.nobody.get(f"/incidents/INC-1/{what}"), 401)
        problem(await api.vera.get(f"/incidents/INC-9/{what}"), 404)
        assert (await api.vera.get(f"/incidents/INC-1/{what}")).json()["incident"] == "INC-1"


async def test_each_question_has_an_answer_its_reasons_and_what_is_not_known(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    advice = (await api.alice.get("/incidents/INC-1/advice")).json()["advice"]
    assert [(each["question"], each["answer"]) for each in advice] == [
        ("Roll back?", "not yet"),
        ("Escalate?", "not yet"),
        ("Resolve?", "no"),
    ]
    assert advice[2]["reasons"] == ["It is not mitigated yet."]
    assert "whether data can be lost" in advice[1]["lacks"]


async def test_the_brief_in_parts_and_as_text(api: Api) -> None:
    await api.alice.post("/incidents", **DECLARED)
    await api.bob.post("/incidents/INC-1/timeline", text="who knows the broker?", type="question")
    told = (await api.alice.get("/incidents/INC-1/brief")).json()
    assert told["impact"].startswith("Nobody can pay.")
    assert told["questions"] == ["bob asks: who knows the broker?"]
    assert "Open questions:\n- bob asks: who knows the broker?" in told["text"]
