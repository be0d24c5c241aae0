"""Sends spans to a collector by OTLP over HTTP, as OpenTelemetry's library makes and gathers them (MET-6).

Only who has a collector imports this: the libraries cost a start something. The sending is our own client's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

import msgspec
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed
from tocsin.kernel.tracing import HANDED_ON, Attribute, Part, Span, followed_by

PATIENCE = 15.0
"""Seconds for one batch, longer than the client's own."""
_KINDS: Mapping[Part, SpanKind] = {
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "consumer": SpanKind.CONSUMER,
    "internal": SpanKind.INTERNAL,
}
_PROPAGATOR = TraceContextTextMapPropagator()
_log = logging.getLogger(__name__)


class Collector(msgspec.Struct, frozen=True):
    """Where spans go: `/v1/traces` below `endpoint`."""

    endpoint: str
    headers: Mapping[str, str]


@asynccontextmanager
async def exporting(http: GuardedHttp, collector: Collector, about: Mapping[str, str]) -> AsyncGenerator[None]:
    """Follows this process; what is still here at the end is sent then. `about` are attributes of the process."""
    exporter = _Exporter(http, collector, asyncio.get_running_loop())
    provider = TracerProvider(resource=Resource.create(dict(about)), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        with followed_by(_Tracer(provider)):
            yield
    finally:
        await asyncio.to_thread(provider.shutdown)  # its thread waits for this loop to send


class _Exporter(SpanExporter):
    """Called by the thread that gathers; sends in the loop of the client."""

    def __init__(self, http: GuardedHttp, collector: Collector, loop: asyncio.AbstractEventLoop) -> None:
        self._http = http
        self._url = f"{collector.endpoint}/v1/traces"
        self._headers = {"Content-Type": "application/x-protobuf", **collector.headers}
        self._loop = loop
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        sending = self._send(encode_spans(spans).SerializeToString())
        trouble = asyncio.run_coroutine_threadsafe(sending, self._loop).result(PATIENCE)
        if trouble and not self._is_away:
            _log.warning("traces are lost until the collector takes them again: %s", trouble)
        self._is_away = bool(trouble)
        return SpanExportResult.FAILURE if trouble else SpanExportResult.SUCCESS

    async def _send(self, body: bytes) -> str:
        """What went wrong; empty: nothing."""
        try:
            answer = await self._http.request("POST", self._url, headers=self._headers, body=body)
        except SendFailed as failed:
            return str(failed)
        return "" if answer.status < 300 else f"it answers {answer.status}"

    def shutdown(self) -> None:
        """The client belongs to whoever opened it."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is kept here."""
        return True


class _Tracer:
    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("tocsin")

    @contextmanager
    def span(self, name: str, part: Part, parents: Sequence[str], about: Mapping[str, Attribute]) -> Generator[Span]:
        """The first parent is continued, the others are linked to."""
        contexts = [_PROPAGATOR.extract({HANDED_ON: parent}) for parent in parents]
        with self._tracer.start_as_current_span(
            name,
            context=contexts[0] if contexts else None,
            kind=_KINDS[part],
            attributes=about,
            links=[Link(trace.get_current_span(each).get_span_context()) for each in contexts[1:]],
            record_exception=False,  # its words may hold what must not leave this house
            set_status_on_exception=False,
        ) as started:
            span = _Span(started)
            try:
                yield span
            except BaseException as error:
                span.fail(type(error).__name__)
                raise

    def current(self) -> str | None:
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier.get(HANDED_ON)

    def happened(self, name: str, about: Mapping[str, Attribute]) -> None:
        trace.get_current_span().add_event(name, about)


class _Span:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def say(self, name: str, value: Attribute) -> None:
        self._span.set_attribute(name, value)

    def fail(self, why: str) -> None:
        self._span.set_status(Status(StatusCode.ERROR, why))
