"""Incidents that belong together over HTTP (LIF-6): who may not, what is answered, what strangers never see."""

from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private

CALLS = (
    ("merge", {"into": "INC-1"}),
    ("split", {"reason": "x"}),
    ("links", {"to": "INC-1"}),
    ("unlink", {"to": "INC-1"}),
)


async def test_who_may_not(api: Api) -> None:
    await declare(api)
    await declare(api, "Search is slow")
    for path, body in CALLS:
        problem(await api.nobody.post(f"/incidents/INC-2/{path}", **body), 401)
        problem(await api.vera.post(f"/incidents/INC-2/{path}", **body), 403)
    await make_private(api, "INC-1", "alice")
    for path, body in CALLS:
        if path != "split":
            problem(await api.carol.post(f"/incidents/INC-2/{path}", **body), 404)
        problem(await api.carol.post(f"/incidents/INC-1/{path}", **body), 404)
    problem(await api.carol.get("/incidents/INC-1/links"), 404)


async def test_merged_and_split(api: Api) -> None:
    await declare(api)
    await declare(api, "Search is slow")
    told = (await api.alice.post("/incidents/INC-2/merge", into="inc-1", reason="the same database")).json()
    assert (told["id"], told["merged_into"], told["status"]) == ("INC-2", "INC-1", "resolved")
    for ref, other, relation in (("INC-1", "INC-2", "merged"), ("INC-2", "INC-1", "merged-into")):
        found = (await api.vera.get(f"/incidents/{ref}/links")).json()["others"]
        assert [(each["id"], each["relation"]) for each in found] == [(other, relation)]
    problem(await api.alice.post("/incidents/INC-2/merge", into="INC-1"), 409)
    told = (await api.alice.post("/incidents/INC-2/split", reason="two after all")).json()
    assert (told["merged_into"], told["status"]) == (None, "investigating")


async def test_linked_and_unlinked(api: Api) -> None:
    await declare(api)
    await declare(api, "Search is slow")
    told = (await api.alice.post("/incidents/INC-2/links", to="INC-1", kind="cause")).json()
    assert [(each["id"], each["relation"]) for each in told["others"]] == [("INC-1", "cause")]
    effect = (await api.bob.get("/incidents/INC-1/links")).json()["others"]
    assert [(each["id"], each["relation"]) for each in effect] == [("INC-2", "effect")]
    assert problem(await api.alice.post("/incidents/INC-2/links", to="INC-1", kind="twin"), 400)["field"] == "as"
    assert (await api.alice.post("/incidents/INC-2/unlink", to="INC-1")).json()["others"] == []
    problem(await api.alice.post("/incidents/INC-2/unlink", to="INC-1"), 409)


async def test_a_private_one_is_joined_with_none_that_others_see(api: Api) -> None:
    await declare(api)
    await declare(api, "Search is slow")
    await make_private(api, "INC-1", "alice")
    async with api.db.transaction() as tx:
        await tx.conn.execute("UPDATE incident SET is_private = true WHERE number = 1")
    for path, body in CALLS[:1] + CALLS[2:3]:
        refused = problem(await api.alice.post(f"/incidents/INC-2/{path}", **body), 409)
        assert "not seen by the same people" in refused["detail"]
