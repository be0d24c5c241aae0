"""Incidents over HTTP (SEC-1, LIF-1, LIF-5): first who may not, then what each call answers."""

import asyncio
from typing import Any

from tests.surfaces.api.callers import Api, problem
from tocsin.accounts import service as accounts
from tocsin.kernel.ledger import list_entries

MOVES: list[tuple[str, dict[str, Any]]] = [
    ("acknowledge", {}),
    ("status", {"status": "investigating"}),
    ("resolve", {}),
    ("reopen", {"reason": "it is back"}),
    ("close", {}),
    ("timeline", {"text": "looked at it"}),
]


async def declare(api: Api, title: str = "Checkout answers 500", **said: Any) -> dict[str, Any]:
    answer = await api.alice.post("/incidents", title=title, services=["checkout"], **said)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def make_private(api: Api, ref: str, *names: str) -> None:
    """Only these people may see it from now on (LIF-7)."""
    async with api.db.transaction() as tx:
        people = await accounts.list_users_by_name(tx.conn, names)
        scope = await accounts.open_scope(tx, ref, [each.id for each in people])
        await tx.conn.execute("update incident set scope_id = %s where number = %s", (scope, int(ref[4:])))


async def test_who_may_not_move_an_incident(api: Api) -> None:
    await declare(api)
    for move, body in MOVES:
        path = f"/incidents/INC-1/{move}"
        assert problem(await api.nobody.post(path, **body), 401)["type"] == "urn:tocsin:problem:unauthenticated"
        problem(await api.holding("tocsin_forged").post(path, **body), 401)
        assert "viewer" in problem(await api.vera.post(path, **body), 403)["detail"]
    assert (await api.alice.get("/incidents/INC-1")).json()["status"] == "triggered"


async def test_a_private_incident_does_not_exist_for_those_outside(api: Api) -> None:
    await declare(api)
    await make_private(api, "INC-1", "alice")
    for stranger in (api.bob, api.carol, api.vera, api.root):
        for move, body in MOVES:
            told = problem(await stranger.post(f"/incidents/INC-1/{move}", **body), 404)
            absent = problem(await stranger.post(f"/incidents/INC-99/{move}", **body), 404)
            assert told["detail"].replace("INC-1", "INC-99") == absent["detail"]


async def test_a_private_incident_is_read_by_its_circle_only(api: Api) -> None:
    await declare(api)
    await make_private(api, "INC-1", "alice")
    for path in ("", "/timeline", "/explain", "/deliveries"):
        assert (await api.alice.get(f"/incidents/INC-1{path}")).status_code == 200
        problem(await api.carol.get(f"/incidents/INC-1{path}"), 404)
        problem(await api.root.get(f"/incidents/INC-1{path}"), 404)
    assert (await api.carol.get("/incidents")).json()["incidents"] == []


async def test_who_may_not_declare(api: Api) -> None:
    problem(await api.nobody.post("/incidents", title="x"), 401)
    problem(await api.vera.post("/incidents", title="x"), 403)
    assert (await api.alice.get("/incidents")).json() == {"incidents": [], "next_cursor": None}


async def test_a_refused_deed_is_on_the_audit_log(api: Api) -> None:
    await api.vera.post("/incidents", title="x")
    async with api.db.connection() as conn:
        last = (await list_entries(conn, "audit"))[-1]
    assert (last.actor, last.data["outcome"]) == ("@vera", "refused")
    assert "POST /api/v1/incidents" in last.sentence


async def test_everybody_else_may_help_another_team(api: Api) -> None:
    await declare(api)
    answer = await api.carol.post("/incidents/INC-1/acknowledge")
    assert answer.status_code == 200
    assert answer.json()["acknowledged_by"] == "@carol"


async def test_declaring_answers_with_every_field_that_the_specification_names(api: Api) -> None:
    said = await declare(api, severity="SEV-2", summary="since the deployment", started_at="2026-03-02T09:40:00Z")
    expected = {
        "id": "INC-1",
        "title": "Checkout answers 500",
        "status": "triggered",
        "severity": "SEV-2",
        "services": ["checkout"],
        "commander": None,
        "summary": "since the deployment",
        "is_private": False,
        "is_drill": False,
        "urgency": "high",
        "impact": None,
        "users_affected": None,
        "roles": {},
        "cause_category": None,
        "resolution": None,
        "root_cause": None,
        "eta": None,
        "next_update_at": None,
        "started_at": "2026-03-02T09:40:00Z",
        "detected_at": "2026-03-02T10:00:00Z",
        "declared_at": "2026-03-02T10:00:00Z",
        "acknowledged_at": None,
        "identified_at": None,
        "mitigated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "alerts": 0,
        "url": "https://tocsin.example.com/incidents/INC-1",
    }
    assert {name: said[name] for name in expected} == expected
    assert (await api.bob.get("/incidents/inc-1")).json() == said


