"""`tocsin explain`: why each person was called or was not, how it travelled, and what happens next (PAG-6)."""

from datetime import datetime

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import paging as wire

app = verb(
    "explain",
    "Who was called for an incident, how, when and why – or why nobody was – and what happens next.",
    "tocsin explain INC-1",
)


@app.default
def explain(incident: Incident, /, *, json: Json = False) -> None:
    raw = Client().get(f"/incidents/{segment(incident)}/explain")
    if json:
        return output.print_json(raw)
    return print_story(output.read(raw, wire.Explanation), output.now())


def print_story(told: wire.Explanation, now: datetime) -> None:
    """What holds now, what comes next, then everything in order with how each page travelled."""
    screen = output.console()
    screen.print(Text.assemble((told.incident, "bold"), "  ", (output.line(told.title), "bold")))
    screen.print(Text(output.line(told.now)))
    due = f" ({times.both(told.next_at, now)})" if told.next_at else ""
    screen.print(Text(output.line(told.next) + due, style="" if told.next_at else "dim"))
    screen.print()
    day = None
    for line in told.lines:
        local = line.at.astimezone()
        if local.date() != day:
            day = local.date()
            screen.print(Text(f"{local:%A} {local.day} {local:%B %Y}, {local:%Z}", style="dim"))
        told_lines = [Text(output.line(line.sentence))]
        told_lines += [Text(output.line(detail), style="dim") for detail in line.details]
        screen.print(output.hanging(f"{local:%H:%M:%S}", Text("\n").join(told_lines)))


main = runner(app)
