"""`tocsin resolve`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb

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
    json: Json = False,
) -> None:
    move(incident, "resolve", why, json, "is resolved")


main = runner(app)
