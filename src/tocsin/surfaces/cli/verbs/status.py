"""`tocsin status`: move an incident to a status."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "status",
    "Move an incident to a status: acknowledged, investigating, identified, monitoring, resolved or closed.",
    "tocsin status INC-1 identified",
    'tocsin status INC-1 monitoring --why "rolled back v2.3.1"',
)


@app.default
def status(
    incident: Incident,
    to: Annotated[str, Parameter(name="STATUS", help="Where to; a move that is not allowed names those that are.")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    json: Json = False,
) -> None:
    request = wire.StatusRequest(status=to.lower(), reason=why or "")
    raw = Client().post(f"/incidents/{segment(incident)}/status", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), " is now ", output.status(told.status), f": {output.line(told.title)}")


main = runner(app)
