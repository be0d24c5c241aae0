"""`tocsin swap`: swap shifts, when both sides agree."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.shifts import Anyway, chosen, span, zone_of
from tocsin.surfaces.wire import swaps as wire

app = verb(
    "swap",
    "Swap shifts: you propose, the other side accepts or declines, and both shifts change hands at once or not at all.",
    "tocsin swap propose payments-primary --with bob --give 2026-12-24T12:00 --take 2026-12-31T12:00",
    "tocsin swap propose payments-primary --with bob --give 2026-12-24T18:00/2026-12-25T09:00 --why theatre",
    "tocsin swap list",
    "tocsin swap accept 7",
)

Number = Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")]


@app.command
def propose(
    schedule: Annotated[str, Parameter(name="SCHEDULE", help="In which schedule.")],
    /,
    *,
    taker: Annotated[str, Parameter(name="--with", help="Who is asked to take the shift.")],
    give: Annotated[str, Parameter(help="An instant within your shift, or FROM/TO for a part of it.")],
    take: Annotated[str | None, Parameter(help="The same of their shift that you take; without it: none.")] = None,
    user: Annotated[str | None, Parameter(help="Whose shift is given; without it: yours.")] = None,
    why: Annotated[str, Parameter(help="Why; the other side reads it.")] = "",
    json: Json = False,
) -> None:
    """Propose a swap; nothing moves until the other side accepts."""
    now, client = output.now(), Client()
    zone = zone_of(client, schedule)
    request = wire.SwapRequest(
        schedule=schedule,
        taker=taker,
        giver=user,
        gives=chosen(give, now, zone, field="--give"),
        takes=chosen(take, now, zone, field="--take") if take is not None else None,
        reason=why,
    )
    raw = client.post("/swaps", request)
    if json:
        return output.print_json(raw)
    made = output.read(raw, wire.Swap)
    output.show(_block(made))
    return output.say(
        (f"  @{output.line(made.taker)} is asked. Take it back with: tocsin swap withdraw {made.id}", "dim")
    )


@app.command(name="list")
def list_swaps(
    *,
    state: Annotated[str, Parameter(help="proposed, accepted, declined, withdrawn or expired.")] = "proposed",
    json: Json = False,
) -> None:
    """List the swaps that wait for an answer, or that had another."""
    raw = Client().get("/swaps", state=state)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.SwapList).swaps
    if not found:
        return output.say(f"No swap is {output.line(state)}.")
    return output.show(*(_block(each) for each in found))


@app.command
def accept(number: Number, /, *, anyway: Anyway = None, json: Json = False) -> None:
    """Accept: both shifts change hands at once."""
    raw = Client().post(f"/swaps/{number}/accept", wire.AcceptRequest(anyway=anyway))
    if json:
        return output.print_json(raw)
    output.say("Agreed, and both of you are on call as it says:")
    return output.show(_block(output.read(raw, wire.Swap)))


@app.command
def decline(number: Number, /, *, json: Json = False) -> None:
    """Decline: every shift stays as it is."""
    raw = Client().post(f"/swaps/{number}/decline", {})
    if json:
        return output.print_json(raw)
    return output.say(f"Declined. @{output.line(output.read(raw, wire.Swap).giver)} is told, and every shift stays.")


@app.command
def withdraw(number: Number, /, *, json: Json = False) -> None:
    """Take back a proposal that nobody has answered yet."""
    raw = Client().delete(f"/swaps/{number}")
    if json:
        return output.print_json(raw)
    return output.say(f"Taken back. @{output.line(output.read(raw, wire.Swap).taker)} is told.")


def _block(told: wire.Swap) -> Text:
    """Two or three lines: who gives what, what they take for it; its number, state and reason."""
    now = output.now()
    giver, taker = f"@{output.line(told.giver)}", f"@{output.line(told.taker)}"
    gives = span(told.gives.starts_at, told.gives.ends_at, now, told.time_zone)
    block = Text.assemble((giver, "bold"), " gives ", (taker, "bold"), f" {output.line(told.schedule)} {gives}")
    if told.takes is not None:
        block.append(f"\n  and takes {span(told.takes.starts_at, told.takes.ends_at, now, told.time_zone)}")
    why = f" {output.line(told.reason)}" if told.reason else ""
    return block.append(f"\n  {told.id}  {told.state}{why} ({output.line(told.proposed_by)})", style="dim")


main = runner(app)
