"""`tocsin reopen`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb(
    "reopen",
    "Say that it is not over after all: it is investigated again.",
    'tocsin reopen INC-1 --why "the errors are back"',
)


@app.default
def reopen(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="What came back, for the timeline.")] = None,
    json: Json = False,
) -> None:
    move(incident, "reopen", ReasonRequest(reason=why or ""), json, "is open again")


main = runner(app)
