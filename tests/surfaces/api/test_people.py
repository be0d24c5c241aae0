"""People, sessions and tokens over HTTP (SEC-2, SEC-3): first who may not, then what each call answers."""

from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import sign_in


async def test_who_may_not_look_after_people(api: Api) -> None:
    for caller in (api.vera, api.alice, api.mona):
        problem(await caller.get("/people"), 403)
        problem(await caller.post("/people", name="mallory", role="admin"), 403)
        for deed in ("link", "disable", "enable"):
            problem(await caller.post(f"/people/bob/{deed}"), 403)
        problem(await caller.post("/people/bob/role", role="admin"), 403)
        problem(await caller.delete("/people/bob/link"), 403)
    problem(await api.nobody.get("/people"), 401)


async def test_somebody_is_invited_and_comes_in(api: Api) -> None:
    made = (await api.root.post("/people", name="dora", email="dora@example.com", role="manager")).json()
    assert made["mailed_to"] == "dora@example.com"
    secret = made["url"].removeprefix("https://tocsin.example.com/sign-in/")
    listed = {each["name"]: each for each in (await api.root.get("/people")).json()["people"]}
    assert (listed["dora"]["role"], listed["dora"]["last_seen_at"]) == ("manager", None)
    assert listed["dora"]["invited_until"] is not None
    assert (listed["dora"]["letter"]["state"], listed["alice"]["letter"]) == ("waiting", None)
    assert listed["dora"]["letter"]["opens_until"] == listed["dora"]["invited_until"]
    assert listed["alice"]["teams"] == ["payments"]
    async with api.db.transaction() as tx:
        assert (await sign_in.redeem_one_time_link(tx, secret)).session is not None
    assert (await api.root.post("/people/dora/role", role="viewer")).json()["letter"]["state"] == "used"
    assert "already" in problem(await api.root.post("/people", name="dora"), 409)["detail"]
    assert (await api.root.post("/people/dora/link")).json()["mailed_to"] == "dora@example.com"
    assert (await api.root.post("/people", name="nomail")).json()["mailed_to"] is None
    assert (await api.root.delete("/people/dora/link")).status_code == 204


async def test_a_role_is_changed_and_a_person_disabled_and_enabled(api: Api) -> None:
    assert (await api.root.post("/people/bob/role", role="viewer")).json()["role"] == "viewer"
    problem(await api.bob.post("/incidents", title="x"), 403)
    assert (await api.root.post("/people/bob/disable")).json()["is_disabled"]
    problem(await api.bob.get("/me"), 401)
    assert not (await api.root.post("/people/bob/enable")).json()["is_disabled"]
    problem(await api.bob.get("/me"), 401)  # the token stays revoked
    assert "role" in problem(await api.root.post("/people/alice/role", role="god"), 400)["field"]


async def test_ones_own_tokens_are_listed_and_revoked_and_nobody_elses(api: Api) -> None:
    (token,) = (await api.alice.get("/me/tokens")).json()["tokens"]
    assert (token["name"], token["role"], token["is_revoked"]) == ("test", "responder", False)
    problem(await api.bob.delete(f"/me/tokens/{token['id']}"), 404)
    assert (await api.alice.delete(f"/me/tokens/{token['id']}")).status_code == 204
    problem(await api.alice.get("/me"), 401)


async def test_ones_own_sessions_are_listed_and_ended(api: Api) -> None:
    made = (await api.root.post("/people/alice/link")).json()
    async with api.db.transaction() as tx:
        entered = await sign_in.redeem_one_time_link(tx, made["url"].rpartition("/")[2], "192.0.2.7", "Firefox")
    assert entered.session is not None
    (session,) = (await api.alice.get("/me/sessions")).json()["sessions"]
    assert (session["client"], session["device"]) == ("192.0.2.7", "Firefox")
    problem(await api.bob.delete(f"/me/sessions/{session['id']}"), 404)
    assert (await api.alice.delete(f"/me/sessions/{session['id']}")).status_code == 204
    async with api.db.connection() as conn:
        assert await sign_in.find_session(conn, entered.session.cookie, api.db.clock.now()) is None
