"""A recorded session of Debian's amtool, request by request, and who may do what with which key."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.alert_app import KEY, AlertApp, alert_app, integration
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.accounts.sign_in import create_token
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

SESSION = json.loads(Path("src/tocsin/integrations/sources/prometheus/fixtures/amtool_0.25.json").read_text())[
    "requests"
]
OTHER = "another-key-0123456789"
JSON = {"content-type": "application/json"}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 20, 15, 33, tzinfo=UTC))


@pytest.fixture
async def app(db: Database) -> AsyncIterator[AlertApp]:
    integrations = [integration("prometheus", "prometheus", KEY), integration("other", "prometheus", OTHER)]
    routes = [{"match": ["severity=critical"], "service": "x", "group_by": ["alertname"], "continue": True}]
    async with alert_app(db, integrations, routes, {"service": "x"}) as opened:
        yield opened


async def test_every_request_of_the_session_gets_the_status_it_needs(app: AlertApp, clock: VirtualClock) -> None:
    ids: dict[str, str] = {}
    for request in SESSION:
        clock.set(max(clock.now(), datetime.fromtimestamp(request["ts"], UTC)))
        target = _with_ids(request["target"].removeprefix("/amtool"), ids)
        body = _with_ids(json.dumps(request["body_json"]), ids) if request.get("body_json") is not None else ""
        headers = [
            (name, value) for name, value in request["headers"] if name not in ("Authorization", "Content-Length")
        ]
        said = await app.ask(request["method"], f"/integrations/{KEY}{target}", headers, body.encode())
        recorded = request["response"]
        if target.endswith("/notauuid"):  # the recorder said 404, Alertmanager itself 422 (contracts 1.1)
            assert said.status == 422
            continue
        assert said.status == recorded["status"], (request["method"], target, said)
        if "silenceID" in (recorded["body"] or {}):
            ids[recorded["body"]["silenceID"]] = said.json()["silenceID"]


def _with_ids(text: str, ids: dict[str, str]) -> str:
    for theirs, ours in ids.items():
        text = text.replace(theirs, ours)
    return text


def silence(clock: VirtualClock, **changed: Any) -> bytes:
    fields = {
        "matchers": [{"name": "alertname", "value": "A", "isRegex": False}],
        "startsAt": clock.now().isoformat(),
        "endsAt": (clock.now() + timedelta(hours=2)).isoformat(),
        "createdBy": "alice",
        "comment": "c",
    }
    return json.dumps(fields | changed).encode()


async def test_without_a_key_nothing_is_told(app: AlertApp, clock: VirtualClock) -> None:
    for method, path in [
        ("GET", "/api/v2/alerts"),
        ("GET", "/api/v2/status"),
        ("GET", "/api/v2/nope"),
        ("POST", "/api/v2/silences"),
        ("DELETE", "/api/v2/silence/11111111-1111-1111-1111-111111111111"),
    ]:
        said = await app.ask(method, path, JSON, silence(clock) if method == "POST" else b"")
        assert said.status == 401, path
        assert "Basic password or Bearer token" in said.json()["message"]


async def test_health_needs_no_key_and_has_any_prefix(app: AlertApp) -> None:
    for path in ("/-/healthy", "/-/ready", "/prom/-/ready"):
        assert (await app.ask("GET", path)).body == b"OK"
    assert (await app.ask("HEAD", "/-/healthy")).status == 200


async def test_a_slash_at_the_end_is_as_good_as_none(app: AlertApp) -> None:
    """Alertmanager 0.25 takes both (measured)."""
    for path in ("alerts", "alerts/groups", "receivers", "silences", "status"):
        assert (await app.ask("GET", f"/integrations/{KEY}/api/v2/{path}/")).status == 200, path


async def test_a_key_sees_and_silences_only_its_own_integration(app: AlertApp, clock: VirtualClock) -> None:
    alert = json.dumps([{"labels": {"alertname": "A"}}]).encode()
    for key in (KEY, OTHER):
        assert (await app.ask("POST", f"/integrations/{key}/api/v2/alerts", JSON, alert)).status == 200
    said = await app.ask("POST", f"/integrations/{KEY}/api/v2/silences", JSON, silence(clock))
    silence_id = said.json()["silenceID"]
    (own,) = (await app.ask("GET", f"/integrations/{KEY}/api/v2/alerts")).json()
    (other,) = (await app.ask("GET", f"/integrations/{OTHER}/api/v2/alerts")).json()
    assert (own["status"]["state"], own["status"]["silencedBy"]) == ("suppressed", [silence_id])
    assert other["status"]["state"] == "active"
    assert (await app.ask("GET", f"/integrations/{OTHER}/api/v2/silences")).json() == []
    assert (await app.ask("GET", f"/integrations/{OTHER}/api/v2/silence/{silence_id}")).status == 404
    assert (await app.ask("DELETE", f"/integrations/{OTHER}/api/v2/silence/{silence_id}")).status == 404


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.RESPONDER, 200)])
async def test_a_person_reads_everything_and_silences_from_responder_on(
    app: AlertApp, db: Database, clock: VirtualClock, role: Role, status: int
) -> None:
    alert = json.dumps([{"labels": {"alertname": "A"}}]).encode()
    for key in (KEY, OTHER):
        await app.ask("POST", f"/integrations/{key}/api/v2/alerts", JSON, alert)
    token = {"authorization": f"Bearer {await token_of(db, role)}"}
    assert len((await app.ask("GET", "/api/v2/alerts", token)).json()) == 2
    said = await app.ask("POST", "/api/v2/silences", token | JSON, silence(clock))
    assert said.status == status
    if status == 200:
        shown = (await app.ask("GET", "/api/v2/alerts?silenced=false", token)).json()
        assert shown == []


async def token_of(db: Database, role: Role) -> str:
    async with db.transaction() as tx:
        user = await upsert_user(tx, UserDraft(name="alice", email=None, role=role), managed_by=None, actor="tests")
        return (await create_token(tx, user, "laptop", actor="tests")).secret


def posted(**changed: Any) -> bytes:
    matcher = {"name": "a", "value": "b", "isRegex": False} | changed.pop("matcher", {})
    at = "2026-11-21T00:00:00Z"
    fields = {"comment": "c", "createdBy": "a", "startsAt": at, "endsAt": "2026-11-22T00:00:00Z", "matchers": [matcher]}
    return json.dumps(fields | changed).encode()


HOSTILE = [
    (b"", 422),
    (b"{", 400),
    (b"[]", 400),
    (b"[" * 100_000, 400),
    (posted(comment="\0"), 400),
    (posted(comment=5), 400),
    (posted(matchers="y"), 422),
    (posted(matchers=[5]), 422),
    (posted(endsAt="soon"), 400),
    (posted(endsAt="0001-01-01T00:00:00Z"), 400),
    (posted(matcher={"name": "a-b"}), 400),
    (posted(matcher={"isRegex": "no"}), 400),
    (posted(matcher={"isRegex": True, "value": "x" * 5000}), 400),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE)
async def test_a_hostile_silence_is_a_clear_4xx(app: AlertApp, body: bytes, status: int) -> None:
    said = await app.ask("POST", f"/integrations/{KEY}/api/v2/silences", JSON, body)
    assert said.status == status
    assert said.body


async def test_the_configuration_is_one_that_amtool_can_read(app: AlertApp) -> None:
    original = (await app.ask("GET", f"/integrations/{KEY}/api/v2/status")).json()["config"]["original"]
    assert original == (
        'route:\n  receiver: x\n  routes:\n  - receiver: x\n    matchers:\n    - severity="critical"\n'
        "    group_by:\n    - alertname\n    continue: true\nreceivers:\n- name: none\n- name: x\n"
    )