async def test_the_way_through_the_statuses_and_back(api: Api) -> None:
    await declare(api)
    for move, body, status in (
        ("acknowledge", {}, "acknowledged"),
        ("status", {"status": "identified", "reason": "bad deployment"}, "identified"),
        ("status", {"status": "Monitoring"}, "monitoring"),
        ("resolve", {"reason": "rolled back", "override": True}, "resolved"),
        ("reopen", {"reason": "it is back"}, "investigating"),
        ("close", {"reason": "done", "override": True}, "closed"),
    ):
        answer = await api.alice.post(f"/incidents/INC-1/{move}", **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == status


async def test_an_illegal_move_names_those_that_are_allowed(api: Api) -> None:
    await declare(api)
    await api.alice.post("/incidents/INC-1/status", status="monitoring")
    told = problem(await api.alice.post("/incidents/INC-1/status", status="identified"), 409)
    assert "investigating" in told["detail"] + told["remedy"]
    problem(await api.alice.post("/incidents/INC-1/reopen", reason=""), 409)


async def test_lists_are_narrowed_and_paged(api: Api) -> None:
    for number in range(1, 6):
        await declare(api, f"Number {number}", severity="SEV-1" if number == 3 else "SEV-3")
    await api.alice.post("/incidents/INC-2/resolve", override=True, reason="gone")
    first = (await api.vera.get("/incidents", limit=2)).json()
    assert [each["id"] for each in first["incidents"]] == ["INC-5", "INC-4"]
    rest = (await api.vera.get("/incidents", cursor=first["next_cursor"])).json()
    assert [each["id"] for each in rest["incidents"]] == ["INC-3", "INC-2", "INC-1"]
    assert rest["next_cursor"] is None
    for query, found in (
        ({"open": "true"}, ["INC-5", "INC-4", "INC-3", "INC-1"]),
        ({"status": "resolved"}, ["INC-2"]),
        ({"severity": "SEV-1"}, ["INC-3"]),
        ({"service": "search"}, []),
        ({"since": "2027-01-01T00:00:00Z"}, []),
    ):
        page = (await api.vera.get("/incidents", **query)).json()
        assert [each["id"] for each in page["incidents"]] == found, query


async def test_a_wrong_query_names_its_field(api: Api) -> None:
    for query, field in (
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "INC-1"}, "cursor"),
        ({"status": "burning"}, "status"),
        ({"since": "2026-01-01T00:00:00"}, "since"),
        ({"since": "yesterday"}, "since"),
        ({"open": "perhaps"}, "open"),
    ):
        assert problem(await api.alice.get("/incidents", **query), 400)["field"] == field, query


async def test_the_same_key_declares_once(api: Api) -> None:
    key = {"Idempotency-Key": "d9b2d63d-a233-4123-847a-7090ab8a1a3d"}
    first = await api.alice.post("/incidents", title="Once", headers=key)
    again = await api.alice.post("/incidents", title="Once", headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    other = problem(await api.alice.post("/incidents", title="Something else", headers=key), 409)
    assert other["field"] == "Idempotency-Key"
    assert (await api.bob.post("/incidents", title="Once", headers=key)).json()["id"] == "INC-2"
    problem(await api.alice.post("/incidents", title="x", headers={"Idempotency-Key": "x" * 201}), 400)


async def test_twins_at_the_same_moment_declare_once(api: Api) -> None:
    key = {"Idempotency-Key": "twins"}
    answers = await asyncio.gather(*(api.alice.post("/incidents", title="Once", headers=key) for _ in range(5)))
    assert {answer.json()["id"] for answer in answers} == {"INC-1"}


async def test_a_refused_declaration_may_be_mended_under_the_same_key(api: Api) -> None:
    key = {"Idempotency-Key": "mended"}
    problem(await api.alice.post("/incidents", title="x", severity="SEV-9", headers=key), 404)
    assert (await api.alice.post("/incidents", title="x", severity="SEV-1", headers=key)).status_code == 201


async def test_how_many_are_affected_says_how_bad_it_is_unless_a_person_does(api: Api) -> None:
    assessed = await declare(api, "one", users_affected="35%", impact="nobody can pay by card")
    assert (assessed["severity"], assessed["users_affected"]) == ("SEV-2", "35%")
    assert assessed["impact"] == "nobody can pay by card"
    assert "users affected" in assessed["reason"]
    said = await declare(api, "two", users_affected="35%", severity="SEV-4")
    assert (said["severity"], said["reason"]) == ("SEV-4", "")
    for wrong in ("many", "-5%", "140%"):
        refused = problem(await api.alice.post("/incidents", title="three", users_affected=wrong), 400)
        assert refused["field"] == "users_affected"
