"""The fast path: it begins with who may not; then what is too much, too slow, too many, and what is passed on."""

import asyncio
import base64
import gzip
import json
import zlib
from typing import Any

import msgspec
import pytest

from tests.support.asgi import Said, ask
from tests.surfaces.alert_app import KEY, alert_app, integration
from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.alerts.rulebook import replace_integrations
from tocsin.alerts.service import arrivals_of
from tocsin.db.database import Database
from tocsin.kernel import asgi
from tocsin.kernel.asgi import Receive, read_body
from tocsin.surfaces.ingest import app as app_of_ingest
from tocsin.surfaces.ingest import commit
from tocsin.surfaces.ingest.address import Address, address_of

JSON = {"content-type": "application/json"}
ALERT = json.dumps([{"labels": {"alertname": "A", "severity": "critical"}}]).encode()
PD_KEY = "R0123456789ABCDEFGHIJKLMNOPQRSTU"
EVERY = [
    integration("prometheus", "prometheus", KEY),
    integration("webhook", "alertmanager", "webhook-key"),
    integration("pd", "pagerduty", PD_KEY),
    integration("anything", "generic", "generic-key", options={"mapping": {"title": "name"}}),
]
END_OTHERS = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and datname = current_database()
"""
COUNT = "select count(*) from alert"


def basic(user: str, password: str) -> dict[str, str]:
    return JSON | {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def resolve_event(key: str) -> bytes:
    return json.dumps({"routing_key": key, "event_action": "resolve", "dedup_key": "k"}).encode()


def trigger_event(key: str) -> bytes:
    payload = {"summary": "s", "source": "s", "severity": "error"}
    return json.dumps({"routing_key": key, "event_action": "trigger", "payload": payload}).encode()


NOBODY: list[tuple[str, dict[str, str], bytes, int]] = [
    ("/api/v2/alerts", JSON, ALERT, 401),
    ("/api/v2/alerts", basic("prometheus", "wrong-key"), ALERT, 401),
    ("/api/v2/alerts", basic(KEY, ""), ALERT, 401),
    ("/api/v2/alerts", JSON | {"authorization": "Basic !!!"}, ALERT, 401),
    ("/api/v2/alerts", JSON | {"authorization": f"Digest {KEY}"}, ALERT, 401),
    ("/api/v2/alerts", JSON | {"authorization": "Bearer "}, ALERT, 401),
    ("/api/v2/alerts", JSON | {"authorization": f"Bearer {KEY}{' ' * 5000}x"}, ALERT, 401),
    ("/api/v2/alerts", JSON | {"authorization": "Bearer \xff\xfe"}, ALERT, 401),
    ("/integrations/wrong-key/api/v2/alerts", JSON, ALERT, 401),
    ("/integrations/wrong-key", JSON, ALERT, 401),
    ("/integrations", JSON, ALERT, 401),
    ("/integrations/webhook-key/api/v2/alerts", JSON, ALERT, 401),
    ("/x/api/v1/alerts", JSON, ALERT, 401),
    ("/v2/enqueue", JSON, resolve_event("X" * 32), 400),
    ("/v2/enqueue", JSON, resolve_event(KEY), 400),
]


@pytest.mark.parametrize(("target", "headers", "body", "status"), NOBODY)
async def test_an_unknown_key_is_refused(
    db: Database, target: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", target, headers, body)
        assert said.status == status
        assert said.headers["content-type"] == "application/json"
        assert KEY not in said.body.decode()
        assert await app.rows(COUNT) == [(0,)]


WELCOME: list[tuple[str, dict[str, str], bytes, int]] = [
    ("/api/v2/alerts", basic("prometheus", KEY), ALERT, 200),
    ("/api/v2/alerts", basic("", KEY), ALERT, 200),
    ("/any/prefix/api/v2/alerts", basic("whoever", KEY), ALERT, 200),
    ("//api/v2/alerts/", basic("whoever", KEY), ALERT, 200),
    (f"/integrations/{KEY}/api/v1/alerts/", {}, ALERT, 200),
    ("/v2/enqueue/", JSON, trigger_event(PD_KEY), 202),
    ("/api/v2/alerts", JSON | {"authorization": f"Bearer {KEY}"}, ALERT, 200),
    (f"/integrations/{KEY}/api/v2/alerts", JSON, ALERT, 200),
    (f"/integrations/{KEY}", JSON, ALERT, 200),
    (f"/integrations/{KEY}/", JSON, ALERT, 200),
    (f"/integrations/{KEY}/api/v1/alerts", {}, ALERT, 200),
    ("/integrations", JSON | {"authorization": "Bearer generic-key"}, b'{"name": "x"}', 202),
    ("/integrations/generic-key", {}, b'{"name": "x"}', 202),
    ("/integrations/webhook-key", JSON, b'{"version": "4", "alerts": [{"labels": {"a": "b"}}]}', 200),
]


@pytest.mark.parametrize(("target", "headers", "body", "status"), WELCOME)
async def test_a_known_key_is_taken_wherever_it_comes(
    db: Database, target: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", target, headers, body)
        assert said.status == status, said
        assert await app.rows(COUNT) == [(1,)]


async def test_keys_are_hashed_at_rest_and_a_retired_one_is_refused(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        stored = await app.rows("select integration::text, encode(key_hash, 'hex') from integration")
        assert all(KEY not in row[0] and len(row[1]) == 64 for row in stored)
        async with db.transaction() as tx:
            await replace_integrations(tx, EVERY[1:])
        await app.book.refresh()
        assert (await app.ask("POST", f"/integrations/{KEY}", JSON, ALERT)).status == 401


async def test_a_key_applied_this_moment_is_known_to_all_who_bring_it_at_once(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        async with db.transaction() as tx:
            await replace_integrations(tx, [*EVERY, integration("new", "prometheus", "brand-new-key")])
        asked = (app.ask("POST", "/integrations/brand-new-key", JSON, ALERT) for _ in range(5))
        assert [answer.status for answer in await asyncio.gather(*asked)] == [200] * 5


async def test_the_last_use_of_a_key_is_noted(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await app.ask("POST", f"/integrations/{KEY}", JSON, ALERT)
        await app.book.refresh()
        used = await app.rows("select name from integration where last_used_at is not null")
        assert used == [("prometheus",)]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/api/v1/alerts"),
        ("POST", "/api/v1/incidents"),
        ("POST", "/v2/incidents"),
        ("POST", f"/integrations/{KEY}/something/else"),
        ("GET", "/v2/enqueue"),
        ("GET", f"/integrations/{KEY}"),
    ],
)
async def test_what_is_not_for_us_is_passed_on(db: Database, method: str, target: str) -> None:
    async with alert_app(db, EVERY) as app:
        assert "x-rest" in (await app.ask(method, target, JSON, ALERT)).headers


# Too much, too slow


async def test_a_body_above_the_cap_is_refused_before_and_while_it_is_read(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        declared = JSON | {"content-length": str(50 * 1024 * 1024)}
        assert (await app.ask("POST", f"/integrations/{KEY}", declared, b"[]")).status == 413
        pieces = [b" " * 1024 * 1024] * 6
        said = await app.ask("POST", f"/integrations/{KEY}", JSON, pieces=pieces)
        assert said.status == 413
        assert "larger than 4096 KiB" in said.json()["message"]


async def test_pagerdutys_events_are_capped_at_512_kilobytes(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", "/v2/enqueue", JSON, b"{" + b" " * 600_000 + b"}")
        assert (said.status, said.json()["status"]) == (413, "invalid event")


async def test_gzip_is_read_and_a_bomb_is_refused(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        headers = JSON | {"content-encoding": "gzip"}
        assert (await app.ask("POST", f"/integrations/{KEY}", headers, gzip.compress(ALERT))).status == 200
        bomb = gzip.compress(b"[" + b" " * 100_000_000 + b"]")
        assert len(bomb) < 200_000
        assert (await app.ask("POST", f"/integrations/{KEY}", headers, bomb)).status == 413
        assert (await app.ask("POST", f"/integrations/{KEY}", headers, ALERT)).status == 400
        assert (await app.ask("POST", f"/integrations/{KEY}", headers, gzip.compress(ALERT)[:-9])).status == 400
        other = JSON | {"content-encoding": "br"}
        assert (await app.ask("POST", f"/integrations/{KEY}", other, zlib.compress(ALERT))).status == 415


async def test_gzip_may_come_in_several_members_and_padded(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        headers = JSON | {"content-encoding": "gzip"}
        pieces = [gzip.compress(ALERT[:20]), gzip.compress(b""), gzip.compress(ALERT[20:])]
        target = f"/integrations/{KEY}"
        assert (await app.ask("POST", target, headers, b"".join(pieces) + b"\0\0")).status == 200
        assert await app.rows(COUNT) == [(1,)]
        assert (await app.ask("POST", target, headers, b"".join(pieces) + b"x")).status == 400
        assert (await app.ask("POST", target, headers, gzip.compress(b" " * 3_000_000) * 2)).status == 413
        assert (await app.ask("POST", target, headers, gzip.compress(b"") * 1000)).status == 400


async def test_a_body_in_pieces_is_put_together(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        pieces = [ALERT[:5], ALERT[5:20], ALERT[20:]]
        assert (await app.ask("POST", f"/integrations/{KEY}", JSON, pieces=pieces)).status == 200
        assert await app.rows(COUNT) == [(1,)]


async def test_a_body_that_never_ends_meets_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "BODY_DEADLINE", 0.05)
    with pytest.raises(asgi.BodyRefused) as refused:
        await read_body(_dripping(), cap=1000, declared=None, encoding="")
    assert refused.value.status == 408


def _dripping() -> Receive:
    async def receive() -> Any:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    return receive


async def test_a_client_that_goes_away_is_not_answered(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": f"/integrations/{KEY}", "headers": []}
        await app.app(scope, receive, send)
        assert sent == []


# Many at once, and trouble below


async def test_requests_that_wait_together_are_all_answered_after_their_commit(db: Database) -> None:
    async with alert_app(db, EVERY) as app:

        async def post(n: int) -> int:
            body = json.dumps([{"labels": {"alertname": "A", "n": str(n % 20)}}]).encode()
            return (await app.ask("POST", f"/integrations/{KEY}", JSON, body)).status

        assert set(await asyncio.gather(*[post(n) for n in range(50)])) == {200}
        assert await app.rows(COUNT) == [(20,)]
        payloads = await app.rows("select payload from job where kind = 'alerts.group'")
        assert sorted(id for (payload,) in payloads for id in payload["alert_ids"]) == sorted(
            id for (id,) in await app.rows("select id from alert")
        )


@pytest.mark.parametrize(
    ("target", "body", "status"),
    [
        (f"/integrations/{KEY}/api/v2/alerts", ALERT, 503),
        ("/integrations/webhook-key", b'{"version": "4", "alerts": [{"labels": {"a": "b"}}]}', 503),
        ("/v2/enqueue", resolve_event(PD_KEY), 429),
    ],
)
async def test_when_too_many_wait_each_client_is_told_what_makes_it_come_back(
    db: Database, monkeypatch: pytest.MonkeyPatch, target: str, body: bytes, status: int
) -> None:
    """Alertmanager drops a webhook on any 4xx (contracts 0.8); PagerDuty's clients wait on 429."""
    monkeypatch.setattr(commit, "WAITING_CAP", 0)
    async with alert_app(db, EVERY) as app:
        said = await app.ask("POST", target, JSON, body)
        assert (said.status, said.headers["retry-after"]) == (status, "5")


