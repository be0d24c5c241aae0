"""Alerts and silences over HTTP (ALR-7, ALR-8): first who may not, then what is shown of them."""

from datetime import timedelta
from typing import Any

from tests.stores.alerting import open_desk, signal
from tests.surfaces.api.callers import Api, problem
from tocsin.db.database import Database

QUIET: dict[str, Any] = {"matchers": ["job=checkout"], "ends_at": "2026-03-02T12:00:00Z", "comment": "load test"}


async def test_who_may_not_silence(api: Api) -> None:
    problem(await api.nobody.post("/silences", **QUIET), 401)
    problem(await api.vera.post("/silences", **QUIET), 403)
    made = (await api.alice.post("/silences", **QUIET)).json()
    problem(await api.nobody.delete(f"/silences/{made['id']}"), 401)
    problem(await api.vera.delete(f"/silences/{made['id']}"), 403)
    assert [each["state"] for each in (await api.vera.get("/silences")).json()["silences"]] == ["active"]


async def test_an_alert_is_closed_by_whoever_responds(api: Api, db: Database) -> None:
    desk = await open_desk(db, [], {"service": "rest"})
    await desk.receive(signal(alertname="DiskFull", severity="critical"))
    await desk.work()
    problem(await api.nobody.post("/alerts/1/close"), 401)
    problem(await api.vera.post("/alerts/1/close"), 403)
    closed = (await api.bob.post("/alerts/1/close")).json()
    assert (closed["state"], closed["ended_by"], closed["incident"]) == ("resolved", "person", "INC-1")
    assert any("a person closed it" in each for each in closed["story"])
    await desk.work()
    timeline = (await api.bob.get("/incidents/INC-1/timeline")).text
    assert "a person closed the last of its alerts" in timeline
    assert (await api.bob.get("/incidents/INC-1")).json()["status"] == "triggered"
    problem(await api.bob.post("/alerts/1/close"), 409)
    problem(await api.bob.post("/alerts/2/close"), 404)


async def test_a_silence_from_now_until_it_is_ended(api: Api) -> None:
    made = await api.alice.post("/silences", **QUIET)
    assert made.status_code == 201, made.text
    assert {name: value for name, value in made.json().items() if name != "id"} == {
        "state": "active",
        "matchers": ['job="checkout"'],
        "starts_at": "2026-03-02T10:00:00Z",
        "ends_at": "2026-03-02T12:00:00Z",
        "created_by": "@alice",
        "comment": "load test",
    }
    ended = await api.bob.delete(f"/silences/{made.json()['id'][:8]}")
    assert (ended.status_code, ended.json()["state"]) == (200, "expired")


async def test_a_silence_is_changed_in_place_and_one_that_has_ended_begins_anew(api: Api) -> None:
    made = (await api.alice.post("/silences", **QUIET)).json()
    path = f"/silences/{made['id']}"
    problem(await api.vera.post(path, comment="longer"), 403)
    problem(await api.nobody.post(path, comment="longer"), 401)
    changed = (await api.bob.post(path, ends_at="2026-03-02T15:00:00Z", comment="longer")).json()
    assert (changed["id"], changed["matchers"], changed["ends_at"]) == (
        made["id"],
        ['job="checkout"'],
        "2026-03-02T15:00:00Z",
    )
    assert (changed["comment"], changed["created_by"]) == ("longer", "@bob")
    other = (await api.bob.post(path, matchers=["job=search"])).json()
    assert other["id"] != made["id"]
    assert [each["state"] for each in (await api.vera.get("/silences")).json()["silences"]] == ["active", "expired"]
    again = (await api.bob.post(path, ends_at="2026-03-02T16:00:00Z")).json()
    assert again["id"] not in (made["id"], other["id"])
    assert problem(await api.bob.post(path, ends_at="2026-03-02T09:00:00Z"), 400)["field"] == "ends_at"
    problem(await api.bob.post("/silences/1f3a", comment="x"), 404)


async def test_a_silence_to_come(api: Api) -> None:
    made = await api.alice.post("/silences", **{**QUIET, "starts_at": "2026-03-02T11:00:00Z"})
    assert made.json()["state"] == "pending"


