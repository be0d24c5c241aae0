"""`tocsin maintenance`: say that a service is worked on, so that it pages nobody meanwhile."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import ending, instant
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import maintenance as wire

STYLE = {"active": "yellow", "planned": "cyan", "over": "dim"}

app = verb(
    "maintenance",
    "Say that services are worked on: their alerts are held and shown, running escalations stop, and at the end what\n"
    "is still wrong is paged.",
    'tocsin maintenance add payments-db --for 2h --reason "minor upgrade"',
    'tocsin maintenance add checkout --from 2026-12-06T02:00 --for 1h --repeat weekly --reason "log rotation"',
    "tocsin maintenance list",
    "tocsin maintenance end payments-db-2026-12-01-2200",
)


@app.command
def add(
    *services: Annotated[str, Parameter(name="SERVICE", help="What is worked on.")],
    reason: Annotated[str, Parameter(help="What is done; whoever wonders tonight will read it.")],
    begins: Annotated[str | None, Parameter(name="--from", help="22:00 or 2026-12-01T22:00; without it: now.")] = None,
    until: Annotated[str | None, Parameter(name="--to", help="02:00 or 2026-12-02T02:00.")] = None,
    lasts: Annotated[str | None, Parameter(name="--for", help="Instead of --to, how long: 30m, 2h, 7d.")] = None,
    repeat: Annotated[
        str | None, Parameter(help="daily, weekly, monthly, or a rule such as FREQ=MONTHLY;BYDAY=1SA.")
    ] = None,
    zone: Annotated[str | None, Parameter(name="--time-zone", help="In which it repeats; the organisation's.")] = None,
    name: Annotated[str | None, Parameter(help="How it is called; made of service and start by default.")] = None,
    json: Json = False,
) -> None:
    """Put services into maintenance, now or later, once or again and again."""
    now = output.now()
    starts_at = instant(begins, now, field="--from") if begins else None
    request = wire.MaintenanceRequest(
        services=list(services),
        starts_at=starts_at,
        ends_at=ending(until, lasts, starts_at or now),
        reason=reason,
        repeat=repeat,
        time_zone=zone,
        name=name,
    )
    raw = Client().post("/maintenance", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Maintenance)
    often = f", {told.repeats}" if told.repeats else ""
    output.say(f"{', '.join(map(output.line, told.services))} in maintenance {_when(told, now)}{often}.")
    more = " --all" if told.repeat else ""
    return output.say((f"  End it before with: tocsin maintenance end {told.name}{more}", "dim"))


@app.command(name="list")
def list_maintenance(*, json: Json = False) -> None:
    """List what is under way, what is planned, and what was over within the last five days."""
    raw = Client().get("/maintenance")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.MaintenanceList).maintenance
    if not found:
        return output.say("Nothing is in maintenance, and nothing is planned.")
    return output.show(*(_block(each, output.now()) for each in found))


@app.command
def end(
    name: Annotated[str, Parameter(name="NAME", help="Its name in the list.")],
    /,
    *,
    whole: Annotated[bool, Parameter(name="--all", help="Also every window that would follow.")] = False,
    json: Json = False,
) -> None:
    """End a maintenance now; what it held and is still wrong is paged at once."""
    raw = Client().delete(f"/maintenance/{segment(name)}" + ("?all=true" if whole else ""))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Maintenance)
    again = f" It begins again {_when(told, output.now())}." if told.state == "planned" else ""
    return output.say(f"Ended: alerts of {', '.join(map(output.line, told.services))} page as usual.{again}")


def _when(told: wire.Maintenance, now: datetime) -> str:
    until = times.clock(told.ends_at, now)
    return f"until {until}" if told.state == "active" else f"from {times.clock(told.starts_at, now)} until {until}"


def _block(told: wire.Maintenance, now: datetime) -> Text:
    """Three lines: its name and state, what is worked on and when, why and who said so."""
    often = f", {told.repeats}" if told.repeats else ""
    by = f"in {told.managed_by}" if told.managed_by else told.set_by
    return Text.assemble(
        (output.line(told.name), "bold"),
        "  ",
        Text(told.state, style=STYLE.get(told.state, "")),
        f"\n  {', '.join(map(output.line, told.services))} {_when(told, now)}{often}",
        (f"\n  {output.line(told.reason)} ({output.line(by)})", "dim"),
    )


main = runner(app)
