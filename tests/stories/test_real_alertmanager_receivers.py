"""Debian's Alertmanager, unmodified, speaks to us as Opsgenie, as a mail server and as a heartbeat: by its own
receivers, with nothing but their addresses changed (ALR-1)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.programs import eventually, free_port, http, running
from tests.support.tocsin import Tocsin, tocsin_running

pytestmark = pytest.mark.peers

OPSGENIE, MAIL, ALIVE = (f"alertmanager-key-of-this-test-{n:03d}" for n in range(3))
CONFIGURATION = f"""
organisation: {{name: Example, time_zone: UTC, severity_profile: sre}}
users: [{{name: alice, email: alice@example.com, role: admin}}]
teams: [{{name: payments, members: [alice]}}]
escalation_policies: [{{name: payments, steps: [{{notify: ["team:payments"], wait: 5m}}]}}]
services: [{{name: checkout, team: payments, escalation_policy: payments}}]
integrations:
  - {{name: opsgenie, type: opsgenie, key: {OPSGENIE}, service: checkout}}
  - {{name: mails, type: email, key: {MAIL}, service: checkout}}
  - {{name: alive, type: heartbeat, key: {ALIVE}, service: checkout, every: 1h}}
default_route: {{service: checkout}}
"""


@pytest.fixture
def inlet() -> int:
    return free_port()


@pytest.fixture
def tocsin(tmp_path: Path, inlet: int) -> Iterator[Tocsin]:
    with tocsin_running(tmp_path / "tocsin", TOCSIN_SMTP_LISTEN=f"127.0.0.1:{inlet}") as program:
        file = tmp_path / "tocsin.yaml"
        file.write_text(CONFIGURATION)
        program.run("apply", "-f", str(file))
        yield program


@pytest.fixture
def alertmanager(tmp_path: Path, tocsin: Tocsin, inlet: int) -> Iterator[str]:
    port = free_port()
    (tmp_path / "am.yml").write_text(
        f"""
route: {{receiver: tocsin, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 1h}}
receivers:
- name: tocsin
  opsgenie_configs:
  - {{api_url: 'http://{tocsin.address}/opsgenie/', api_key: {OPSGENIE}, update_alerts: true, priority: P1}}
  email_configs:
  - to: {MAIL}@alerts.example.com
    from: alertmanager@example.com
    smarthost: 127.0.0.1:{inlet}
    require_tls: false
    send_resolved: true
  webhook_configs:
  - {{url: 'http://{tocsin.address}/heartbeat/{ALIVE}', send_resolved: false}}
"""
    )
    command = [
        "prometheus-alertmanager",
        f"--config.file={tmp_path}/am.yml",
        f"--storage.path={tmp_path}/am",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    with running(command, log=tmp_path / "alertmanager.log", ready_url=f"http://127.0.0.1:{port}/-/ready"):
        yield f"http://127.0.0.1:{port}"


def states(tocsin: Tocsin) -> dict[str, tuple[str, str]]:
    """Title and state of the alerts, by their integration."""
    listed = json.loads(tocsin.run("alerts", "--state", "all", "--json"))["alerts"]
    return {each["integration"]: (each["title"], each["state"]) for each in listed}


def heartbeat(tocsin: Tocsin) -> str:
    (alive,) = json.loads(tocsin.run("heartbeat", "--json"))["heartbeats"]
    return alive["state"]


def test_alertmanager_fires_and_ends_by_each_of_its_receivers(tocsin: Tocsin, alertmanager: str) -> None:
    ends_at = (datetime.now(UTC) + timedelta(seconds=10)).isoformat()
    alert = {"labels": {"alertname": "Disk", "severity": "critical"}, "endsAt": ends_at}
    posted = json.dumps([alert]).encode()
    assert http("POST", f"{alertmanager}/api/v2/alerts", posted, {"Content-Type": "application/json"})[0] == 200
    eventually("all three are heard", lambda: len(states(tocsin)) == 2 and heartbeat(tocsin) == "up")
    fired = states(tocsin)
    assert fired["opsgenie"][0].startswith("[FIRING:1] Disk")
    assert fired["mails"][0].startswith("[FIRING:1] Disk")
    eventually("both have ended", lambda: {state for _, state in states(tocsin).values()} == {"resolved"}, within=60)
