"""PERF-4: from the request that brings a new alert to the first byte of the page at a webhook on loopback.

The incidents are of the worst level, whose pages are never held to be bundled with others (PAG-9).
Measured from the moment the request is written, so intake, grouping, the incident, the escalation and the send are all
in it. Idle, and while 500 other alerts a second come in; Alertmanager with `group_wait: 0s` does both beside it.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.programs import free_port, running

from bench.report import Row, print_rows
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db import embedded
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.db.migrate import migrate
from tocsin.reactions import REACTIONS
from tocsin.settings import Settings, with_secret_key

KEY = "bench-0123456789abcdef0123456789abcdef"
SECONDS = int(os.environ.get("BENCH_SECONDS", "20"))
PER_SECOND = 20
LOAD_REQUESTS, LOAD_ALERTS = 50, 10
WARM_UP = 40
GOALS_MS = {"idle": 25.0, "loaded": 50.0}

CONFIG = """
organisation: {{name: Bench, severity_profile: sre}}
users:
  - name: alice
    email: alice@example.com
    role: admin
    contacts: [{{webhook: "{hook}"}}]
    notify: {{high: [{{webhook: 0m}}], low: [{{webhook: 0m}}]}}
escalation_policies:
  - {{name: bench, steps: [{{notify: ["user:alice"], wait: 30m}}]}}
services:
  - {{name: paged, escalation_policy: bench}}
  - {{name: background}}
integrations:
  - {{name: bench, type: prometheus, key: "{key}"}}
routes:
  - {{match: ['severity="critical"'], service: paged, severity: SEV-1, group_by: [alertname]}}
default_route: {{service: background}}
"""

ALERTMANAGER = """
route:
  receiver: nobody
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  routes: [{{matchers: ['severity="critical"'], receiver: hook}}]
receivers:
  - {{name: nobody}}
  - {{name: hook, webhook_configs: [{{url: "{hook}"}}]}}
"""


@dataclass
class Receiver:
    """A webhook that notes when the first byte of each request was there, by the mark in its body."""

    port: int = 0
    arrived: dict[str, float] = field(default_factory=dict[str, float])
    taken: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while first := await reader.read(1):
                at = asyncio.get_running_loop().time()
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                body = first + head + await reader.readexactly(int(length[1]) if length else 0)
                self.taken += 1
                for mark in re.findall(rb"mark-\d+-x", body):
                    self.arrived.setdefault(mark.decode(), at)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()


class Poster:
    """One kept connection to the intake; `post` returns when the request was accepted."""

    def __init__(self, url: str, authorization: str) -> None:
        self._parts = urlsplit(url)
        self._authorization = f"Authorization: {authorization}\r\n" if authorization else ""

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)

    async def post(self, alerts: list[dict[str, object]]) -> float:
        """The instant at which the request was written."""
        body = json.dumps(alerts).encode()
        head = (
            f"POST {self._parts.path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\n{self._authorization}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        written = asyncio.get_running_loop().time()
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        assert answer.split(b" ", 2)[1] == b"200", answer
        length = re.search(rb"content-length: *(\d+)", answer, re.IGNORECASE)
        await self._reader.readexactly(int(length[1]) if length else 0)
        return written

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncGenerator[None]:
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", receiver.port)
    async with server:
        yield


@asynccontextmanager
async def posting(url: str, authorization: str) -> AsyncGenerator[Poster]:
    poster = Poster(url, authorization)
    await poster.open()
    try:
        yield poster
    finally:
        poster.close()


async def in_beat(per_second: int, seconds: float) -> AsyncGenerator[int]:
    """Numbers at even distances, whatever the work between them takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(began + number / per_second - loop.time(), 0))
        yield number


async def load(url: str, authorization: str, seconds: float) -> None:
    """500 alerts a second that page nobody: all new, of ten groups."""
    starts = datetime.now(UTC).isoformat()
    async with posting(url, authorization) as poster:
        async for number in in_beat(LOAD_REQUESTS, seconds):
            alerts = [
                {
                    "labels": {"alertname": f"Background{i}", "instance": f"{starts}-{number}", "severity": "warning"},
                    "annotations": {"summary": "Something is slow."},
                    "startsAt": starts,
                }
                for i in range(LOAD_ALERTS)
            ]
            await poster.post(alerts)


async def measure(receiver: Receiver, url: str, authorization: str, seconds: float, first: int) -> list[float]:
    """Milliseconds of each marked alert, ascending."""
    written: dict[str, float] = {}
    starts = datetime.now(UTC).isoformat()
    async with posting(url, authorization) as poster:
        async for number in in_beat(PER_SECOND, seconds):
            mark = f"mark-{first + number}-x"
            labels = {"alertname": mark, "severity": "critical", "job": "bench"}
            alert = {"labels": labels, "annotations": {"summary": mark}, "startsAt": starts}
            written[mark] = await poster.post([alert])
    for _ in range(100):
        if written.keys() <= receiver.arrived.keys():
            break
        await asyncio.sleep(0.1)
    missing = written.keys() - receiver.arrived.keys()
    assert not missing, f"{len(missing)} of {len(written)} pages did not arrive, such as {min(missing)}"
    return sorted((receiver.arrived[mark] - at) * 1000 for mark, at in written.items())


