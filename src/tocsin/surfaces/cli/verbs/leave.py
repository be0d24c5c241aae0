"""`tocsin leave`: say when you cannot be on call."""

from datetime import UTC
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import on_their_clock
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.shifts import span
from tocsin.surfaces.wire import leave as wire

app = verb(
    "leave",
    "Say when you cannot be on call. It moves no shift: you hear which ones it touches, and find others for them.",
    "tocsin leave add --from 2026-12-24 --to 2027-01-01",
    'tocsin leave add --user bob --from 2026-11-30T12:00 --to 2026-11-30T18:00 --why "dentist"',
    "tocsin leave add --from 2026-12-24 --to 2027-01-01 --ask-cover",
    "tocsin leave list",
    "tocsin leave end 4",
)


@app.command
def add(
    *,
    begins: Annotated[str, Parameter(name="--from", help="2026-12-24 or 2026-11-30T12:00, on their own clock.")],
    until: Annotated[str, Parameter(name="--to", help="The last day, or an instant.")],
    user: Annotated[str | None, Parameter(help="Whose leave it is; without it: yours.")] = None,
    why: Annotated[str, Parameter(help="Read by the person, the leads of their teams and managers only.")] = "",
    ask_cover: Annotated[bool, Parameter(help="Ask the teams at once to take the shifts within it.")] = False,
    json: Json = False,
) -> None:
    """Enter leave, and see which shifts it touches."""
    now = output.now()
    request = wire.LeaveRequest(
        user=user,
        starts_at=on_their_clock(begins, now, field="--from"),
        ends_at=on_their_clock(until, now, field="--to", whole_day=True),
        reason=why,
        ask_cover=ask_cover,
    )
    raw = Client().post("/leave", request)
    if json:
        return output.print_json(raw)
    made = output.read(raw, wire.EnteredLeave)
    output.say((f"@{output.line(made.leave.user)}", "bold"), f" is away {_when(made.leave)}.")
    if not made.shifts:
        return output.say(("  No shift lies within it.", "dim"))
    output.say("  On call within it, until somebody takes over:")
    output.show(*(_shift(each) for each in made.shifts))
    if made.cover:
        return output.say(("  The teams are asked: tocsin cover list", "dim"))
    output.say(("  Ask for cover:", "dim"))
    for each in made.shifts:
        output.say((_ask_for(each, user), "dim"))
    return None


@app.command(name="list")
def list_leave(
    *, user: Annotated[str | None, Parameter(help="Only of this person.")] = None, json: Json = False
) -> None:
    """List who is away, now and later."""
    raw = Client().get("/leave", user=user)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.LeaveList).leave
    if not found:
        return output.say("Nobody has entered leave.")
    return output.show(*(_block(each) for each in found))


@app.command
def end(
    number: Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")], /, *, json: Json = False
) -> None:
    """End leave: under way it ends now, to come it is taken back."""
    raw = Client().delete(f"/leave/{number}")
    if json:
        return output.print_json(raw)
    return output.say(f"Ended: @{output.line(output.read(raw, wire.Leave).user)} can be on call again.")


def _when(told: wire.Leave) -> str:
    now = output.now()
    zone = ZoneInfo(told.time_zone)
    until = f"until {times.clock(told.ends_at, now, zone)} {told.ends_at.astimezone(zone):%Z}"
    return until if told.starts_at <= now else f"from {times.clock(told.starts_at, now, zone)} {until}"


def _block(told: wire.Leave) -> Text:
    by = told.source.replace(":", " ") if told.source != "person" else told.entered_by
    why = f"{output.line(told.reason)} " if told.reason else ""
    return Text.assemble(
        (f"@{output.line(told.user)}", "bold"), f" {_when(told)}", (f"\n  {told.id}  {why}({output.line(by)})", "dim")
    )


def _ask_for(told: wire.TouchedShift, user: str | None) -> str:
    """What asks the team for it, to be copied: one line, however long."""
    hours = f"{told.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}/{told.ends_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    whose = f" --user {user}" if user else ""
    return f"    tocsin cover ask {output.line(told.schedule)} --shift {hours}{whose}"


def _shift(told: wire.TouchedShift) -> Text:
    when = span(told.starts_at, told.ends_at, output.now(), told.time_zone)
    return Text.assemble("    ", (output.line(told.schedule), "bold"), f" {when}")


main = runner(app)
