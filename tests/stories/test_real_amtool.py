"""Debian's amtool and PyPI's pdpyras, unmodified, against a running Tocsin (ALR-1)."""

import json
import subprocess
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
inhibitions:
  - {{source: ['alertname="ClusterDown"'], target: ['severity="warning"'], equal: [cluster]}}
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


def in_hours(hours: float) -> str:
    return f"{datetime.now(UTC) + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def silence(tocsin: Tocsin, *matchers: str, **options: str) -> str:
    """Adds one and returns its id."""
    wanted = {"author": "alice", "comment": "of this test", **options}
    return amtool(tocsin, "silence", "add", *[f"--{name}={value}" for name, value in wanted.items()], *matchers).strip()


def ids(tocsin: Tocsin, *arguments: str) -> set[str]:
    return set(amtool(tocsin, "silence", "query", "-q", *arguments).split())


def test_silences_are_found_by_state_author_time_and_matchers(tocsin: Tocsin) -> None:
    soon = silence(tocsin, "app=soon", "zone=~eu.*", duration="10m", author="bob")
    late = silence(tocsin, "app=late", duration="5h")
    pending = silence(tocsin, "app=pending", start=in_hours(1), end=in_hours(2))
    try:
        assert ids(tocsin) == {soon, late, pending}
        assert ids(tocsin, "--created-by=bob") == {soon}
        assert ids(tocsin, "--within=30m") == {soon}
        assert ids(tocsin, "app=late") == {late}
        assert ids(tocsin, "zone=~eu.*") == {soon}
        assert ids(tocsin, "zone=eu-1") == set()
        states = {each["id"]: each["status"]["state"] for each in shown(tocsin, "silence", "query")}
        assert states == {soon: "active", late: "active", pending: "pending"}
        for form in ("simple", "extended"):
            assert "alice" in amtool(tocsin, "silence", "query", "-o", form)
    finally:
        amtool(tocsin, "silence", "expire", soon, late, pending)
    assert ids(tocsin) == set()
    assert {soon, late, pending} <= ids(tocsin, "--expired")


def test_an_active_silence_is_changed_in_place_and_an_ended_one_becomes_another(tocsin: Tocsin) -> None:
    made = silence(tocsin, "app=changing", duration="1h")
    assert [each["id"] for each in shown(tocsin, "silence", "update", "-d", "3h", "-c", "longer", made)] == [made]
    (changed,) = shown(tocsin, "silence", "query", "app=changing")
    assert (changed["comment"], changed["createdBy"]) == ("longer", "alice")
    assert datetime.fromisoformat(changed["endsAt"]) > datetime.now(UTC) + timedelta(hours=2)
    (moved,) = [
        each["id"]
        for each in shown(tocsin, "silence", "update", f"--start={in_hours(1)}", f"--end={in_hours(2)}", made)
    ]
    assert moved != made
    assert {each["id"] for each in shown(tocsin, "silence", "query", "app=changing")} == {moved}
    amtool(tocsin, "silence", "expire", moved)
    amtool(tocsin, "silence", "expire", moved)  # once more does no harm
    amtool(tocsin, "silence", "expire", "00000000-0000-0000-0000-000000000000", status=1)


def test_silences_of_another_alertmanager_are_imported(tocsin: Tocsin, tmp_path: Path) -> None:
    exported = tmp_path / "silences.json"
    foreign = [
        {
            "id": f"11111111-1111-4111-8111-{number:012}",
            "status": {"state": "active"},
            "updatedAt": in_hours(-1),
            "comment": f"imported {number}",
            "createdBy": "carol",
            "startsAt": in_hours(-1),
            "endsAt": in_hours(2),
            "matchers": [{"name": "app", "value": f"imported-{number}", "isRegex": False, "isEqual": True}],
        }
        for number in range(20)
    ]
    exported.write_text(json.dumps(foreign))
    amtool(tocsin, "silence", "import", str(exported))
    found = shown(tocsin, "silence", "query", "--created-by=carol")
    assert {each["comment"] for each in found} == {f"imported {number}" for number in range(20)}
    exported.write_text(json.dumps(found))
    amtool(tocsin, "silence", "import", str(exported))
    assert len(ids(tocsin, "--created-by=carol")) == 20
    amtool(tocsin, "silence", "import", "--force", str(exported))
    assert len(ids(tocsin, "--created-by=carol")) == 40
    amtool(tocsin, "silence", "expire", *ids(tocsin, "--created-by=carol"))


def test_alerts_are_shown_by_receiver_and_by_what_mutes_them(tocsin: Tocsin) -> None:
    times = [f"--start={in_hours(-1)}", f"--end={in_hours(1)}", "--generator-url=http://prometheus.example/graph"]
    amtool(tocsin, "alert", "add", "alertname=ClusterDown", "cluster=c9", *times)
    eventually("the cause fires", lambda: bool(shown(tocsin, "alert", "query", "alertname=ClusterDown")))
    amtool(tocsin, "alert", "add", "alertname=PodDown", "cluster=c9", "severity=warning", *times)
    assert shown(tocsin, "alert", "query", "alertname=PodDown") == []
    (inhibited,) = shown(tocsin, "alert", "query", "--inhibited", "alertname=PodDown")
    (cause,) = shown(tocsin, "alert", "query", "--active", "cluster=c9")
    assert inhibited["status"]["inhibitedBy"] == [cause["fingerprint"]]
    assert cause["generatorURL"] == "http://prometheus.example/graph"
    assert shown(tocsin, "alert", "query", "--receiver=check.*", "alertname=ClusterDown")
    assert not shown(tocsin, "alert", "query", "--receiver=nobody", "alertname=ClusterDown")
    for form in ("simple", "extended"):
        assert "ClusterDown" in amtool(tocsin, "alert", "query", "-o", form)
    amtool(tocsin, "alert", "add", "alertname=ClusterDown", "cluster=c9", times[0], f"--end={in_hours(-0.1)}")
    assert [each["labels"]["alertname"] for each in shown(tocsin, "alert", "query", "cluster=c9")] == ["PodDown"]


def test_the_configuration_that_is_shown_can_be_checked(tocsin: Tocsin, tmp_path: Path) -> None:
    original = tmp_path / "alertmanager.yml"
    original.write_text(amtool(tocsin, "config", "show"))
    assert "SUCCESS" in amtool(tocsin, "check-config", str(original))
    amtool(tocsin, "config", "routes", "test", "--verify.receivers=checkout", "severity=critical")
    amtool(tocsin, "config", "routes", "test", "--verify.receivers=elsewhere", "severity=critical", status=1)
    assert "checkout" in amtool(tocsin, "config", "routes", "test", "--tree", "severity=critical")


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
