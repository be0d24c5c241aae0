"""Writing a recorded history as lines of JSON, page by page, in the order in which things happened."""

import heapq
import sys
from collections.abc import Iterator

import msgspec

from tocsin.simulation.model import Did, Heard, Recorded
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.wire.history import HistoryPage


def export_history(since: str, until: str | None) -> None:
    """To standard output; the alerts are never all in memory."""
    now = output.now()
    times = {"since": instant(since, now, field="--since").isoformat()}
    if until is not None:
        times["until"] = instant(until, now, field="--until").isoformat()
    client = Client()
    first = output.read(client.get("/history", **times), HistoryPage)
    deeds: list[Did] = first.deeds
    encode = msgspec.json.Encoder().encode
    # At the same instant the alert comes first: nobody answers before they are called.
    merged: Iterator[Recorded] = heapq.merge(_alerts(client, first, times), deeds, key=lambda each: each.at)
    for each in merged:
        sys.stdout.write(encode(each).decode() + "\n")


def _alerts(client: Client, page: HistoryPage, times: dict[str, str]) -> Iterator[Heard]:
    while True:
        yield from sorted(page.alerts, key=lambda each: each.at)
        if page.next_cursor is None:
            return
        page = output.read(client.get("/history", cursor=page.next_cursor, **times), HistoryPage)
