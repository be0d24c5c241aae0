"""What is only read: who I am, who is on call, the description of the API; and that no route is open to strangers."""

import re
from datetime import datetime
from typing import Any

import pytest

from tests.surfaces.api.callers import Api, problem
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule
from tocsin.surfaces.api.description import NAMES


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


async def test_the_description_says_how_each_route_refuses_and_what_each_parameter_is(api: Api) -> None:
    described = (await api.client.get("/api/v1/openapi.json")).json()
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert all(each["description"] for operation in operations for each in operation["parameters"])
    named = {each["name"] for operation in operations for each in operation["parameters"]}
    assert set(NAMES) <= named, "what no route has needs no word"
    for operation in operations:
        answers = operation["responses"]
        assert {"401", "403", "404", "default"} <= answers.keys()
        refs = [answer["$ref"] for status, answer in answers.items() if status >= "400"]
        assert all(ref.rpartition("/")[2] in described["components"]["responses"] for ref in refs)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/incidents/INC-999", {}, 404),
        ("POST", "/incidents", {"title": 1}, 400),
        ("POST", "/incidents/INC-1/status", {"status": "closed"}, 409),
    ],
)
async def test_a_refusal_is_what_the_description_says(
    api: Api, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    await api.alice.post("/incidents", title="Checkout answers 500")
    described = (await api.client.get("/api/v1/openapi.json")).json()["components"]
    answer = await (api.alice.get(path) if method == "GET" else api.alice.post(path, **body))
    (media_type,) = described["responses"][str(status)]["content"]
    fields = described["schemas"]["ProblemDocument"]
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, media_type)
    assert set(fields["required"]) <= answer.json().keys() <= set(fields["properties"])


async def test_no_route_is_open_to_strangers(api: Api) -> None:
    described = (await api.client.get("/api/v1/openapi.json")).json()
    for path, methods in described["paths"].items():
        for method in methods:
            answer = await api.client.request(method, re.sub(r"\{[^}]+\}", "1", path), json={})
            assert answer.status_code == 401, (method, path)
