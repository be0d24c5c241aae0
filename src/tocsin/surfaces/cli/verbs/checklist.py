"""`tocsin checklist`: what is to be done in this phase, and what is done (GRD-2)."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import room as wire

app = verb(
    "checklist",
    "What is to be done now, and what is done; some items tick themselves, people tick the rest.",
    "tocsin checklist INC-1",
    "tocsin checklist INC-1 --tick 12",
    "tocsin checklist INC-1 --all",
)


@app.default
def checklist(
    incident: Incident,
    /,
    *,
    tick: Annotated[int | None, Parameter(help="The number of an item that is done.")] = None,
    untick: Annotated[int | None, Parameter(help="The number of an item that is not done after all.")] = None,
    every: Annotated[bool, Parameter(name="--all", help="Every phase with its rules, not only this one.")] = False,
    json: Json = False,
) -> None:
    if tick is not None and untick is not None:
        raise WrongUsage("One item is ticked or unticked at a time.", "Leave out --tick or --untick.")
    path, item = f"/incidents/{segment(incident)}/checklist", tick if tick is not None else untick
    if item is None:
        raw = Client().get(path)
    else:
        raw = Client().post(path, wire.TickRequest(item=item, ticked=untick is None))
    if json:
        return output.print_json(raw)
    return print_checklist(output.read(raw, wire.Checklist), every=every)


def print_checklist(told: wire.Checklist, *, every: bool) -> None:
    """The current part in full, the others in a line each; `every`: all in full, with the rule of each item."""
    for part in told.parts:
        done = sum(item.ticked for item in part.items)
        heading = Text(f"{part.title}  ", style="bold" if part.current else "")
        output.show(heading.append(f"{done} of {len(part.items)}", style="dim"))
        if part.current or every:
            output.show(*(_item(item, with_rule=every) for item in part.items))


def _item(item: wire.ChecklistItem, *, with_rule: bool) -> Text:
    mark = Text("[x]" if item.ticked else "[ ]", style="green" if item.ticked else "")
    said = Text.assemble(f"  {item.n:>2} ", mark, f" {output.line(item.text)}")
    if item.by:
        said.append(f"  {output.line(item.by)}", style="dim")
    elif item.ticks_itself and not item.ticked:
        said.append(f"  as soon as {item.ticks_itself}", style="dim")
    return said.append(f"\n         {item.rule}", style="dim") if with_rule else said


main = runner(app)
