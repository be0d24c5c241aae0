"""`tocsin cover`: ask the team to take a shift, or take one."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.shifts import Anyway, chosen, span, zone_of
from tocsin.surfaces.wire import cover as wire

app = verb(
    "cover",
    "Ask your team to take a shift that you cannot keep: everybody is told, and told again as it comes nearer;\n"
    "whoever takes it first has it.",
    "tocsin cover ask payments-primary --shift 2026-12-24T12:00 --why theatre",
    "tocsin cover ask payments-primary --shift 2026-12-24T18:00/2026-12-25T09:00",
    "tocsin cover list",
    "tocsin cover take 3",
)

Number = Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")]


@app.command
def ask(
    schedule: Annotated[str, Parameter(name="SCHEDULE", help="In which schedule.")],
    /,
    *,
    shift: Annotated[str, Parameter(help="An instant within the shift, or FROM/TO for a part of it.")],
    user: Annotated[str | None, Parameter(help="Whose shift it is; without it: yours.")] = None,
    why: Annotated[str, Parameter(help="Why; those who are asked read it.")] = "",
    json: Json = False,
) -> None:
    """Ask the whole team to take a shift."""
    client = Client()
    hours = chosen(shift, output.now(), zone_of(client, schedule), field="--shift")
    raw = client.post("/cover", wire.CoverRequest(schedule=schedule, shift=hours, user=user, reason=why))
    if json:
        return output.print_json(raw)
    made = output.read(raw, wire.Cover)
    output.show(_block(made))
    return output.say((f"  The team is asked. Take it back with: tocsin cover withdraw {made.id}", "dim"))


@app.command(name="list")
def list_cover(
    *,
    state: Annotated[str, Parameter(help="open, covered, withdrawn or begun.")] = "open",
    json: Json = False,
) -> None:
    """List the shifts that somebody should take."""
    raw = Client().get("/cover", state=state)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.CoverList).cover
    if not found:
        return output.say("Nobody needs cover." if state == "open" else f"No request is {output.line(state)}.")
    return output.show(*(_block(each) for each in found))


@app.command
def take(
    number: Number,
    /,
    *,
    user: Annotated[str | None, Parameter(help="Who takes it; without it: you.")] = None,
    anyway: Anyway = None,
    json: Json = False,
) -> None:
    """Take a shift: from then on it is yours."""
    raw = Client().post(f"/cover/{number}/take", wire.TakeRequest(user=user, anyway=anyway))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Cover)
    when = span(told.starts_at, told.ends_at, output.now(), told.time_zone)
    who = (f"@{output.line(told.covered_by or '')}", "bold")
    return output.say(who, f" has {output.line(told.schedule)} {when}, and @{output.line(told.user)} is told.")


@app.command
def withdraw(number: Number, /, *, json: Json = False) -> None:
    """Ask nobody any more: the shift stays."""
    raw = Client().delete(f"/cover/{number}")
    if json:
        return output.print_json(raw)
    return output.say(f"Nobody is asked any more; @{output.line(output.read(raw, wire.Cover).user)} keeps the shift.")


def _block(told: wire.Cover) -> Text:
    """Two lines: whose shift, where and when; its number, state and reason."""
    when = span(told.starts_at, told.ends_at, output.now(), told.time_zone)
    why = f" {output.line(told.reason)}" if told.reason else ""
    by = f", taken by @{output.line(told.covered_by)}" if told.covered_by else ""
    return Text.assemble(
        (f"@{output.line(told.user)}", "bold"),
        f" {output.line(told.schedule)} {when}",
        (f"\n  {told.id}  {told.state}{by}{why} ({output.line(told.asked_by)})", "dim"),
    )


main = runner(app)
