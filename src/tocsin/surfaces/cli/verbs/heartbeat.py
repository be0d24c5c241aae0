"""`tocsin heartbeat`: what is expected to say that it is alive, and whether it does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import ending
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import heartbeats as wire

Name = Annotated[str, Parameter(name="NAME", help="Its name in the list.")]
STYLE = {
    "up": "green",
    "running": "green",
    "late": "yellow",
    "missed": "bold red",
    "failed": "bold red",
    "paused": "cyan",
}

app = verb(
    "heartbeat",
    "Heartbeats (dead man's switches): when each was last heard, and when its silence becomes an alert.",
    "tocsin heartbeat",
    "tocsin heartbeat list --json",
    'tocsin heartbeat pause nightly-backup --for 8h --reason "new disks"',
    "tocsin heartbeat resume nightly-backup",
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


@app.command
def pause(
    name: Name,
    /,
    *,
    reason: Annotated[str, Parameter(help="What is done; whoever wonders tonight will read it.")],
    until: Annotated[str | None, Parameter(name="--to", help="02:00 or 2026-12-02T02:00.")] = None,
    lasts: Annotated[str | None, Parameter(name="--for", help="Instead of --to, how long: 30m, 2h, 7d.")] = None,
    json: Json = False,
) -> None:
    """Pause a heartbeat: its silence is no alert until then, and what was expected meanwhile is waited for anew."""
    now = output.now()
    wanted = wire.HeartbeatPause(ends_at=ending(until, lasts, now), reason=reason)
    raw = Client().post(f"/heartbeats/{segment(name)}/pause", wanted)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Heartbeat)
    output.say(f"{output.line(told.name)} is not waited for until {_clock(told.paused_until, now, '–')}.")
    return output.say((f"  End it before with: tocsin heartbeat resume {output.line(told.name)}", "dim"))


@app.command
def resume(name: Name, /, *, json: Json = False) -> None:
    """End a pause now."""
    raw = Client().post(f"/heartbeats/{segment(name)}/resume", {})
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Heartbeat)
    when = f"silence is an alert {_clock(told.due_at, output.now(), '')}" if told.due_at else "its first ping starts it"
    return output.say(f"{output.line(told.name)} is waited for again: {when}.")


def _rows(found: Sequence[wire.Heartbeat]) -> list[tuple[str | Text, ...]]:
    now = output.now()
    return [
        (
            Text(output.line(each.name), style="bold"),
            Text(_state(each, now), style=STYLE.get(each.state, "")),
            each.every,
            _clock(each.last_ping_at, now, "never"),
            "fires now" if each.missed_at or each.failed_at else _clock(each.due_at, now, "–"),
        )
        for each in found
    ]


def _state(told: wire.Heartbeat, now: datetime) -> str:
    return f"{told.state} until {times.clock(told.paused_until, now)}" if told.paused_until else told.state


def _clock(at: datetime | None, now: datetime, without: str) -> str:
    return times.clock(at, now) if at is not None else without


main = runner(app)
