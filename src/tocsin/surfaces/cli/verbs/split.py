"""`tocsin split`: two incidents after all."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "split",
    "Split an incident from the one that it is merged into: it is investigated again, and people are called for it.",
    'tocsin split INC-2 --why "it goes on without the database"',
)


@app.default
def split(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why they are two after all, for both timelines.")] = None,
    json: Json = False,
) -> None:
    raw = Client().post(f"/incidents/{segment(incident)}/split", wire.ReasonRequest(reason=why or ""))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f" is an incident of its own again: {output.line(told.title)}")


main = runner(app)
