"""Opsgenie's Alert API: it begins with who may not; then every recorded request of its clients, and what they mean."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.asgi import Said
from tests.surfaces.alert_app import AlertApp, alert_app, integration
from tocsin.db.database import Database
from tocsin.integrations.sources.opsgenie import labels
from tocsin.integrations.sources.opsgenie.parse import NotProcessable
from tocsin.kernel.clock import VirtualClock
from tocsin.surfaces.compat.opsgenie.queries import read_query
from tocsin.surfaces.compat.opsgenie.receipts import ACTIONS, Outcome, Receipt, decode, encode

FIXTURES = Path("src/tocsin/integrations/sources/opsgenie/fixtures")
KEY, OTHER = "opsgenie-key-of-32-characters-ab", "another-key-of-32-characters-abc"
GENIE = {"authorization": f"GenieKey {KEY}", "content-type": "application/json"}
EVERY = [
    integration("opsgenie", "opsgenie", KEY),
    integration("other", "opsgenie", OTHER),
    integration("prometheus", "prometheus", "prometheus-key-0123456789"),
]
BASE = "/opsgenie/v2/alerts"
DISK: dict[str, Any] = {
    "message": "Disk full",
    "alias": "host/disk",
    "description": "97 % of /var",
    "priority": "P1",
    "tags": ["db", "disk"],
    "details": {"team": "storage", "used": 97},
    "responders": [{"type": "team", "name": "storage"}],
    "entity": "db-1",
}
ENCODED = "host%2Fdisk"


async def call(app: AlertApp, method: str, path: str, body: Any = None, headers: Any = GENIE) -> Said:
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return await app.ask(method, path, headers, content)


async def outcome(app: AlertApp, said: Said, headers: Any = GENIE) -> Any:
    """What became of an accepted request, by its id."""
    assert said.status == 202, said
    assert said.json()["result"] == "Request will be processed"
    assert said.json()["took"] > 0
    told = await call(app, "GET", f"{BASE}/requests/{said.json()['requestId']}", headers=headers)
    assert told.status == 200, told
    return told.json()["data"]


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (BASE, ""),
        (BASE, "GenieKey "),
        (BASE, "GenieKey wrong-key-wrong-key"),
        (BASE, "GenieKey prometheus-key-0123456789"),
        ("/v2/alerts", f"Digest {KEY}"),
        (f"{BASE}/1/close", "GenieKey wrong-key-wrong-key"),
        ("/integrations/wrong-key/v2/alerts", f"GenieKey {KEY}"),
    ],
)
async def test_who_has_no_key_of_this_kind_is_refused(db: Database, path: str, authorization: str) -> None:
    async with alert_app(db, EVERY) as app:
        said = await call(app, "POST", path, DISK, {"authorization": authorization})
        assert said.status == 401
        assert said.json()["message"].startswith("Could not authenticate")
        assert {"took", "requestId"} <= said.json().keys()
        assert await app.rows("select count(*) from alert") == [(0,)]


async def test_an_integration_sees_and_touches_only_its_own(db: Database) -> None:
    stranger = {"authorization": f"GenieKey {OTHER}"}
    async with alert_app(db, EVERY) as app:
        created = await call(app, "POST", BASE, DISK)
        alert = await outcome(app, created)
        request = f"{BASE}/requests/{created.json()['requestId']}"
        assert (await call(app, "GET", request, headers=stranger)).status == 404
        assert (await call(app, "GET", f"{BASE}/{alert['alertId']}", headers=stranger)).status == 404
        assert (await call(app, "GET", BASE, headers=stranger)).json()["data"] == []
        closed = await call(app, "POST", f"{BASE}/{alert['alertId']}/close", {}, stranger)
        assert (await outcome(app, closed, stranger))["status"] == "Alert does not exist"
        assert await app.rows("select state from alert") == [("firing",)]


# What its clients really send


def recorded(name: str) -> list[dict[str, Any]]:
    return json.loads((FIXTURES / f"{name}.json").read_text())["requests"]


async def replay(app: AlertApp, clock: VirtualClock, requests: Sequence[dict[str, Any]]) -> None:
    for request in requests:
        clock.set(max(clock.now(), datetime.fromtimestamp(request["ts"], UTC)))
        headers = [
            (name, value) for name, value in request["headers"] if name not in ("Authorization", "Content-Length")
        ]
        body = json.dumps(request["body_json"]).encode() if request.get("body_json") is not None else b""
        target, expected = request["target"], request["response"]
        said = await app.ask(request["method"], target, [*headers, ("Authorization", f"GenieKey {KEY}")], body)
        if "/requests/" in target:  # the id was made up by the recorder's server
            assert said.status == 404
        elif expected["status"] == 422:  # staged, to record that Alertmanager does not try again
            assert said.status == 202
        else:
            assert said.status == expected["status"], (target, said)
            assert expected["body"].keys() <= said.json().keys()
        assert said.headers["content-type"] == "application/json"


async def test_alertmanager_opens_rewords_and_closes(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, EVERY) as app:
        await replay(app, clock, recorded("alertmanager_0.25_opsgenie"))
        rows = await app.rows("select labels ->> 'alertname', labels ->> 'responders', state from alert order by id")
        assert rows == [
            ("SlowPending", "payments,a@example.org", "resolved"),
            ("HighErrorRate", "payments,a@example.org", "resolved"),
            ("T2", "payments,a@example.org", "firing"),
            ("HighErrorRate", "payments,a@example.org", "firing"),
        ]


async def test_the_python_sdk_creates_and_closes(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, EVERY) as app:
        await replay(app, clock, recorded("opsgenie_sdk_py_2.1.5"))
        assert await app.rows("select title, state, annotations, labels from alert") == [
            (
                "Sample",
                "resolved",
                {"message": "Sample", "description": "d"},
                {
                    "k": "v",
                    "alias": "py-alias",
                    "entity": "An e",
                    "priority": "P3",
                    "severity": "warning",
                    "tags": "Over",
                    "responders": "SampleTeam",
                },
            )
        ]


async def test_its_sdk_reads_the_responders_of_an_alert(db: Database) -> None:
    """It refuses one without `id`, and with it the whole answer; all that it reads has a type that it knows."""
    async with alert_app(db, EVERY) as app:
        sent = {"message": "m", "alias": "a", "responders": [{"type": "user", "username": "ann@example.org"}]}
        assert (await call(app, "POST", BASE, sent)).status == 202
        for target in (f"{BASE}/a?identifierType=alias", BASE):
            data = (await call(app, "GET", target)).json()["data"]
            (alert,) = data if isinstance(data, list) else [data]
            assert alert["responders"] == [{"type": "team", "id": "ann@example.org", "name": "ann@example.org"}]


# What the requests mean


@pytest.mark.parametrize(
    "base", [BASE, "/v2/alerts", f"/integrations/{KEY}/v2/alerts", f"{BASE}/", f"/integrations/{KEY}"]
)
async def test_an_alert_is_created_below_any_base_address(db: Database, base: str) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await call(app, "POST", base, DISK)).status == 202
        assert await app.rows("select severity_hint, labels ->> 'used' from alert") == [("critical", "97")]


async def test_the_same_alias_is_one_alert_until_it_is_closed(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, EVERY) as app:
        first = await outcome(app, await call(app, "POST", BASE, DISK))
        again = await outcome(app, await call(app, "POST", BASE, DISK))
        assert (first["action"], first["isSuccess"], first["alias"]) == ("Create", True, "host/disk")
        assert again["alertId"] == first["alertId"]
        closed = await call(app, "POST", f"{BASE}/{ENCODED}/close?identifierType=alias", {"user": "ann"})
        assert (await outcome(app, closed))["status"] == "Closed alert"
        assert (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"] != first["alertId"]
        late = await outcome(app, await call(app, "POST", f"{BASE}/{first['alertId']}/close"))
        assert (late["isSuccess"], late["status"]) == (False, "Alert is not open")
        assert await app.rows("select state from alert order by id") == [("resolved",), ("firing",)]


@pytest.mark.parametrize("kind", ["id", "tiny", "alias"])
async def test_an_alert_is_acknowledged_by_each_kind_of_identifier(db: Database, kind: str) -> None:
    async with alert_app(db, EVERY) as app:
        alert = (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"]
        name = ENCODED if kind == "alias" else alert
        said = await call(app, "POST", f"{BASE}/{name}/acknowledge?identifierType={kind}", {"user": "ann"})
        assert (await outcome(app, said))["isSuccess"] is True
        assert await app.rows("select acknowledged_by from alert where acknowledged_at is not null") == [("ann",)]
        shown = (await call(app, "GET", f"{BASE}/{name}?identifierType={kind}")).json()["data"]
        assert (shown["acknowledged"], shown["status"], shown["tags"]) == (True, "open", ["db", "disk"])
        assert shown["details"] == {"team": "storage", "used": "97", "severity": "critical"}


async def test_new_words_reach_the_alert_and_not_one_that_has_ended(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        alert = (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"]
        await call(app, "PUT", f"{BASE}/{alert}/message", {"message": "Disk is full\nreally"})
        said = await call(app, "PUT", f"{BASE}/{alert}/description", {"description": "99 %"})
        assert (await outcome(app, said))["status"] == "Updated description"
        assert await app.rows("select title, annotations from alert") == [
            ("Disk is full", {"message": "Disk is full\nreally", "description": "99 %"})
        ]
        await call(app, "DELETE", f"{BASE}/{alert}")
        late = await outcome(app, await call(app, "PUT", f"{BASE}/{alert}/message", {"message": "x"}))
        assert late["isSuccess"] is False
        assert (await call(app, "GET", f"{BASE}/{alert}")).json()["data"]["message"] == "Disk is full"


async def test_notes_are_kept_on_the_alert(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        alert = (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"]
        await call(app, "POST", f"{BASE}/{alert}/notes", {"note": "looking\nat it", "user": "ann"})
        (note,) = (await call(app, "GET", f"{BASE}/{alert}/notes")).json()["data"]
        assert (note["note"], note["owner"]) == ("looking\nat it", "ann")
        assert await app.rows("select sentence from ledger where kind = 'AlertNoted'") == [("ann: looking at it",)]


async def test_a_custom_action_is_taken_and_says_that_it_is_without_effect(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        alert = (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"]
        told = await outcome(app, await call(app, "POST", f"{BASE}/{alert}/actions/restart", {}))
        assert (told["action"], told["isSuccess"]) == ("ExecuteCustomAction", False)
        assert told["status"].startswith("Taken without effect")


CALLS = [
    ("snooze", {"endTime": "2026-12-01T00:00:00Z"}, "Snooze"),
    ("assign", {"owner": {"username": "ann"}}, "Assign"),
    ("escalate", {"escalation": {"name": "night"}}, "Escalate"),
    ("responders", {"responder": {"type": "user", "username": "ann"}}, "AddResponder"),
]


@pytest.mark.parametrize(("action", "body", "name"), CALLS)
async def test_for_what_calls_nobody_there_is_nobody_to_call(db: Database, action: str, body: Any, name: str) -> None:
    async with alert_app(db, EVERY) as app:
        alert = (await outcome(app, await call(app, "POST", BASE, DISK)))["alertId"]
        told = await outcome(app, await call(app, "POST", f"{BASE}/{alert}/{action}", body))
        assert (told["action"], told["isSuccess"]) == (name, False)
        assert told["status"] == "Nobody is called for this alert: no incident of Tocsin is open for it"
        await call(app, "POST", f"{BASE}/{alert}/close")
        late = await outcome(app, await call(app, "POST", f"{BASE}/{alert}/{action}", body))
        assert late["status"] == "Alert is not open"
        nowhere = await outcome(app, await call(app, "POST", f"{BASE}/77/{action}", body))
        assert nowhere["status"] == "Alert does not exist"


async def test_tags_and_details_come_and_go_and_a_new_priority_is_shown(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        alert = f"{BASE}/{(await outcome(app, await call(app, 'POST', BASE, DISK)))['alertId']}"
        requests: list[tuple[str, str, Any, str]] = [
            ("POST", "tags", {"tags": ["disk", "night"], "user": "ann", "note": "seen before"}, "Added tags"),
            ("DELETE", "tags?tags=db,unknown", None, "Removed tags"),
            ("POST", "details", {"details": {"ticket": "OPS-7", "used": "98"}}, "Added details"),
            ("DELETE", "details?keys=team", None, "Removed details"),
            ("PUT", "priority", {"priority": "P4"}, "Updated priority"),
        ]
        for method, path, body, status in requests:
            assert (await outcome(app, await call(app, method, f"{alert}/{path}", body)))["status"] == status
        shown = (await call(app, "GET", alert)).json()["data"]
        assert (shown["tags"], shown["priority"]) == (["disk", "night"], "P4")
        assert shown["details"] == {"used": "98", "ticket": "OPS-7", "severity": "info"}
        assert await app.rows("select severity_hint from alert") == [("info",)]
        sentences = await app.rows("select sentence from ledger where kind = 'AlertRelabelled' order by id")
        assert sentences[0] == ("Disk full: ann adds the tags disk, night",)
        assert len(sentences) == len(requests)
        assert [each["note"] for each in (await call(app, "GET", f"{alert}/notes")).json()["data"]] == ["seen before"]
        again = await outcome(app, await call(app, "POST", BASE, DISK))
        assert again["alertId"] == shown["id"], "the same alias is the same alert, and keeps what was added"
        assert (await call(app, "GET", alert)).json()["data"]["tags"] == ["disk", "night"]
        await call(app, "DELETE", alert)
        late = await outcome(app, await call(app, "POST", f"{alert}/tags", {"tags": ["late"]}))
        assert late["status"] == "Alert is not open"


async def test_an_acknowledgement_is_taken_back_and_can_be_given_again(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        alert = f"{BASE}/{(await outcome(app, await call(app, 'POST', BASE, DISK)))['alertId']}"
        await call(app, "POST", f"{alert}/acknowledge", {"user": "@ann"})
        assert await app.rows("select acknowledged_by from alert") == [("ann",)], "nobody proved to be our @ann"
        back = await outcome(app, await call(app, "POST", f"{alert}/unacknowledge", {"user": "ann"}))
        assert back["status"] == "Unacknowledged alert"
        assert (await call(app, "GET", alert)).json()["data"]["acknowledged"] is False
        await call(app, "POST", f"{alert}/acknowledge", {"user": "bob"})
        assert await app.rows("select acknowledged_by from alert") == [("bob",)]


async def test_lists_are_filtered_sorted_and_paged(db: Database, clock: VirtualClock) -> None:
    async with alert_app(db, EVERY) as app:
        for n in range(5):
            await call(app, "POST", BASE, {"message": f"alert {n}", "alias": f"a{n}", "priority": "P1" if n else "P5"})
        await call(app, "POST", f"{BASE}/a4/close?identifierType=alias")

        async def messages(query: str) -> list[str]:
            return [each["message"] for each in (await call(app, "GET", f"{BASE}?{query}")).json()["data"]]

        assert await messages("query=status%3Dopen&sort=tinyId&order=asc") == [f"alert {n}" for n in range(4)]
        assert await messages("query=status:closed") == ["alert 4"]
        assert await messages("query=NOT+priority:P1") == ["alert 0"]
        assert await messages("query=alias=a1+AND+status=open") == ["alert 1"]
        page = (await call(app, "GET", f"{BASE}?limit=2&sort=tinyId&order=asc")).json()
        assert [each["message"] for each in page["data"]] == ["alert 0", "alert 1"]
        assert "offset=2" in page["paging"]["next"]
        assert (await call(app, "GET", f"{BASE}/count?query=status=open")).json()["data"] == {"count": 4}


REFUSED: list[tuple[str, str, Any, int, str]] = [
    ("POST", BASE, {"message": ""}, 422, "message"),
    ("POST", BASE, {}, 422, "message"),
    ("POST", BASE, {"message": 5}, 422, "message"),
    ("POST", BASE, {"message": "x", "priority": "P9"}, 422, "priority"),
    ("POST", BASE, {"message": "x", "details": [1]}, 422, "details"),
    ("POST", BASE, {"message": "x", "details": {f"k{n}": "v" for n in range(500)}}, 422, "details"),
    ("POST", BASE, {"message": "x\0"}, 422, "body"),
    ("POST", BASE, b"[1]", 422, "body"),
    ("POST", BASE, b"{", 422, "body"),
    ("POST", BASE, b'{"message": "' + b"x" * 600_000 + b'"}', 413, ""),
    ("GET", f"{BASE}?query=what+is+this", None, 422, "query"),
    ("GET", f"{BASE}?limit=many", None, 422, "limit"),
    ("POST", f"{BASE}/1/notes", {"note": " "}, 422, "note"),
    ("PUT", f"{BASE}/1/message", {}, 422, "message"),
    ("POST", f"{BASE}/1/snooze", {}, 422, "endTime"),
    ("POST", f"{BASE}/1/snooze", {"endTime": "tomorrow"}, 422, "endTime"),
    ("POST", f"{BASE}/1/assign", {"owner": "ann"}, 422, "owner"),
    ("POST", f"{BASE}/1/escalate", {}, 422, "escalation"),
    ("POST", f"{BASE}/1/responders", {"responder": {"type": "team", "name": "storage"}}, 422, "responder"),
    ("POST", f"{BASE}/1/teams", {"team": {"name": "storage"}}, 422, "team"),
    ("POST", f"{BASE}/1/tags", {"tags": []}, 422, "tags"),
    ("DELETE", f"{BASE}/1/tags", None, 422, "tags"),
    ("POST", f"{BASE}/1/details", {"details": ["x"]}, 422, "details"),
    ("PUT", f"{BASE}/1/priority", {"priority": "high"}, 422, "priority"),
    ("GET", f"{BASE}/1", None, 404, ""),
    ("GET", f"{BASE}/9999999999999999999999", None, 404, ""),
    ("GET", f"{BASE}/%C2%B2", None, 404, ""),
    ("GET", f"{BASE}/requests/nonsense", None, 404, ""),
    ("GET", f"{BASE}/requests/0f872456-e0f8-406c-8c3b-7eb85f0e1390", None, 404, ""),
    ("GET", f"{BASE}/1/nonsense", None, 404, ""),
    ("PATCH", BASE, None, 405, ""),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "field"), REFUSED)
async def test_what_cannot_be_done_is_named(
    db: Database, method: str, path: str, body: Any, status: int, field: str
) -> None:
    async with alert_app(db, EVERY) as app:
        said = await call(app, method, path, body)
        assert said.status == status, said
        assert said.json()["message"]
        if field:
            assert field in said.json()["errors"]


async def test_a_heartbeat_is_pinged_by_its_name(db: Database) -> None:
    alive = integration("nightly", "heartbeat", "heartbeat-key-0123456789", options={"every": "1h"})
    async with alert_app(db, [*EVERY, alive]) as app:
        for method in ("GET", "POST"):
            said = await call(app, method, "/opsgenie/v2/heartbeats/nightly/ping")
            assert (said.status, said.json()["result"]) == (202, "PONG - Heartbeat received")
        assert (await call(app, "GET", "/opsgenie/v2/heartbeats/other/ping")).status == 404
        assert (await call(app, "GET", "/opsgenie/v2/heartbeats/nightly/ping", headers={})).status == 401
        assert await app.rows("select last_ping_at is not null from heartbeat") == [(True,)]


async def test_without_a_database_the_client_is_told_to_come_back(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await db.close()
        said = await call(app, "GET", BASE)
        assert (said.status, said.headers["retry-after"]) == (503, "5")


@given(
    st.builds(
        Receipt,
        st.sampled_from(ACTIONS),
        st.sampled_from(Outcome),
        st.integers(0, 2**47),
        st.integers(0, 2**42 - 1).map(lambda ms: datetime.fromtimestamp(ms // 1000, UTC)),
    )
)
def test_a_request_id_carries_its_answer(receipt: Receipt) -> None:
    text = encode(receipt)
    assert UUID(text).version == 8
    assert decode(text) == receipt


CHANGES: list[tuple[Callable[[tuple[str, ...]], Any], str]] = [
    (lambda kept: labels.with_tags({"tags": "a"}, ["b"], kept), "tags"),
    (lambda kept: labels.without_tags({"tags": "a,b"}, ["b"], kept), "tags"),
    (lambda kept: labels.with_details({"team": "a"}, {"team": "b"}, kept), "team"),
    (lambda kept: labels.without_details({"team": "a"}, ["team"], kept), "team"),
    (lambda kept: labels.with_priority({"priority": "P3"}, "P1", kept), "priority"),
]


@pytest.mark.parametrize(("change", "name"), CHANGES)
def test_what_an_alert_is_grouped_by_stays(change: Callable[[tuple[str, ...]], Any], name: str) -> None:
    change(("other",))
    with pytest.raises(NotProcessable, match=rf"\[{name}\] should stay"):
        change((name, "other"))


def test_the_severity_follows_the_priority_only_where_it_came_from_it() -> None:
    of_priority = {"priority": "P3", "severity": "warning"}
    assert labels.with_priority(of_priority, "P1") == {"priority": "P1", "severity": "critical"}
    assert labels.with_priority(of_priority | {"severity": "page"}, "P1")["severity"] == "page"
    with pytest.raises(NotProcessable, match="should stay"):
        labels.with_details(of_priority, {"alias": "another"})


@given(st.text(max_size=200))
def test_no_query_makes_the_reader_raise_anything_but_a_refusal(text: str) -> None:
    with suppress(NotProcessable):
        read_query(text)
