"""What is only read: who I am, who is on call, the description of the API; and that no route is open to strangers."""

import re
from datetime import datetime

from tests.surfaces.api.callers import Api, problem
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule


async def schedule(api: Api) -> None:
    week = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime(2026, 1, 5, 9),  # noqa: DTZ001  local to the schedule's zone
        users=(("alice",), ("bob",)),
        handover=Handover(at=datetime(2026, 1, 5, 9).time(), weekday=0),  # noqa: DTZ001
    )
    async with api.db.transaction() as tx:
        await put_schedule(
            tx, Schedule(name="payments-primary", time_zone="Europe/Berlin", layers=(week,), team="payments")
        )


async def test_me(api: Api) -> None:
    assert (await api.bob.get("/me")).json() == {
        "name": "bob",
        "display_name": "bob",
        "role": "responder",
        "teams": ["payments"],
        "time_zone": None,
    }


async def test_who_is_on_call_now_and_then(api: Api) -> None:
    await schedule(api)
    now = (await api.vera.get("/oncall")).json()
    (line,) = now["schedules"]
    assert (line["schedule"], line["team"], line["users"]) == ("payments-primary", "payments", ["alice"])
    assert line["reason"]
    assert line["until"] == "2026-03-09T08:00:00Z"
    assert line["next"] == {"users": ["bob"], "starts_at": "2026-03-09T08:00:00Z"}
    then = (await api.vera.get("/oncall", schedule="payments-primary", at="2026-03-10T12:00:00+01:00")).json()
    assert then["at"] == "2026-03-10T11:00:00Z"
    assert then["schedules"][0]["users"] == ["bob"]


async def test_a_schedule_that_is_not_there_and_an_instant_without_a_zone(api: Api) -> None:
    assert "payments-primary" in problem(await api.vera.get("/oncall", schedule="payments-primary"), 404)["detail"]
    assert problem(await api.vera.get("/oncall", at="2026-03-10T12:00:00"), 400)["field"] == "at"
    for far in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00"):
        assert "1970 to 8999" in str(problem(await api.vera.get("/oncall", at=far), 400))


async def test_the_description_names_every_route_and_the_token(api: Api) -> None:
    described = (await api.client.get("/api/v1/openapi.json")).json()
    assert described["info"]["version"] == "1.2.3"
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "/api/v1/incidents/{ref}/acknowledge" in described["paths"]
    assert "DeclareRequest" in str(described["paths"]["/api/v1/incidents"]["post"])


async def test_no_route_is_open_to_strangers(api: Api) -> None:
    described = (await api.client.get("/api/v1/openapi.json")).json()
    for path, methods in described["paths"].items():
        for method in methods:
            answer = await api.client.request(method, re.sub(r"\{[^}]+\}", "1", path), json={})
            assert answer.status_code == 401, (method, path)


async def test_a_change_is_refused_to_those_whose_role_is_too_low(api: Api) -> None:
    """The route table × roles: a viewer changes nothing, wherever they try (SEC-1). `test_config` has the others."""
    described = (await api.client.get("/api/v1/openapi.json")).json()
    await api.alice.post("/incidents", title="x")
    posts = {path for path, methods in described["paths"].items() if "post" in methods}
    assert posts == BODIES.keys() | ELSEWHERE
    for name in ("vera", "alice", "mona", "root"):
        for path, methods in described["paths"].items():
            if "post" in methods and path in BODIES:
                target = path.removeprefix("/api/v1").replace("{ref}", "INC-1").replace("{silence_id}", "1f3a")
                target = target.replace("{number}", "7").replace("{n}", "1")
                answer = await getattr(api, name).post(target, **BODIES[path])
                assert (answer.status_code == 403) == (name == "vera"), (name, path, answer.text)


ELSEWHERE = {
    "/api/v1/config/plan",
    "/api/v1/config/apply",
    "/api/v1/contacts/{contact}/test",
    "/api/v1/contacts/{contact}/secret",
    "/api/v1/feeds",
    "/api/v1/readiness/test",
    "/api/v1/oncall/{schedule}/readiness/probe",
    "/api/v1/oncall/{schedule}/handoff/entries",
    "/api/v1/oncall/{schedule}/handoff/sign",
    "/api/v1/oncall/{schedule}/handoff/accept",
}
"""By a rule of their own, in their own tests: planning is a manager's, applying an administrator's; contacts, feeds and
test pages are one's own; a hand-off and readiness belong to the people of the schedule."""

