"""Whether a process is followed, and by whom (MET-6)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version

from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.http import GuardedHttp
from tocsin.settings import Settings


@asynccontextmanager
async def open_traces(settings: Settings, part: str) -> AsyncGenerator[None]:
    """`part` is web or worker. The collector is the operator's own, so that it may have a private address."""
    otlp = settings.otlp
    if otlp.endpoint is None:
        yield
        return
    from tocsin.kernel.trace_export import Collector, exporting

    about = {"service.name": "tocsin", "service.version": version("tocsin"), "tocsin.part": part}
    async with (
        GuardedHttp(AddressGuard().with_private()) as http,
        exporting(http, Collector(otlp.endpoint, dict(otlp.headers)), about),
    ):
        yield