async def test_a_silence_that_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"matchers": []}, "matchers"),
        ({"matchers": ["job"]}, "matchers"),
        ({"matchers": ['job=~"["']}, "matchers"),
        ({"matchers": "job=x"}, "matchers"),
        ({"ends_at": "2026-03-02T09:00:00Z"}, "ends_at"),
        ({"ends_at": "2026-03-02T12:00:00"}, "ends_at"),
        ({"ends_at": "tonight"}, "ends_at"),
        ({"comment": ""}, "comment"),
        ({"comment": "a\0b"}, "comment"),
        ({"id": "mine"}, "id"),
    ]
    for wrong, field in wrongs:
        assert problem(await api.alice.post("/silences", **{**QUIET, **wrong}), 400)["field"] == field, wrong
    assert (await api.alice.get("/silences")).json() == {"silences": []}


async def test_what_is_not_there(api: Api) -> None:
    for silence_id in ("1f3a", "x", "00000000-0000-0000-0000-000000000000", "%20"):
        problem(await api.alice.delete(f"/silences/{silence_id}"), 404)
    for number, status in (("1", 404), ("x", 400), ("-1", 400), ("9" * 18, 404), ("9" * 30, 400)):
        problem(await api.alice.get(f"/alerts/{number}"), status)


async def test_a_wrong_query(api: Api) -> None:
    for query, field in (({"state": "burning"}, "state"), ({"limit": 0}, "limit"), ({"cursor": "x"}, "cursor")):
        assert problem(await api.alice.get("/alerts", **query), 400)["field"] == field


async def test_nothing_fires(api: Api) -> None:
    assert (await api.vera.get("/alerts", state="firing")).json() == {"alerts": [], "next_cursor": None}


ROUTES: list[dict[str, Any]] = [
    {"match": ["severity=critical"], "service": "checkout", "severity": "SEV-2", "group_by": ["alertname"]},
    {"match": ["severity=info"], "drop": "informational"},
    {"match": ["severity=watch"], "hold": "watched by hand"},
]


async def fire(db: Database, *severities: str) -> None:
    """One alert of each severity, grouped."""
    desk = await open_desk(db, ROUTES, {"service": "rest"})
    now = db.clock.now()
    for number, severity in enumerate(severities):
        each = {"alertname": severity.title(), "severity": severity, "n": str(number)}
        await desk.receive(signal(starts_at=now, ends_at=now + timedelta(hours=9), **each))
    await desk.work()


async def test_where_each_alert_went_and_why_nobody_was_called(api: Api) -> None:
    await fire(api.db, "critical", "info", "watch", "warning")
    listed = (await api.vera.get("/alerts")).json()["alerts"]
    assert {each["title"]: (each["outcome"], each["incident"]) for each in listed} == {
        "Critical": ("paged", "INC-1"),
        "Info": ("dropped", None),
        "Watch": ("held", None),
        "Warning": ("low-urgency", "INC-2"),
    }
    quiet = (await api.vera.get("/alerts", not_paged=True)).json()["alerts"]
    assert [each["title"] for each in quiet] == ["Warning", "Watch", "Info"]
    story = (await api.vera.get(f"/alerts/{listed[-1]['id']}")).json()
    assert (story["incident"], story["story"][-1]) == ("INC-1", "Its incident is INC-1: tocsin explain INC-1")


async def test_alerts_that_called_nobody_are_counted_by_their_reason(api: Api) -> None:
    await api.alice.post("/silences", **{**QUIET, "matchers": ['n="4"']})
    await fire(api.db, "critical", "info", "info", "watch", "critical")
    counted = (await api.vera.get("/alerts/reasons")).json()
    assert counted["alerts"] == 4
    assert [(each["outcome"], each["reason"], each["alerts"], each["firing"]) for each in counted["reasons"]] == [
        ("dropped", 'dropped by route 2 (severity="info"): informational', 2, 2),
        ("held", 'held by route 3 (severity="watch"): watched by hand', 1, 1),
        ("silenced", "silenced by @alice until 2026-03-02 12:00 UTC: load test", 1, 1),
    ]
    later = (await api.vera.get("/alerts/reasons", since="2026-03-02T10:00:01Z")).json()
    assert later == {"since": "2026-03-02T10:00:01Z", "alerts": 0, "reasons": []}
    assert problem(await api.vera.get("/alerts/reasons", since="2026-03-02T10:00:01"), 400)["field"] == "since"
    problem(await api.nobody.get("/alerts/reasons"), 401)
