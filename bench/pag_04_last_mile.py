"""PAG-4: how long the page that a message leads to takes on a phone, from the tap until it can be acknowledged.

Chromium as a phone on slow 3G: 400 ms to and fro, 400 kbit/s, a quarter of this machine's speed, nothing kept from
before. Usable: the first thing is painted, and the document is whole – there is no script to wait for.
"""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ViewportSize, async_playwright
from tests.support.programs import free_port

from bench.perf_04_first_byte import KEY, percentile, posting, tocsin
from bench.report import Row, print_rows

TAPS = 20
GOAL = 2.0
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
SLOWER = 4
PHONE = ViewportSize(width=390, height=844)

READY = """() => new Promise(done => {
    const ready = () => performance.getEntriesByName("first-contentful-paint").length
        ? done(Math.max(performance.getEntriesByName("first-contentful-paint")[0].startTime,
                        performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd) / 1000)
        : setTimeout(ready, 20);
    ready();
})"""


@asynccontextmanager
async def answering(port: int, bodies: asyncio.Queue[dict[str, Any]]) -> AsyncGenerator[None]:
    """A webhook that keeps what it is sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        bodies.put_nowait(json.loads(await reader.readexactly(int(length[1]) if length else 0)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


async def link_of_page(url: str, port: int) -> str:
    """Where the message of a page leads, on the server at `url`."""
    bodies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    async with answering(port, bodies), posting(url, f"Bearer {KEY}") as poster:
        labels = {"alertname": "CheckoutDown", "severity": "critical", "job": "bench"}
        about = {"summary": "Checkout answers 500 for a third of all orders."}
        await poster.post([{"labels": labels, "annotations": about, "startsAt": datetime.now(UTC).isoformat()}])
        body = await asyncio.wait_for(bodies.get(), 30)
    return f"{origin(url)}{urlsplit(_link_in(body)).path}"


def _link_in(body: dict[str, Any]) -> str:
    found = re.search(r'https?://[^"]+/ack/[^"]+', json.dumps(body))
    assert found, body
    return found[0]


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def taps(browser: Browser, link: str) -> list[float]:
    """Seconds of each, ascending; every one from a browser that knows nothing yet."""
    return sorted([await tap(browser, link) for _ in range(TAPS)])


async def tap(browser: Browser, link: str) -> float:
    context = await browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=3)
    try:
        page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        await devtools.send("Network.enable")
        await devtools.send("Network.emulateNetworkConditions", SLOW_3G)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        answer = await page.goto(link)
        assert answer is not None
        assert answer.status == 200, answer.status
        return float(await page.evaluate(READY))
    finally:
        await context.close()


async def measure(url: str, port: int) -> tuple[list[float], list[float]]:
    link = await link_of_page(url, port)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell"), args=["--no-sandbox"]
        )
        try:
            return await taps(browser, link), await taps(browser, f"{origin(url)}/healthz")
        finally:
            await browser.close()


def run() -> list[Row]:
    port = free_port()
    with tocsin(f"http://127.0.0.1:{port}/hook") as url:
        ours, least = asyncio.run(measure(url, port))
    worst = percentile(ours, 95)
    return [
        Row(
            id="PAG-4",
            what="tap on a message → the page that acknowledges can be used; slow 3G, slow phone, nothing cached",
            figure=_figure(ours),
            baseline="a line of text of the same server",
            baseline_figure=_figure(least),
            ratio=f"{worst / percentile(least, 95):.1f} × (p95)",
            goal=f"p95 < {GOAL:.0f} s",
            met=worst < GOAL,
        )
    ]


def _figure(of: list[float]) -> str:
    return f"p50 {percentile(of, 50):.2f} s, p95 {percentile(of, 95):.2f} s of {len(of)}"


if __name__ == "__main__":
    print_rows(run())
