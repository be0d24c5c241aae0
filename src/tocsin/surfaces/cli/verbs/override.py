"""`tocsin override`: put somebody on call for a while, whatever the rotation says."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import ending, instant
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.cli.shifts import Anyway, span, zone_of
from tocsin.surfaces.wire import overrides as wire
from tocsin.surfaces.wire.accounts import Me

app = verb(
    "override",
    "Put somebody on call for a while: pages, lists, calendars and feeds follow at once, and whoever loses or gains a\n"
    "shift is told. You may always take over yourself; leads and managers may put others on call.",
    "tocsin override payments-primary --for 2h",
    "tocsin override payments-primary --user bob --from 2026-12-24T18:00 --to 2026-12-26T09:00 --why holidays",
    "tocsin override payments-primary --user eve --for 7d --shadow",
    "tocsin override list",
    "tocsin override end 17",
)


@app.default
def override(
    schedule: Annotated[str, Parameter(name="SCHEDULE", help="In which schedule.")],
    /,
    *,
    user: Annotated[str | None, Parameter(help="Who is on call; without it: you.")] = None,
    begins: Annotated[
        str | None, Parameter(name="--from", help="18:00 or 2026-12-24T18:00, on the schedule's clock; else now.")
    ] = None,
    until: Annotated[str | None, Parameter(name="--to", help="09:00 or 2026-12-26T09:00.")] = None,
    lasts: Annotated[str | None, Parameter(name="--for", help="Instead of --to, how long: 30m, 2h, 7d.")] = None,
    layer: Annotated[str | None, Parameter(help="Take over only what this layer says.")] = None,
    instead_of: Annotated[str | None, Parameter(help="Take over only from this person; the others stay.")] = None,
    beside: Annotated[bool, Parameter(help="Beside whoever is on call, instead of in their place.")] = False,
    shadow: Annotated[bool, Parameter(help="Only shown beside them, and not paged: to learn.")] = False,
    why: Annotated[str, Parameter(help="Why; those who are told read it.")] = "",
    anyway: Anyway = None,
    json: Json = False,
) -> None:
    """Put somebody on call for a while."""
    if beside and shadow:
        raise WrongUsage("Somebody is beside the others or a shadow.", "Leave out one of them.", field="--shadow")
    now, client = output.now(), Client()
    zone = zone_of(client, schedule) if begins or until else None
    starts_at = instant(begins, now, field="--from", zone=zone) if begins else None
    request = wire.OverrideRequest(
        schedule=schedule,
        user=user or output.read(client.get("/me"), Me).name,
        starts_at=starts_at,
        ends_at=ending(until, lasts, starts_at or now, zone),
        part="shadow" if shadow else "beside" if beside else "instead",
        layer=layer,
        instead_of=instead_of,
        reason=why,
        anyway=anyway,
    )
    raw = client.post("/overrides", request)
    if json:
        return output.print_json(raw)
    made = output.read(raw, wire.Override)
    output.say(*_who(made), f" {span(made.starts_at, made.ends_at, now, made.time_zone)}.")
    return output.say((f"  End it before with: tocsin override end {made.id}", "dim"))


@app.command(name="list")
def list_overrides(
    schedule: Annotated[str | None, Parameter(name="SCHEDULE", help="Only of this schedule.")] = None,
    /,
    *,
    json: Json = False,
) -> None:
    """List the overrides that are under way or to come."""
    raw = Client().get("/overrides", schedule=schedule)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.OverrideList).overrides
    if not found:
        return output.say("There is no override: everybody is on call as the rotations say.")
    return output.show(*(_block(each) for each in found))


@app.command
def end(
    number: Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")],
    /,
    *,
    anyway: Anyway = None,
    json: Json = False,
) -> None:
    """End an override: one under way ends now, one to come is taken back."""
    asked = "" if anyway is None else f"?anyway={segment(anyway)}"
    raw = Client().delete(f"/overrides/{number}{asked}")
    if json:
        return output.print_json(raw)
    gone = output.read(raw, wire.Override)
    return output.say(f"Ended: {output.line(gone.schedule)} is as the rotation and other overrides say.")


def _who(told: wire.Override) -> tuple[str | Text | tuple[str, str], ...]:
    """`@bob is on call in payments-primary instead of @alice`."""
    where = (
        output.line(told.schedule)
        if told.layer is None
        else f"{output.line(told.layer)} of {output.line(told.schedule)}"
    )
    how = {
        "shadow": f" is a shadow in {where}",
        "beside": f" is on call in {where}, beside whoever else is,",
    }.get(told.part, f" is on call in {where}")
    whom = f" instead of @{output.line(told.instead_of)}" if told.instead_of is not None else ""
    return (f"@{output.line(told.user)}", "bold"), f"{how}{whom}"


def _block(told: wire.Override) -> Text:
    """Two lines: who, where and when; its number, and who made it, why."""
    by = f"in {told.managed_by}" if told.managed_by else told.created_by
    why = f"{output.line(told.reason)} " if told.reason else ""
    agreed = f", swap {told.swap_id}" if told.swap_id is not None else ""
    return Text.assemble(
        *_who(told),
        f" {span(told.starts_at, told.ends_at, output.now(), told.time_zone)}",
        (f"\n  {told.id}  {why}({output.line(by)}{agreed})", "dim"),
    )


main = runner(app)
