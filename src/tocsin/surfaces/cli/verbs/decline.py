"""`tocsin decline`: page the next."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.paging_view import say
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb(
    "decline",
    "Not me, page the next: this escalation calls you no more, and the next step is called at once unless others of "
    "your step are still called.",
    'tocsin decline INC-1 --why "on a train, no laptop"',
)


@app.default
def decline(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why not you, for the timeline.")] = None,
    json: Json = False,
) -> None:
    say(incident, "decline", ReasonRequest(reason=why or ""), json, "is declined")


main = runner(app)
