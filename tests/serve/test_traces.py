"""A page can be followed from the alert's sender to the mail server, across the processes that it passes (MET-6)."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.support.sinks import HttpSink, SmtpSink, answers
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.kernel import tracing
from tocsin.kernel.ledger_months import make_months
from tocsin.main.web import open_web
from tocsin.main.worker import open_worker
from tocsin.reactions import REACTIONS
from tocsin.settings import Settings, load
from tocsin.surfaces.traced import shown_path

KEY = "prometheus-key-0123456789"
TRACE, SENDER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
OFFICE = f"""
organisation: {{name: Example, time_zone: UTC}}
users: [{{name: alice, email: alice@example.com}}]
escalation_policies: [{{name: calm, steps: [{{notify: ["user:alice"], wait: 30m}}]}}]
services: [{{name: checkout, escalation_policy: calm}}]
integrations: [{{name: prometheus, type: prometheus, key: {KEY}}}]
default_route: {{service: checkout, severity: SEV-2}}
"""
ALERT = [{"labels": {"alertname": "Down", "severity": "critical"}, "startsAt": "2026-03-02T10:00:00Z"}]


async def configure(dsn: str) -> None:
    async with Database(dsn, reactions=REACTIONS) as db, db.transaction() as tx:
        await make_months(tx)
        await apply(tx, load_texts({"office.yaml": OFFICE}, {}), by="tocsin", unconfigured={})


async def page_alice(settings: Settings, dsn: str, post: SmtpSink, headers: Mapping[str, str]) -> None:
    """From the alert until the mail is there and what followed has ended."""
    async with open_web(settings, dsn) as web, open_worker(settings, dsn) as worker:
        running = asyncio.create_task(worker.run())
        transport = httpx.ASGITransport(web.app)  # pyright: ignore[reportArgumentType]  # httpx names the same values otherwise
        async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as sender:
            sent = await sender.post(f"/integrations/{KEY}/api/v2/alerts", json=ALERT, headers=dict(headers))
        assert sent.status_code == 200
        await post.inbox.receives()
        worker.stop()
        await running
        await web.end_streams()


def spans_of(collector: HttpSink) -> dict[str, Span]:
    """By name, of the trace that the sender began."""
    found: dict[str, Span] = {}
    for request in collector.inbox.forget():
        assert (request.method, request.path) == ("POST", "/v1/traces")
        assert request.headers["authorization"] == "Bearer t o"
        assert KEY.encode() not in request.body
        exported = ExportTraceServiceRequest.FromString(request.body)
        for resource in exported.resource_spans:
            about = {each.key: each.value.string_value for each in resource.resource.attributes}
            assert about["service.name"] == "tocsin"
            own = [span for scope in resource.scope_spans for span in scope.spans if span.trace_id.hex() == TRACE]
            found |= {span.name: span for span in own}
    return found


def settings_of(tmp_path: Path, post: SmtpSink, **environment: str) -> Settings:
    own = {
        "TOCSIN_DATA_DIR": str(tmp_path),
        "TOCSIN_SECRET_KEY": bytes(32).hex(),
        "TOCSIN_SMTP_URL": post.url,
    }
    return load(own | environment, {})


async def test_an_alert_is_followed_to_the_mail(dsn: str, tmp_path: Path) -> None:
    await configure(dsn)
    with HttpSink() as collector, SmtpSink() as post:
        settings = settings_of(
            tmp_path,
            post,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20t%20o",
        )
        await page_alice(settings, dsn, post, {"traceparent": f"00-{TRACE}-{SENDER}-01"})
        spans = spans_of(collector)
    way = ["POST /integrations", "store alerts", "alerts.group", "deliver.email", "send email"]
    assert set(way) <= spans.keys()
    parents = {span.span_id.hex(): name for name, span in spans.items()} | {SENDER: "the sender"}
    assert [parents[spans[name].parent_span_id.hex()] for name in way] == ["the sender", *way[:-1]]
    declared = {each.name: each.attributes[0].value.string_value for each in spans["alerts.group"].events}
    assert declared["IncidentDeclared"].startswith("incident/")
    about = {each.key: each.value.string_value for each in spans["send email"].attributes}
    assert about["tocsin.topic"] == declared["IncidentDeclared"]
    assert (
        about["tocsin.delivery_id"]
        == {each.key: each.value.string_value for each in spans["deliver.email"].attributes}["tocsin.delivery_id"]
    )
    assert all(span.status.code != Status.STATUS_CODE_ERROR for span in spans.values())
    assert tracing.current() is None


async def test_a_collector_that_is_away_holds_nothing_up(
    dsn: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await configure(dsn)
    with HttpSink(answers(503)) as collector, SmtpSink() as post:
        settings = settings_of(tmp_path, post, TOCSIN_OTLP_ENDPOINT=collector.url)
        await page_alice(settings, dsn, post, {})
        assert collector.inbox.forget()
    assert "traces are lost until the collector takes them again: it answers 503" in caplog.text


async def test_nobody_follows_without_a_collector(dsn: str, tmp_path: Path) -> None:
    await configure(dsn)
    with SmtpSink() as post:
        await page_alice(settings_of(tmp_path, post), dsn, post, {"traceparent": f"00-{TRACE}-{SENDER}-01"})
    async with Database(dsn) as db, db.connection() as conn:
        cursor = await conn.execute("SELECT payload FROM job")
        assert TRACE not in json.dumps(await cursor.fetchall())


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/integrations/{KEY}/api/v2/alerts", "/integrations"),
        ("/ack/a-token", "/ack"),
        ("/api/v1/incidents/INC-1/ack", "/api/v1/incidents"),
        ("/", "/"),
    ],
)
def test_no_secret_of_an_address_is_shown(path: str, shown: str) -> None:
    assert shown_path(path) == shown