BODIES: dict[str, dict[str, object]] = {
    "/api/v1/incidents": {"title": "x"},
    "/api/v1/incidents/{ref}/acknowledge": {},
    "/api/v1/incidents/{ref}/status": {"status": "identified"},
    "/api/v1/incidents/{ref}/resolve": {},
    "/api/v1/incidents/{ref}/checks": {},
    "/api/v1/incidents/{ref}/checks/tick": {"name": "queue"},
    "/api/v1/incidents/{ref}/reopen": {"reason": "back"},
    "/api/v1/incidents/{ref}/close": {},
    "/api/v1/incidents/{ref}/timeline": {"text": "x"},
    "/api/v1/incidents/{ref}/timeline/{entry}/correct": {"text": "x"},
    "/api/v1/incidents/{ref}/checklist": {"item": 2},
    "/api/v1/incidents/{ref}/attachments": {},
    "/api/v1/incidents/{ref}/tasks": {"text": "restart the cache"},
    "/api/v1/incidents/{ref}/tasks/{task}": {"state": "done"},
    "/api/v1/incidents/{ref}/merge": {"into": "INC-2"},
    "/api/v1/incidents/{ref}/split": {"reason": "x"},
    "/api/v1/incidents/{ref}/links": {"to": "INC-2"},
    "/api/v1/incidents/{ref}/unlink": {"to": "INC-2"},
    "/api/v1/incidents/{ref}/time": {"instant": "started_at", "at": "2026-01-01T00:00:00Z", "reason": "x"},
    "/api/v1/incidents/{ref}/eta": {"eta": None},
    "/api/v1/incidents/{ref}/cause": {"cause_category": "capacity"},
    "/api/v1/incidents/{ref}/facts": {"facts": {"breach": "yes"}},
    "/api/v1/incidents/{ref}/severity": {"severity": "SEV-1", "reason": "x"},
    "/api/v1/incidents/{ref}/decline": {},
    "/api/v1/incidents/{ref}/escalate": {},
    "/api/v1/incidents/{ref}/snooze": {"minutes": 30},
    "/api/v1/incidents/{ref}/reassign": {"to": "bob"},
    "/api/v1/incidents/{ref}/responders": {"names": ["bob"]},
    "/api/v1/incidents/{ref}/mitigations": {"what": "rolled back"},
    "/api/v1/incidents/{ref}/mitigations/{n}/finish": {"result": "helped"},
    "/api/v1/incidents/{ref}/mitigations/{n}/worse": {},
    "/api/v1/incidents/{ref}/roles": {"role": "commander"},
    "/api/v1/incidents/{ref}/team-size": {"team_size": "large"},
    "/api/v1/incidents/{ref}/conference": {"url": "https://meet.example.com/x"},
    "/api/v1/incidents/{ref}/actionable": {"actionable": True},
    "/api/v1/maintenance": {"services": ["checkout"], "ends_at": "2026-03-03T00:00:00Z", "reason": "upgrade"},
    "/api/v1/simulate": {"service": "checkout"},
    "/api/v1/silences/{silence_id}": {"comment": "quiet for longer"},
    "/api/v1/overrides": {"schedule": "primary", "user": "alice", "ends_at": "2026-03-03T00:00:00Z"},
    "/api/v1/swaps": {"schedule": "primary", "taker": "bob", "gives": {"at": "2026-03-03T00:00:00Z"}},
    "/api/v1/swaps/{number}/accept": {},
    "/api/v1/swaps/{number}/decline": {},
    "/api/v1/cover": {"schedule": "primary", "shift": {"at": "2026-03-03T00:00:00Z"}},
    "/api/v1/cover/{number}/take": {},
    "/api/v1/leave": {"starts_at": "2026-03-03T00:00:00Z", "ends_at": "2026-03-04T00:00:00Z"},
    "/api/v1/silences": {"matchers": ["job=x"], "ends_at": "2026-03-03T00:00:00Z", "comment": "quiet"},
}
