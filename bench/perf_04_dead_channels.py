"""PERF-4 with ten channels of which two are dead (REL-7): the first byte of a page at each of the eight others.

The person who is paged has ten ways, all at once. By two nothing arrives: a server that takes the request and never
answers, and a port on which nobody listens. Beside it, in the same run, the same without these two.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from tests.support.programs import free_port

from bench.perf_04_first_byte import KEY, SECONDS, in_beat, load, percentile, posting, tocsin
from bench.report import Row, print_rows

PER_SECOND = 5
GOAL_MS = 50.0
WARM_UP = 4
SETTLES = 30

ALIVE = {
    "webhook": ("http://{host}/webhook", b""),
    "ntfy": ("http://{host}/ntfy/alice", b'{"id":"sPs71M8A2T","time":1,"event":"message","topic":"alice"}'),
    "gotify": ("http://:s3cret@{host}/gotify", b'{"id":25,"appid":5,"message":"m","priority":10}'),
    "slack": ("http://{host}/slack/s3cret", b"ok"),
    "mattermost": ("http://{host}/mattermost/s3cret", b"ok"),
    "discord": ("http://{host}/discord/1/s3cret", b'{"id":"1442","type":0,"content":"x"}'),
    "teams": ("http://{host}/teams/s3cret", b""),
    "google-chat": ("http://{host}/google-chat/s3cret", b'{"name":"spaces/AAAA/messages/BBBB","text":""}'),
}
"""The address of each kind and what its server answers; the first part of the path names the kind."""

CONFIG = """
organisation: {name: Bench, severity_profile: sre}
users:
  - name: alice
    email: alice@example.com
    role: admin
    contacts: [CONTACTS]
    notify: {high: [RULES], low: [RULES]}
escalation_policies:
  - {name: bench, steps: [{notify: ["user:alice"], wait: 30m}]}
services:
  - {name: paged, escalation_policy: bench}
  - {name: background}
integrations:
  - {name: bench, type: prometheus, key: "KEY"}
routes:
  - {match: ['severity="critical"'], service: paged, severity: SEV-1, group_by: [alertname]}
default_route: {service: background}
"""


class Receivers:
    """All that live behind one port: when the first byte of each mark came by each kind."""

    def __init__(self) -> None:
        self.arrived: dict[tuple[str, str], float] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while first := await reader.read(1):
                at = asyncio.get_running_loop().time()
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1]) if length else 0)
                kind = (first + head).split(b"/", 2)[1].split(b" ")[0].decode()
                for mark in re.findall(rb"mark\d+x", first + head + body):
                    self.arrived.setdefault((mark.decode(), kind), at)
                answer = ALIVE[kind][1]
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()


async def take_and_say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that hangs: it reads, and lets every sender wait until they give up."""
    try:
        while await reader.read(65_536):
            pass
    except (ConnectionError, asyncio.CancelledError):
        return
    finally:
        writer.close()


@asynccontextmanager
async def receiving(receivers: Receivers, port: int, silent_port: int) -> AsyncGenerator[None]:
    alive = await asyncio.start_server(receivers.serve, "127.0.0.1", port)
    silent = await asyncio.start_server(take_and_say_nothing, "127.0.0.1", silent_port)
    async with alive, silent:
        yield


async def measure(receivers: Receivers, url: str, seconds: float, first: int) -> list[float]:
    """Milliseconds of each marked alert at each of the eight, ascending."""
    written: dict[str, float] = {}
    starts = datetime.now(UTC).isoformat()
    async with posting(url, f"Bearer {KEY}") as poster:
        async for number in in_beat(PER_SECOND, seconds):
            mark = f"mark{first + number}x"
            labels = {"alertname": mark, "severity": "critical", "job": "bench"}
            written[mark] = await poster.post(
                [{"labels": labels, "annotations": {"summary": mark}, "startsAt": starts}]
            )
    wanted = {(mark, kind) for mark in written for kind in ALIVE}
    for _ in range(SETTLES * 10):
        if wanted <= receivers.arrived.keys():
            break
        await asyncio.sleep(0.1)
    missing = wanted - receivers.arrived.keys()
    assert not missing, f"{len(missing)} of {len(wanted)} pages did not arrive, such as {min(missing)}"
    return sorted((receivers.arrived[mark, kind] - written[mark]) * 1000 for mark, kind in wanted)


async def loaded(receivers: Receivers, url: str, port: int, silent_port: int) -> list[float]:
    """While 500 other alerts a second come in."""
    async with receiving(receivers, port, silent_port):
        await measure(receivers, url, WARM_UP, 0)
        background = asyncio.create_task(load(url, f"Bearer {KEY}", SECONDS + 4))
        await asyncio.sleep(2)
        found = await measure(receivers, url, SECONDS, 1_000_000)
        await background
    return found


def config(port: int, dead: dict[str, str]) -> str:
    addresses = {kind: address.format(host=f"127.0.0.1:{port}") for kind, (address, _) in ALIVE.items()} | dead
    contacts = ", ".join(f'{{{kind}: "{address}"}}' for kind, address in addresses.items())
    rules = ", ".join(f"{{{kind}: 0m}}" for kind in addresses)
    return CONFIG.replace("CONTACTS", contacts).replace("RULES", rules).replace("KEY", KEY)


def times(*, with_dead: bool) -> list[float]:
    port, silent_port = free_port(), free_port()
    dead = {"matrix": f"http://:s3cret@127.0.0.1:{silent_port}/!room:example.com", "email": "alice@example.com"}
    nobody = f"smtp://127.0.0.1:{free_port()}"
    with tocsin("", config(port, dead if with_dead else {}), TOCSIN_SMTP_URL=nobody) as url:
        return asyncio.run(loaded(Receivers(), url, port, silent_port))


def run() -> list[Row]:
    ours, without = times(with_dead=True), times(with_dead=False)
    worst = percentile(ours, 99)
    return [
        Row(
            id="PERF-4",
            what=f"alert sent → first byte at each of ten channels but two dead ones, {PER_SECOND} incidents/s, "
            "beside 500 alerts/s",
            figure=_figure(ours),
            baseline="the same with the eight that live",
            baseline_figure=_figure(without),
            ratio=f"{worst / percentile(without, 99):.1f} × (p99)",
            goal=f"p99 < {GOAL_MS:.0f} ms",
            met=worst < GOAL_MS,
        )
    ]


def _figure(of: list[float]) -> str:
    return f"p50 {percentile(of, 50):.1f} ms, p99 {percentile(of, 99):.1f} ms, longest {of[-1]:.0f} ms of {len(of)}"


if __name__ == "__main__":
    print_rows(run())
