"""Times, ETA and cause over HTTP: who may not, what each call answers, what is refused (LIF-2, LIF-10, LIF-11)."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private

WHY = "the graph shows it"
CALLS = (
    ("time", {"instant": "started_at", "at": "2026-03-02T09:00:00Z", "reason": WHY}),
    ("eta", {"eta": None}),
    ("cause", {"cause_category": "deployment"}),
)


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    for path, body in CALLS:
        problem(await api.nobody.post(f"/incidents/INC-1/{path}", **body), 401)
        problem(await api.vera.post(f"/incidents/INC-1/{path}", **body), 403)
    await make_private(api, "INC-1", "alice")
    for path, body in CALLS:
        problem(await api.carol.post(f"/incidents/INC-1/{path}", **body), 404)
    problem(await api.carol.get("/incidents/INC-1/eta"), 404)


async def test_a_time_is_corrected(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/time", **CALLS[0][1])).json()
    assert told["started_at"] == "2026-03-02T09:00:00Z"
    for body, field in (
        ({"instant": "paged_at", "at": "2026-03-02T09:00:00Z", "reason": WHY}, "instant"),
        ({"instant": "started_at", "at": "2026-03-02T09:00:00", "reason": WHY}, "at"),
        ({"instant": "started_at", "at": "2026-03-02T10:01:00Z", "reason": WHY}, "started_at"),
        ({"instant": "started_at", "at": "2026-03-02T08:00:00Z"}, "reason"),
    ):
        assert problem(await api.alice.post("/incidents/INC-1/time", **body), 400)["field"] == field
    refused = await api.alice.post(
        "/incidents/INC-1/time", instant="mitigated_at", at="2026-03-02T09:30:00Z", reason=WHY
    )
    assert "tocsin status INC-1 monitoring" in problem(refused, 409)["remedy"]


async def test_an_eta_and_its_history(api: Api) -> None:
    await declare(api)
    told = (await api.alice.post("/incidents/INC-1/eta", eta="2026-03-02T12:00:00Z")).json()
    assert (told["eta"], told["eta_set_at"]) == ("2026-03-02T12:00:00Z", "2026-03-02T10:00:00Z")
    told = (await api.alice.post("/incidents/INC-1/eta", eta=None, reason="no idea")).json()
    assert (told["eta"], told["eta_set_at"]) == (None, "2026-03-02T10:00:00Z")
    history = (await api.vera.get("/incidents/INC-1/eta")).json()["etas"]
    assert [(each["eta"], each["reason"]) for each in history] == [("2026-03-02T12:00:00Z", ""), (None, "no idea")]


async def test_the_two_top_levels_are_closed_with_a_cause(api: Api) -> None:
    await declare(api, severity="SEV-1")
    await api.alice.post("/incidents/INC-1/resolve", override=True, reason="gone")
    assert problem(await api.alice.post("/incidents/INC-1/close"), 409)["field"] == "cause_category"
    wrong = await api.alice.post("/incidents/INC-1/close", cause_category="gremlins")
    assert problem(wrong, 400)["field"] == "cause_category"
    unpublished = await api.alice.post("/incidents/INC-1/close", cause_category="capacity")
    assert problem(unpublished, 409)["field"] == "postmortem"
    await api.alice.post("/incidents/INC-1/postmortem")
    await api.alice.post("/incidents/INC-1/postmortem/publish", reason="a rehearsal")
    closed = (await api.alice.post("/incidents/INC-1/close", cause_category="capacity")).json()
    assert (closed["status"], closed["cause_category"]) == ("closed", "capacity")
