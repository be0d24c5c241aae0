"""Debian's Prometheus and Alertmanager, unmodified, with a metric that flips, drive the whole path: alarm, mail,
acknowledgement by the link in the mail, all-clear. Every part is a real program (ALR-1, ALR-4, PAG-4, LIF-8)."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.programs import eventually, free_port, http, running
from tests.support.sinks import Mail, SmtpSink
from tests.support.tocsin import Tocsin, tocsin_running

pytestmark = pytest.mark.peers

CONFIGURATION = """
organisation: {name: Example, time_zone: Europe/Berlin, severity_profile: sre}
users:
  - {name: alice, email: alice@example.com, role: admin}
  - {name: bob, email: bob@example.com, role: responder}
teams:
  - {name: payments, members: [alice, bob]}
schedules:
  - name: primary
    team: payments
    time_zone: Europe/Berlin
    layers:
      - {name: always, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice]}
escalation_policies:
  - name: payments
    steps:
      - {notify: ["schedule:primary"], wait: 5m}
      - {notify: ["user:bob"], wait: 5m}
services:
  - {name: checkout, team: payments, escalation_policy: payments}
integrations:
  - {name: prometheus, type: prometheus, key: "prometheus-key-of-this-test-0001"}
  - {name: alertmanager, type: alertmanager, key: "alertmanager-key-of-this-test-01"}
  - {name: pagerduty-events, type: pagerduty, key: "0123456789abcdef0123456789abcdef", service: checkout}
routes:
  - match: ['severity="critical"']
    service: checkout
    severity: SEV-3
    group_by: [alertname]
    group_window: 5m
default_route: {service: checkout}
"""


class Metric:
    """A toy exporter with one gauge."""

    def __init__(self) -> None:
        self.value = 0
        metric = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = f"# TYPE toy_errors gauge\ntoy_errors {metric.value}\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def metric() -> Iterator[Metric]:
    metric = Metric()
    yield metric
    metric.close()


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def tocsin(tmp_path: Path, sink: SmtpSink) -> Iterator[Tocsin]:
    with tocsin_running(
        tmp_path / "tocsin", TOCSIN_SMTP_URL=sink.url, TOCSIN_MAIL_FROM="tocsin@example.com"
    ) as program:
        file = tmp_path / "tocsin.yaml"
        file.write_text(CONFIGURATION)
        program.run("apply", "-f", str(file))
        yield program


RULES = """
groups:
- name: toy
  rules:
  - alert: HighErrorRate
    expr: toy_errors > 5
    labels: {severity: critical}
    annotations: {summary: "Errors {{ $value }} on {{ $labels.job }}"}
"""


def start_peers(where: Path, tocsin: Tocsin, metric: Metric) -> Iterator[SimpleNamespace]:
    alertmanager_port, prometheus_port = free_port(), free_port()
    target = tocsin.address
    (where / "am.yml").write_text(
        f"""
route: {{receiver: tocsin, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 40s}}
receivers:
- name: tocsin
  webhook_configs:
  - url: 'http://{target}/integrations/alertmanager-key-of-this-test-01'
  pagerduty_configs:
  - {{routing_key: 0123456789abcdef0123456789abcdef, url: 'http://{target}/v2/enqueue', severity: critical}}
"""
    )
    (where / "rules.yml").write_text(RULES)
    (where / "prometheus.yml").write_text(
        f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s, external_labels: {{cluster: c1, replica: a}}}}
rule_files: [rules.yml]
scrape_configs:
- {{job_name: toy, static_configs: [{{targets: ['127.0.0.1:{metric.port}']}}]}}
alerting:
  alert_relabel_configs: [{{action: labeldrop, regex: replica}}]
  alertmanagers:
  - {{static_configs: [{{targets: ['127.0.0.1:{alertmanager_port}']}}]}}
  - path_prefix: /some/prefix
    basic_auth: {{username: prometheus, password: prometheus-key-of-this-test-0001}}
    static_configs: [{{targets: ['{target}']}}]
"""
    )
    alertmanager = running(
        [
            "prometheus-alertmanager",
            f"--config.file={where}/am.yml",
            f"--storage.path={where}/am",
            f"--web.listen-address=127.0.0.1:{alertmanager_port}",
            "--cluster.listen-address=",
        ],
        log=where / "alertmanager.log",
        ready_url=f"http://127.0.0.1:{alertmanager_port}/-/ready",
    )
    prometheus = running(
        [
            "prometheus",
            f"--config.file={where}/prometheus.yml",
            f"--storage.tsdb.path={where}/tsdb",
            f"--web.listen-address=127.0.0.1:{prometheus_port}",
            "--rules.alert.resend-delay=2s",
        ],
        log=where / "prometheus.log",
        ready_url=f"http://127.0.0.1:{prometheus_port}/-/ready",
    )
    with alertmanager, prometheus:
        yield SimpleNamespace(alertmanager=alertmanager_port, prometheus=prometheus_port)


def take_all(sink: SmtpSink) -> list[Mail]:
    taken: list[Mail] = []
    while mail := sink.find():
        taken.append(mail)
    return taken


def incidents(tocsin: Tocsin) -> list[dict[str, object]]:
    return json.loads(tocsin.run("list", "--json"))["incidents"]


def alerts(tocsin: Tocsin) -> list[dict[str, object]]:
    return json.loads(tocsin.run("alerts", "--json"))["alerts"]


def acknowledge_by_link(mail: str) -> str:
    """Press the one button of the page behind the link, as a browser without script does."""
    found = re.search(r"http://127\.0\.0\.1:\d+/ack/[A-Za-z0-9_.~-]+", mail)
    assert found, mail
    link = found.group()
    status, page = http("GET", link)
    assert status == 200
    assert b"<form" in page
    status, _ = http("POST", link, b"", {"Content-Type": "application/x-www-form-urlencoded"})
    assert status in (200, 303)
    return link


def test_prometheus_and_alertmanager_drive_the_whole_path(
    tmp_path: Path, tocsin: Tocsin, sink: SmtpSink, metric: Metric
) -> None:
    for _ in start_peers(tmp_path, tocsin, metric):
        metric.value = 9
        page = eventually("alice is paged by mail", lambda: sink.find(to="alice@example.com", text="HighErrorRate"))
        assert not sink.find(to="bob@example.com"), "bob is on the second step, nobody should have woken him"
        # By Prometheus and by Alertmanager's webhook it is one cause; a PagerDuty event carries no labels to tell.
        eventually("two incidents from three senders", lambda: len(incidents(tocsin)) == 2)
        eventually("all three senders are heard", lambda: len(alerts(tocsin)) == 3)

        acknowledge_by_link(page.text)
        first = re.search(r"INC-\d+", page.subject)
        assert first
        shown = json.loads(tocsin.run("show", first.group(), "--json"))
        assert shown["acknowledged_at"], shown
        for incident in incidents(tocsin):
            if not incident["acknowledged_at"]:
                tocsin.run("ack", str(incident["id"]))

        metric.value = 0
        eventually(
            "every incident is monitoring once its alerts cleared",
            lambda: {i["status"] for i in incidents(tocsin)} == {"monitoring"},
            within=60,
        )
        eventually("alice is told it is over", lambda: sink.find(to="alice@example.com", text="monitoring"))
        story = tocsin.run("explain", first.group())
        assert "alice" in story
        assert "primary" in story
        assert "bob@example.com" not in {address for mail in take_all(sink) for address in mail.receivers}
