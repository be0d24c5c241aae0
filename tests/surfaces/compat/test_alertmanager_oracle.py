"""Every recorded pair of Alertmanager 0.25, asked of us in the recorded order: same status, same body (contracts
1.1).

Where we differ on purpose, `DIFFERS` says why. Instants that the server chose, and ids it made up, are compared by
kind.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.alert_app import KEY, AlertApp, alert_app
from tocsin.accounts.events import AUDIT
from tocsin.accounts.refusals import LINES_PER_CLIENT
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger import list_entries

FIXTURES = Path(__file__).parent / "fixtures"
PAIRS: list[dict[str, Any]] = json.loads((FIXTURES / "oracle_alertmanager_0.25_responses.json").read_text())
PROMETHEUS = Path("src/tocsin/integrations/sources/prometheus/fixtures/prometheus_2.42_post_api_v2_alerts.json")
SENT_BEFORE: list[dict[str, Any]] = json.loads(PROMETHEUS.read_text())["requests"]
RECORDED_AT = datetime(2026, 11, 20, 15, 34, 16, 95_000, tzinfo=UTC)

DIFFERS: dict[str, tuple[int, str]] = {
    "sil_delete_404": (404, "0.25 answers 500; newer versions 404, and an unknown id is no fault of the server"),
}
OWN_WORDS = {"get_status": "the version, the uptime and the configuration are ours"}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 20, 15, 31, tzinfo=UTC))


@pytest.fixture
async def app(db: Database, clock: VirtualClock) -> AsyncIterator[AlertApp]:
    """What the recorded server had been told before: its inhibition, and what Prometheus had sent by then."""
    inhibitions = [{"source": ["severity=critical"], "target": ["severity=warning"], "equal": ["instance"]}]
    routes = [{"match": [], "service": "all", "group_by": ["alertname", "cluster"]}]
    async with alert_app(db, routes=routes, inhibitions=inhibitions) as opened:
        for request in SENT_BEFORE:
            sent_at = datetime.fromtimestamp(request["ts"], UTC)
            if sent_at < RECORDED_AT and request["response"]["status"] == 200:
                clock.set(sent_at)
                body = json.dumps(request["body_json"]).encode()
                said = await opened.ask("POST", f"/integrations/{KEY}/api/v2/alerts", JSON, body)
                assert said.status == 200
        clock.set(RECORDED_AT)
        yield opened


JSON = {"content-type": "application/json"}


async def test_every_recorded_answer(app: AlertApp, clock: VirtualClock) -> None:
    ids: dict[str, str] = {}
    for pair in PAIRS:
        clock.advance(timedelta(milliseconds=1))
        request, expected = pair["request"], pair["response"]
        body = _with_ids(request["body"] or "", ids)
        target = f"/integrations/{KEY}{_with_ids(request['path'], ids)}"
        said = await app.ask(request["method"], target, request["headers"], body.encode())
        status = DIFFERS.get(pair["name"], (expected["status"], ""))[0]
        assert said.status == status, (pair["name"], said)
        _learn_ids(expected["body"], said, ids)
        if pair["name"] not in OWN_WORDS:
            assert _comparable(said.body.decode(), ids) == _comparable(expected["body"], {}), pair["name"]
            _compare_headers(pair["name"], said.headers, dict(expected["headers"]))


def _compare_headers(name: str, ours: dict[str, str], theirs: dict[str, str]) -> None:
    """Content-Type and Allow matter to clients; the rest is the server's own."""
    assert ours.get("allow") == theirs.get("Allow"), name
    if theirs.get("Content-Type"):
        assert ours.get("content-type") == theirs["Content-Type"], name


def _with_ids(text: str, ids: dict[str, str]) -> str:
    for theirs, mine in ids.items():
        text = text.replace(theirs, mine)
    return text


def _learn_ids(expected: str, said: Any, ids: dict[str, str]) -> None:
    if '"silenceID"' in expected and said.status == 200:
        ids[json.loads(expected)["silenceID"]] = said.json()["silenceID"]


def _comparable(body: str, ids: dict[str, str]) -> Any:
    """The body with our ids as theirs, without the server's own instants and without what newer versions have
    more."""
    for theirs, mine in ids.items():
        body = body.replace(mine, theirs)
    try:
        content = json.loads(body)
    except ValueError:
        return body
    if isinstance(content, list):
        content = [_plain(each) for each in content]
    elif isinstance(content, dict):
        content = _plain(content)
    return content, body.endswith("\n")


def _plain(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    plain = {name: value for name, value in item.items() if name not in ("updatedAt", "startsAt", "endsAt")}
    if "matchers" in plain:
        plain.pop("annotations", None)
    if isinstance(plain.get("status"), dict):
        status = {name: value for name, value in plain["status"].items() if name != "mutedBy"}
        if "inhibitedBy" in status:  # Alertmanager names whichever cause it meets first, we name all
            status["inhibitedBy"] = bool(status["inhibitedBy"])
        plain["status"] = status
    if "alerts" in plain:
        # within a group Alertmanager has no order
        plain["alerts"] = sorted((_plain(alert) for alert in plain["alerts"]), key=lambda alert: alert["fingerprint"])
    return plain


async def test_the_status_has_every_field_that_amtool_requires(app: AlertApp) -> None:
    recorded = next(pair for pair in PAIRS if pair["name"] == "get_status")
    theirs = json.loads(recorded["response"]["body"])
    ours = (await app.ask("GET", f"/integrations/{KEY}/api/v2/status")).json()
    assert ours.keys() == theirs.keys()
    assert ours["versionInfo"].keys() == theirs["versionInfo"].keys()
    assert "receiver: all" in ours["config"]["original"]


async def test_every_cause_of_an_inhibited_alert_is_named(app: AlertApp) -> None:
    said = await app.ask("GET", f"/integrations/{KEY}/api/v2/alerts?filter=alertname=SlowPending&filter=path=/a")
    (alert,) = said.json()
    assert sorted(alert["status"]["inhibitedBy"]) == ["55a608ed9d952601", "71468a56866ebba2"]
    assert alert["status"]["state"] == "suppressed"
    assert alert["status"]["mutedBy"] == []


async def test_a_key_that_is_none_of_ours_is_on_the_audit_log_a_flood_in_a_few_lines(
    app: AlertApp, db: Database
) -> None:
    for _ in range(LINES_PER_CLIENT + 10):
        assert (await app.ask("GET", "/api/v2/silences", {"authorization": "Bearer tocsin_forged"}, b"")).status == 401
    async with db.connection() as conn:
        told = [entry for entry in await list_entries(conn, AUDIT) if "not in force" in entry.sentence]
    assert len(told) == LINES_PER_CLIENT
    assert "the Alertmanager API" in told[0].sentence