async def test_bodies_that_wait_are_bounded_in_bytes_and_one_alone_is_always_taken(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "WAITING_BYTES", len(ALERT) + 1)
    async with alert_app(db, EVERY) as app:
        bodies = [ALERT + b" " * n for n in range(4)]
        posting = [app.ask("POST", f"/integrations/{KEY}", JSON, body) for body in bodies]
        statuses = [said.status for said in await asyncio.gather(*posting)]
        assert statuses == [200, 503, 503, 503]
        assert (await app.ask("POST", f"/integrations/{KEY}", JSON, ALERT + b" " * 1000)).status == 200


async def test_an_error_over_one_request_fails_no_other_that_waits_with_it(db: Database) -> None:
    """No refusal of a value: a fault of our own. Its client is asked to come again, the good alerts are kept."""
    async with alert_app(db, EVERY) as app:
        await app.execute("alter table alert add constraint of_this_test check (title <> 'Poison')")

        async def post(names: list[str]) -> Said:
            body = json.dumps([{"labels": {"alertname": name}} for name in names]).encode()
            return await app.ask("POST", f"/integrations/{KEY}", JSON, body)

        wanted = [["A0"], ["A1", "Poison", "A2"], *[[f"B{n}"] for n in range(6)]]
        said = await asyncio.gather(*[post(names) for names in wanted])
        assert [each.status for each in said] == [200, 503, *[200] * 6]
        assert "1 of 3 alerts could not be stored" in said[1].json()["message"]
        assert await app.rows(COUNT) == [(9,)]


