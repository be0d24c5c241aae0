"""`tocsin advise`: roll back, escalate, resolve? With the reasons, and what is not known (ROL-4)."""

from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import room as wire

app = verb(
    "advise",
    "Whether to roll back, to escalate, to resolve: an answer each, its reasons, and what is not known. You decide.",
    "tocsin advise INC-1",
)


@app.default
def advise(incident: Incident, /, *, json: Json = False) -> None:
    raw = Client().get(f"/incidents/{segment(incident)}/advice")
    if json:
        return output.print_json(raw)
    return output.show(*(_advice(each) for each in output.read(raw, wire.AdviceList).advice))


def _advice(told: wire.Advice) -> Text:
    said = Text.assemble((f"{told.question} ", ""), (f"{told.answer.capitalize()}.", "bold"))
    for reason in told.reasons:
        said.append(f"\n  {output.line(reason)}")
    for unknown in told.lacks:
        said.append(f"\n  not known: {output.line(unknown)}.", style="dim")
    return said


main = runner(app)
