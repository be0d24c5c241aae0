"""ALR-6: a storm of 64 alerts in each of 1 000 requests, all with one cause, through the real intake and worker.

In its midst another critical alert: how long until its page is at a webhook; and how many messages the storm itself
causes. Alertmanager takes the same storm in one group, and the other alert in another.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.support.programs import free_port

from bench.perf_04_first_byte import KEY, Poster, Receiver, alertmanager, posting, receiving, tocsin
from bench.report import Row, print_rows

REQUESTS = int(os.environ.get("BENCH_STORM_REQUESTS", "1000"))
ALERTS = 64
CONNECTIONS = 16
MARKS = [f"mark-{number}-x" for number in range(5)]
WARM_UP = "mark-9-x"
SETTLES = 20.0
GOAL_SECONDS, GOAL_MESSAGES = 5.0, 3


@dataclass(frozen=True)
class Storm:
    """`seconds` from the sending of each other alert to its page, the longest; `messages` about the storm itself."""

    seconds: float
    messages: int
    lasted: float


def one_request(number: int, starts: str) -> list[dict[str, object]]:
    return [
        {
            "labels": {"alertname": "Storm", "severity": "critical", "instance": f"{number}-{each}"},
            "annotations": {"summary": "The network is gone."},
            "startsAt": starts,
        }
        for each in range(ALERTS)
    ]


async def alone(poster: Poster, receiver: Receiver, starts: str) -> None:
    """One alert on the idle program, until its page is there: what a start costs is not measured here."""
    await poster.post([{"labels": {"alertname": WARM_UP, "severity": "critical"}, "startsAt": starts}])
    for _ in range(300):
        if WARM_UP in receiver.arrived:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the page of a single alert has not arrived")


async def blow(posters: Sequence[Poster], receiver: Receiver) -> Storm:
    """Over all connections at once; the other alerts come one after the other while it lasts."""
    starts = datetime.now(UTC).isoformat()
    numbers = iter(range(REQUESTS))
    loop = asyncio.get_running_loop()
    await alone(posters[0], receiver, starts)

    async def send(poster: Poster) -> None:
        for number in numbers:
            await poster.post(one_request(number, starts))

    began = loop.time()
    storm = asyncio.gather(*[send(poster) for poster in posters[1:]])
    written: dict[str, float] = {}
    for mark in MARKS:
        await asyncio.sleep(0.5)
        labels = {"alertname": mark, "severity": "critical"}
        other: dict[str, object] = {"labels": labels, "annotations": {"summary": mark}, "startsAt": starts}
        written[mark] = await posters[0].post([other])
    await storm
    lasted = loop.time() - began
    await asyncio.sleep(SETTLES)
    missing = written.keys() - receiver.arrived.keys()
    assert not missing, f"the pages of {sorted(missing)} have not arrived"
    longest = max(receiver.arrived[mark] - at for mark, at in written.items())
    return Storm(longest, receiver.taken - len(MARKS) - 1, lasted)


async def measure(receiver: Receiver, url: str, authorization: str) -> Storm:
    async with receiving(receiver):
        opened = [posting(url, authorization) for _ in range(CONNECTIONS + 1)]
        posters = [await each.__aenter__() for each in opened]
        try:
            return await blow(posters, receiver)
        finally:
            for each in opened:
                await each.__aexit__(None, None, None)


def run() -> list[Row]:
    theirs_receiver, ours_receiver = Receiver(free_port()), Receiver(free_port())
    with alertmanager(f"http://127.0.0.1:{theirs_receiver.port}/hook") as url:
        theirs = asyncio.run(measure(theirs_receiver, url, ""))
    with tocsin(f"http://127.0.0.1:{ours_receiver.port}/hook") as url:
        ours = asyncio.run(measure(ours_receiver, url, f"Bearer {KEY}"))
    return [
        Row(
            id="ALR-6",
            what=f"storm of {REQUESTS * ALERTS} alerts with one cause: the page of another critical alert, "
            "and messages about the storm",
            figure=_figure(ours),
            baseline="Alertmanager 0.25, group_wait 0s (in memory)",
            baseline_figure=_figure(theirs),
            ratio=f"{ours.seconds / theirs.seconds:.1f} ×",
            goal=f"< {GOAL_SECONDS:.0f} s, at most {GOAL_MESSAGES} messages a person in five minutes",
            met=ours.seconds < GOAL_SECONDS and ours.messages <= GOAL_MESSAGES,
        )
    ]


def _figure(storm: Storm) -> str:
    return f"{storm.seconds:.2f} s at the longest, {storm.messages} messages; taken in {storm.lasted:.1f} s"


if __name__ == "__main__":
    print_rows(run())
