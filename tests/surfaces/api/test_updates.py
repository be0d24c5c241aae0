"""Updates over HTTP (COM-1, COM-2): first who may not, then what is previewed, posted, listed and refused."""

from typing import Any

from tests.surfaces.api.callers import Api, problem

SAID: dict[str, Any] = {
    "text": "Rolling back v2.3.1",
    "done": ["Paged the database team"],
    "eta": "2031-03-02T15:30:00Z",
}
PATH = "/incidents/INC-1/updates"


async def declared(api: Api) -> None:
    await api.alice.post("/incidents", title="Nobody can pay", severity="SEV-1", services=["checkout"])
    await api.bob.post("/incidents/INC-1/acknowledge")


async def test_who_may_not(api: Api) -> None:
    await declared(api)
    for path in (PATH, f"{PATH}/preview"):
        problem(await api.nobody.post(path, **SAID), 401)
        problem(await api.vera.post(path, **SAID), 403)
        problem(await api.alice.post(path.replace("INC-1", "INC-9"), **SAID), 404)
    problem(await api.nobody.get(PATH), 401)
    assert (await api.vera.get(PATH)).json() == {
        "incident": "INC-1",
        "updates": [],
        "next_update_at": "2026-03-02T10:15:00Z",
        "overdue": 0,
    }


async def test_one_is_previewed_posted_and_listed(api: Api) -> None:
    await declared(api)
    shown = (await api.alice.post(f"{PATH}/preview", **SAID)).json()
    assert (shown["n"], shown["people"], shown["next_update_at"]) == (1, ["bob"], "2026-03-02T10:15:00Z")
    assert "War room" not in shown["subject"]
    assert (await api.vera.get(PATH)).json()["updates"] == []
    posted = await api.alice.post(PATH, **SAID)
    assert posted.status_code == 201
    told = posted.json()
    assert (told["n"], told["by"], told["commander"], told["status"]) == (1, "@alice", None, "acknowledged")
    assert (told["subject"], told["body"]) == (shown["subject"], shown["body"])
    assert "ETA: 2031-03-02 15:30 UTC" in told["body"]
    assert (await api.vera.get(PATH)).json()["updates"] == [told]
    assert (await api.alice.post(PATH, text="Again", next_update_at="2026-03-02T11:00:00Z")).json()["n"] == 2
    one, listed = await api.vera.get("/incidents/INC-1"), await api.vera.get("/incidents")
    for shown in (one.json(), *listed.json()["incidents"]):
        assert shown["next_update_at"] == "2026-03-02T11:00:00Z"


async def test_what_is_wrong(api: Api) -> None:
    await declared(api)
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"text": ""}, "text"),
        ({"eta": "2020-01-01T00:00:00Z"}, "eta"),
        ({"eta": "2031-03-02T15:30:00"}, "eta"),
        ({"next_update_at": "2026-03-02T09:00:00Z"}, "next_update_at"),
        ({"audience": ["stakeholders"]}, "audience"),
        ({"done": [""]}, "done"),
        ({"number": 3}, "number"),
    ]
    for wrong, field in wrongs:
        for path in (PATH, f"{PATH}/preview"):
            assert problem(await api.alice.post(path, **{**SAID, **wrong}), 400)["field"] == field, wrong
    outside: dict[str, Any] = {**SAID, "audience": ["status-page"]}
    refused = problem(await api.alice.post(PATH, **outside), 400)
    assert refused["detail"] == "There is no audience status-page yet: it comes with status pages."
