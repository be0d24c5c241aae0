"""`tocsin heartbeat`: what is expected to say that it is alive, and whether it does."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import heartbeats as wire

STYLE = {"up": "green", "running": "green", "late": "yellow", "missed": "bold red", "failed": "bold red"}

app = verb(
    "heartbeat",
    "Heartbeats (dead man's switches): when each was last heard, and when its silence becomes an alert.",
    "tocsin heartbeat",
    "tocsin heartbeat list --json",
)


@app.default
@app.command(name="list")
def list_heartbeats(*, json: Json = False) -> None:
    """List heartbeats, by name."""
    raw = Client().get("/heartbeats")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.HeartbeatList).heartbeats
    if not found:
        return output.say("There is no heartbeat yet. Write an integration of `type: heartbeat`: tocsin apply -f FILE")
    return output.show(output.table(("name", "state", "every", "last heard", "alert at"), _rows(found), flexible=0))


def _rows(found: Sequence[wire.Heartbeat]) -> list[tuple[str | Text, ...]]:
    now = output.now()
    return [
        (
            Text(output.line(each.name), style="bold"),
            Text(each.state, style=STYLE.get(each.state, "")),
            each.every,
            _clock(each.last_ping_at, now, "never"),
            "fires now" if each.missed_at or each.failed_at else _clock(each.due_at, now, "–"),
        )
        for each in found
    ]


def _clock(at: datetime | None, now: datetime, without: str) -> str:
    return times.clock(at, now) if at is not None else without


main = runner(app)
