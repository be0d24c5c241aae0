"""`tocsin explain`: why each person was called or was not, how it travelled, and what happens next (PAG-6)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
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
    next_in = f" ({times.ago(told.next_at, now)})" if told.next_at else ""
    output.show(
        Text.assemble((told.incident, "bold"), "  ", (output.line(told.title), "bold")),
        Text(output.line(told.now)),
        Text(output.line(told.next) + next_in, style="" if told.next_at else "dim"),
        "",
        *story(told.lines),
    )


def story(lines: Sequence[wire.StoryLine]) -> Iterator[RenderableType]:
    """Each line beside its time, in the zone of this machine; the day stands where it changes."""
    day = None
    for line in lines:
        local = line.at.astimezone()
        if local.date() != day:
            day = local.date()
            yield Text(f"{local:%A} {local.day} {local:%B %Y}, {local:%Z}", style="dim")
        told = [Text(output.line(line.sentence))]
        told += [Text(output.line(detail), style="dim") for detail in line.details]
        yield output.hanging(f"{local:%H:%M:%S}", Text("\n").join(told))


main = runner(app)
