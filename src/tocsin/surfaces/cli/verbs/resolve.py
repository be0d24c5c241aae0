"""`tocsin resolve`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Actionable, Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import AnswerRequest

app = verb(
    "resolve",
    "Say that it is over: everybody who was told is told.",
    'tocsin resolve INC-1 --why "errors are back to normal"',
)


@app.default
def resolve(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why it is over, for the timeline.")] = None,
    actionable: Actionable = None,
    json: Json = False,
) -> None:
    move(incident, "resolve", AnswerRequest(reason=why or "", actionable=actionable), json, "is resolved")


main = runner(app)
