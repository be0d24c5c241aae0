"""`tocsin status`: move an incident to a status."""

from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

Status = Literal["acknowledged", "investigating", "identified", "monitoring", "resolved", "closed"]

app = verb(
    "status",
    "Move an incident to a status. A move that is not allowed is refused with those that are.",
    "tocsin status INC-1 identified",
    'tocsin status INC-1 monitoring --why "rolled back v2.3.1"',
)


@app.default
def status(
    incident: Incident,
    to: Annotated[Status, Parameter(name="STATUS", help="Where to.")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    json: Json = False,
) -> None:
    request = wire.StatusRequest(status=to, reason=why or "")
    raw = Client().post(f"/incidents/{segment(incident)}/status", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), " is now ", output.status(told.status), f": {output.line(told.title)}")


main = runner(app)
