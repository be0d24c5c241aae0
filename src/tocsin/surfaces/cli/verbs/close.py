"""`tocsin close`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb("close", "Close an incident whose follow-ups are done.", 'tocsin close INC-1 --why "postmortem published"')


@app.default
def close(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="A last word, for the timeline.")] = None,
    json: Json = False,
) -> None:
    move(incident, "close", ReasonRequest(reason=why or ""), json, "is closed")


main = runner(app)