async def both(receiver: Receiver, url: str, authorization: str) -> dict[str, list[float]]:
    async with receiving(receiver):
        await measure(receiver, url, authorization, WARM_UP / PER_SECOND, 0)
        idle = await measure(receiver, url, authorization, SECONDS, 1_000_000)
        background = asyncio.create_task(load(url, authorization, SECONDS + 4))
        await asyncio.sleep(2)
        loaded = await measure(receiver, url, authorization, SECONDS, 2_000_000)
        await background
    return {"idle": idle, "loaded": loaded}


@contextmanager
def tocsin(hook: str, config: str | None = None, **settings: str) -> Iterator[str]:
    """Web and worker over a PostgreSQL of their own, `synchronous_commit = on`."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        data = Path(name)
        data.chmod(0o755)
        postgres = embedded.start(data / "data")
        try:
            migrate(postgres.dsn, datetime.now(UTC))
            text = config or CONFIG.format(hook=hook, key=KEY)
            asyncio.run(configure(postgres.dsn, text, with_secret_key(Settings(data_dir=data / "data"))))
            url = f"http://127.0.0.1:{free_port()}"
            environment = {
                "TOCSIN_DATA_DIR": str(data / "data"),
                "TOCSIN_DATABASE_URL": postgres.dsn,
                "TOCSIN_LISTEN": urlsplit(url).netloc,
                "TOCSIN_ALLOWED_NETWORKS": "127.0.0.0/8",
                "TOCSIN_LOG_LEVEL": "warning",
                **settings,
            }
            command = [sys.executable, "-m", "tocsin"]
            web = running([*command, "web"], log=data / "web.log", ready_url=f"{url}/healthz", environment=environment)
            with web, running([*command, "worker"], log=data / "worker.log", environment=environment):
                yield f"{url}/api/v2/alerts"
        finally:
            postgres.stop()


async def configure(dsn: str, text: str, settings: Settings) -> None:
    document = load_texts({"tocsin.yaml": text}, {})
    keyring = keyring_of(settings)
    async with Database(dsn, reactions=REACTIONS, keyring=keyring) as db, db.transaction() as tx:
        await apply(tx, document, by="@bench", unconfigured={})


@contextmanager
def alertmanager(hook: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        data = Path(name)
        (data / "am.yml").write_text(ALERTMANAGER.format(hook=hook))
        url = f"http://127.0.0.1:{free_port()}"
        command = [
            "prometheus-alertmanager",
            f"--config.file={data / 'am.yml'}",
            f"--storage.path={data}",
            f"--web.listen-address={urlsplit(url).netloc}",
            "--cluster.listen-address=",
            "--log.level=error",
        ]
        with running(command, log=data / "am.log", ready_url=f"{url}/-/ready"):
            yield f"{url}/api/v2/alerts"


def percentile(of: list[float], percent: float) -> float:
    return of[min(len(of) - 1, int(len(of) * percent / 100))]


def run() -> list[Row]:
    theirs_receiver, ours_receiver = Receiver(free_port()), Receiver(free_port())
    with alertmanager(f"http://127.0.0.1:{theirs_receiver.port}/hook") as url:
        theirs = asyncio.run(both(theirs_receiver, url, ""))
    with tocsin(f"http://127.0.0.1:{ours_receiver.port}/hook") as url:
        ours = asyncio.run(both(ours_receiver, url, f"Bearer {KEY}"))
    return [_row(state, ours[state], theirs[state]) for state in ("idle", "loaded")]


def _row(state: str, ours: list[float], theirs: list[float]) -> Row:
    when = "idle" if state == "idle" else f"beside {LOAD_REQUESTS * LOAD_ALERTS} alerts/s"
    goal = GOALS_MS[state]
    return Row(
        id="PERF-4",
        what=f"alert sent → first byte of the page at a webhook, {PER_SECOND} incidents/s, {when}",
        figure=_figure(ours),
        baseline="Alertmanager 0.25, group_wait 0s (in memory)",
        baseline_figure=_figure(theirs),
        ratio=f"{percentile(ours, 99) / percentile(theirs, 99):.1f} × (p99)",
        goal=f"p99 < {goal:.0f} ms",
        met=percentile(ours, 99) < goal,
    )


def _figure(of: list[float]) -> str:
    return f"p50 {percentile(of, 50):.1f} ms, p99 {percentile(of, 99):.1f} ms, longest {of[-1]:.0f} ms of {len(of)}"


if __name__ == "__main__":
    print_rows(run())