@pytest.mark.parametrize("code", ["54000", "54001"])
async def test_a_value_that_is_too_much_for_the_database_holds_up_nobody(db: Database, code: str) -> None:
    """PostgreSQL has this in the class of its own troubles; tried again, the whole batch would wait for nothing."""
    raises = "create function judge(text) returns bool language plpgsql as"
    async with alert_app(db, EVERY) as app:
        await app.execute(f"{raises} $$begin if $1 = 'Deep' then raise sqlstate '{code}'; end if; return true; end$$")
        await app.execute("alter table alert add constraint of_this_test check (judge(title))")
        body = json.dumps([{"labels": {"alertname": name}} for name in ("A", "Deep", "B")]).encode()
        said = await app.ask("POST", f"/integrations/{KEY}", JSON, body)
        assert (said.status, said.json()["message"]) == (400, "1 alerts of this request could not be stored")
        assert await app.rows(COUNT) == [(2,)]


async def test_a_request_in_which_nothing_can_be_stored_is_not_tried_alert_by_alert(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        await app.execute("alter table alert add constraint of_this_test check (title = '')")
        body = json.dumps([{"labels": {"alertname": str(n)}} for n in range(5000)]).encode()
        said = await app.ask("POST", f"/integrations/{KEY}", JSON, body)
        assert said.status == 503
        assert "5000 of 5000" in said.json()["message"]


@pytest.mark.parametrize(
    ("target", "body", "field"),
    [
        ("/integrations/unknown-key", ALERT, "error"),
        ("/integrations/unknown-key/api/v2/alerts", ALERT, "message"),
        ("/v2/enqueue", resolve_event("X" * 32), "message"),
    ],
)
async def test_an_unknown_key_is_not_refused_while_nobody_can_say_whether_it_is_one(
    db: Database, monkeypatch: pytest.MonkeyPatch, target: str, body: bytes, field: str
) -> None:
    monkeypatch.setattr(app_of_ingest, "_LOOK_FOR", 0.2)
    async with alert_app(db, EVERY) as app, db.transaction() as tx:
        await tx.conn.execute("lock table alert_rules_version in access exclusive mode")
        said = await app.ask("POST", target, JSON, body)
        assert (said.status, said.headers["retry-after"]) == (503, "5")
        assert "does not answer" in said.json()[field]


async def test_while_the_database_refuses_requests_wait_and_are_then_told_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_PATIENCE", 0.3)
    async with alert_app(db, EVERY) as app, db.transaction() as tx:
        await tx.conn.execute("lock table alert in access exclusive mode")
        said = await app.ask("POST", f"/integrations/{KEY}", JSON, ALERT)
        assert said.status == 503
        assert "does not answer" in said.json()["message"]


async def test_without_a_database_nothing_is_promised_and_nothing_breaks(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "_PATIENCE", 0.1)
    change = json.dumps({"routing_key": PD_KEY, "payload": {"summary": "deployed"}}).encode()
    async with alert_app(db, EVERY) as app:
        await asyncio.sleep(0.06)
        await app.rows(END_OTHERS)
        await db.close()
        for target, body in [
            (f"/integrations/{KEY}", ALERT),
            ("/integrations/unknown-key", ALERT),
            ("/integrations/unknown-key/api/v2/alerts", ALERT),
            ("/v2/change/enqueue", change),
        ]:
            said = await app.ask("POST", target, JSON, body)
            assert said.status == 503, (target, said)
            assert b"does not answer" in said.body
        for path in ("alerts", "silences", "status"):
            said = await app.ask("GET", f"/integrations/{KEY}/api/v2/{path}")
            assert said.status == (200 if path == "status" else 503), path


async def test_a_broken_connection_is_replaced_and_the_request_still_succeeds(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        assert (await app.ask("POST", f"/integrations/{KEY}", JSON, ALERT)).status == 200
        await app.rows(END_OTHERS)
        body = ALERT.replace(b'"A"', b'"B"')
        assert (await app.ask("POST", f"/integrations/{KEY}", JSON, body)).status == 200
        assert await app.rows(COUNT) == [(2,)]


async def test_what_slips_past_a_parser_spoils_only_itself(db: Database) -> None:
    """The database is the last judge: an alert that it refuses is found by halving, the others are kept."""
    async with alert_app(db, EVERY) as app:
        found = app.book.find_integration(KEY)
        assert found is not None
        labels = [{"alertname": f"A{n}"} for n in range(6)]
        signals = [Signal(identity=identity_of(each), says=Says.FIRING, labels=each, title="A") for each in labels]
        signals[3] = msgspec.structs.replace(signals[3], summary="\0")
        group = commit.GroupCommit(db, app.book)
        group.open()
        assert await group.submit(arrivals_of(found, signals)) == 1
        await group.close()
        assert await app.rows(COUNT) == [(5,)]


async def test_what_waits_is_committed_before_the_server_ends(db: Database) -> None:
    async with alert_app(db, EVERY) as app:
        posting = [asyncio.create_task(app.ask("POST", f"/integrations/{KEY}", JSON, ALERT)) for _ in range(20)]
        await asyncio.sleep(0)
        await app.commit.close()
        assert {(await each).status for each in posting} == {200}


def test_addresses() -> None:
    assert address_of("POST", "/enqueue") == Address("pagerduty", None)
    assert address_of("POST", "/x/v2/change/enqueue") == Address("pagerduty-change", None)
    assert address_of("POST", "/integrations/k/api/v2/alerts") == Address("prometheus", "k")
    assert address_of("POST", "/integrations/k") == Address("", "k")
    assert address_of("POST", "/api/v2/alerts/groups") is None
    assert address_of("HEAD", "/heartbeat/k/start/") == Address("heartbeat", "k", "start")
    assert address_of("GET", "/api/v2/alerts") is None


async def test_change_events_are_kept_with_the_service_of_their_integration(db: Database) -> None:
    async with alert_app(db, [integration("pd", "pagerduty", PD_KEY, service="checkout")]) as app:
        payload = {"summary": "deployed 42", "source": "ci", "timestamp": "2026-03-02T09:00:00Z"}
        event = {"routing_key": PD_KEY, "payload": payload}
        said = await ask(app.app, "POST", "/v2/change/enqueue", JSON, json.dumps(event).encode())
        assert said.status == 202
        rows = await app.rows("select topic, sentence, data ->> 'changed_at' from ledger where kind = 'ChangeReported'")
        assert rows == [("service/checkout", "Change reported by ci: deployed 42", "2026-03-02T09:00:00Z")]
