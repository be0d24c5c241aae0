"""`tocsin oncall`: who is on call. What else is asked about schedules is a command below it, in its own module."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.cli.verbs import (
    oncall_calendars,
    oncall_check,
    oncall_gaps,
    oncall_handoff,
    oncall_ics,
    oncall_load,
    oncall_proof,
    oncall_ready,
)
from tocsin.surfaces.wire import oncall as wire

app = verb(
    "oncall",
    "Who is on call, why, and until when: in every schedule or in one, now or at another time.",
    "tocsin oncall",
    "tocsin oncall payments-primary --at 2026-12-24T20:00",
    "tocsin oncall check",
    "tocsin oncall gaps payments-primary --days 30",
    "tocsin oncall load --team payments --month 2026-11",
    "tocsin oncall proof payments-primary",
    "tocsin oncall ics",
)
app.command(oncall_check.check, name="check")
app.command(oncall_gaps.gaps, name="gaps")
app.command(oncall_load.load, name="load")
app.command(oncall_handoff.handoff, name="handoff")
app.command(oncall_ready.ready, name="ready")
app.command(oncall_proof.proof, name="proof")
app.command(oncall_ics.app, name="ics")
app.command(oncall_calendars.calendars, name="calendars")


@app.command(name="now")
@app.default
def now(
    *words: Annotated[str, Parameter(name="SCHEDULE", help="A schedule's name; without one, all of them.")],
    at: Annotated[str | None, Parameter(help="At this instant, on your clock: 18:00 or 2026-12-24T20:00.")] = None,
    json: Json = False,
) -> None:
    """Say who is on call, also in a schedule that bears the name of a command."""
    asked = instant(at, output.now(), field="--at").isoformat() if at else None
    if len(words) > 1:
        raise WrongUsage("Name one schedule, or none for all of them.", "See: tocsin oncall --help")
    raw = Client().get("/oncall", schedule=words[0] if words else None, at=asked)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.OnCallList)
    if not found.schedules:
        return output.say(
            "There is no schedule yet. Write one under schedules in your configuration: tocsin apply -f FILE"
        )
    blocks = [_asked_at(found)] if at else []
    blocks += [block(each, found.at if at else output.now()) for each in found.schedules]
    if any(each.unproven for each in found.schedules):
        blocks.append(Text("Whether a page reaches them, way by way: tocsin oncall proof", style="dim"))
    return output.show(*blocks)


def _asked_at(found: wire.OnCallList) -> Text:
    """The instant that is answered for, on the reader's clock, and on that of the schedule where it is only one."""
    here = found.at.astimezone()
    line = Text(f"At {here:%a} {here.day} {here:%b %Y %H:%M %Z}", style="dim")
    there = found.at.astimezone(ZoneInfo(found.schedules[0].time_zone))
    if len(found.schedules) == 1 and there.utcoffset() != here.utcoffset():
        line.append(f", {there:%a %H:%M %Z} there")
    return line


def block(told: wire.OnCall, at: datetime) -> Text:
    """Who and until when, why, who is next, and of whom of them nobody knows whether a page would wake them; in the
    schedule's own time zone."""
    zone = ZoneInfo(told.time_zone)
    who = names(told.users) if told.users else Text("nobody", style="bold red")
    lines = [Text.assemble((output.line(told.schedule), "bold"), "  ", who)]
    if told.until is not None:
        lines[0].append(f" until {times.day_and_clock(told.until, at, zone)} {told.until.astimezone(zone):%Z}")
    lines.append(Text(f"  {output.line(told.reason)}", style="dim"))
    if told.next is not None:
        then = times.day_and_clock(told.next.starts_at, at, zone)
        lines.append(Text.assemble(("  then ", "dim"), *_gap(told, at, zone), names(told.next.users)))
        lines[-1].append(f" from {then}", style="dim")
    for each in told.unproven:
        lines.append(Text(f"  unproven: {output.line(each.sentence)}", style="bold red"))
    return Text("\n").join(lines)


def _gap(told: wire.OnCall, at: datetime, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Nothing, where the next take over at once."""
    if told.gap_at is None:
        return ()
    return ("nobody", "bold yellow"), (f" from {times.day_and_clock(told.gap_at, at, zone)}, and ", "dim")


def names(users: Sequence[str]) -> Text:
    return Text(", ").join(Text(f"@{output.line(name)}") for name in users)


main = runner(app)
