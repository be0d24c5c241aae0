"""Debian's amtool and PyPI's pdpyras, unmodified, against a running Tocsin (ALR-1)."""

import json
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgres import open_folder
from tests.support.programs import eventually
from tests.support.tocsin import Tocsin, tocsin_running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says of itself that it is deprecated; it is in use all the same
    import pdpyras

pytestmark = pytest.mark.peers

KEY = "amtool-key-of-this-test-00000001"
ROUTING_KEY = "0123456789abcdef0123456789abcdef"
CONFIGURATION = f"""
organisation: {{name: Example, time_zone: Europe/Berlin, severity_profile: sre}}
users:
  - {{name: alice, email: alice@example.com, role: admin}}
teams:
  - {{name: payments, members: [alice]}}
services:
  - {{name: checkout, team: payments}}
integrations:
  - {{name: amtool, type: prometheus, key: "{KEY}"}}
  - {{name: events, type: pagerduty, key: "{ROUTING_KEY}", service: checkout}}
routes:
  - match: ['severity="critical"']
    service: checkout
    urgency: low
    group_by: [alertname]
default_route: {{service: checkout}}
"""


@pytest.fixture(scope="module")
def tocsin() -> Iterator[Tocsin]:
    with open_folder() as home, tocsin_running(home / "tocsin") as program:
        file = home / "tocsin.yaml"
        file.write_text(CONFIGURATION)
        program.run("apply", "-f", str(file))
        yield program


def amtool(tocsin: Tocsin, *arguments: str, status: int = 0) -> str:
    url = f"--alertmanager.url=http://amtool:{KEY}@{tocsin.address}/any/prefix"
    done = subprocess.run(["amtool", url, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    assert "version" not in done.stderr
    return done.stdout


def shown(tocsin: Tocsin, *arguments: str) -> list[dict[str, Any]]:
    return json.loads(amtool(tocsin, *arguments, "-o", "json"))


def test_alerts_are_added_queried_silenced_and_released(tocsin: Tocsin) -> None:
    amtool(tocsin, "alert", "add", "alertname=DiskFull", "node=bar", "severity=critical", "--annotation=summary=x")
    amtool(tocsin, "alert", "add", "DiskSlow", "node=foo")
    assert {each["labels"]["alertname"] for each in shown(tocsin, "alert", "query")} == {"DiskFull", "DiskSlow"}
    assert [each["labels"]["node"] for each in shown(tocsin, "alert", "query", "severity=critical")] == ["bar"]
    assert [each["labels"]["node"] for each in shown(tocsin, "alert", "query", "alertname=~Disk.*", "node!=bar")] == [
        "foo"
    ]
    silence = amtool(tocsin, "silence", "add", "-a", "alice", "-c", "maint", "-d", "2h", "alertname=DiskFull").strip()
    assert [each["labels"]["alertname"] for each in shown(tocsin, "alert", "query")] == ["DiskSlow"]
    (muted,) = shown(tocsin, "alert", "query", "--silenced")
    assert muted["status"]["silencedBy"] == [silence]
    assert [each["id"] for each in shown(tocsin, "silence", "query")] == [silence]
    updated = amtool(tocsin, "silence", "update", "-d", "4h", silence)
    assert "maint" in updated
    amtool(tocsin, "silence", "expire", silence)
    assert shown(tocsin, "silence", "query") == []
    assert len(shown(tocsin, "alert", "query")) == 2


def test_silences_are_exported_and_imported(tocsin: Tocsin, tmp_path: Path) -> None:
    amtool(tocsin, "silence", "add", "-a", "alice", "-c", "one", "-d", "1h", "node=~web.*", "env!=prod")
    exported = tmp_path / "silences.json"
    exported.write_text(amtool(tocsin, "silence", "query", "-o", "json"))
    amtool(tocsin, "silence", "import", str(exported))
    silences = shown(tocsin, "silence", "query")
    assert {each["comment"] for each in silences} == {"one"}
    amtool(tocsin, "silence", "expire", *[each["id"] for each in silences])


def test_the_routes_are_shown_and_tested(tocsin: Tocsin) -> None:
    tree = amtool(tocsin, "config", "routes", "show")
    assert 'severity="critical"' in tree
    assert amtool(tocsin, "config", "routes", "test", "severity=critical").strip() == "checkout"
    assert "checkout" in amtool(tocsin, "config", "show")
    assert "Status" in amtool(tocsin, "cluster", "show")


def test_a_wrong_key_is_refused_with_a_word(tocsin: Tocsin) -> None:
    url = f"--alertmanager.url=http://amtool:wrong-key-00@{tocsin.address}/"
    done = subprocess.run(["amtool", url, "alert", "add", "A"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "401" in done.stderr or "Unauthorized" in done.stderr or "unexpected" in done.stderr


def test_pdpyras_triggers_acknowledges_and_resolves(tocsin: Tocsin) -> None:
    session = pdpyras.EventsAPISession(ROUTING_KEY)
    session.url = tocsin.url
    key = session.trigger("CPU high", "host1", severity="warning", custom_details={"load": 9.5})
    session.acknowledge(key)
    eventually("the alert is listed", lambda: "CPU high" in tocsin.run("alerts", "--json"))
    session.resolve(key)
    changes = pdpyras.ChangeEventsAPISession(ROUTING_KEY)
    changes.url = tocsin.url
    changes.submit("deployed 42", source="ci")
