"""`tocsin merge`: two incidents are one."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire import links

app = verb(
    "merge",
    "Merge an incident into another: its work goes on there, its alerts join it, and its paging stops. Nothing is "
    "deleted; tocsin split takes it back.",
    "tocsin merge INC-2 --into INC-1",
    'tocsin merge INC-2 --into INC-1 --why "the same database"',
)


@app.default
def merge(
    incident: Incident,
    /,
    *,
    into: Annotated[str, Parameter(help="The incident in which the work goes on.")],
    why: Annotated[str | None, Parameter(help="Why, for both timelines.")] = None,
    json: Json = False,
) -> None:
    raw = Client().post(f"/incidents/{segment(incident)}/merge", links.MergeRequest(into=into, reason=why or ""))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f" is merged into {told.merged_into}: the work goes on there.")


main = runner(app)
