"""`tocsin escalate`: call the next step now."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.paging_view import say
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb(
    "escalate",
    "Call the next step at once, without waiting; also when somebody has acknowledged and needs more than themselves.",
    'tocsin escalate INC-1 --why "the database is not mine"',
)


@app.default
def escalate(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline and whoever is called.")] = None,
    json: Json = False,
) -> None:
    say(incident, "escalate", ReasonRequest(reason=why or ""), json, "is escalated")


main = runner(app)
