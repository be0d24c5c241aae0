"""`tocsin close`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import CauseCategory, Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import CloseRequest

app = verb(
    "close",
    "Close an incident whose follow-ups are done. What is still open has to be resolved before; the two top levels "
    "need a cause category, and a level that requires a postmortem has it published.",
    'tocsin close INC-1 --why "postmortem published" --cause-category deployment',
)


@app.default
def close(
    incident: Incident,
    /,
    *,
    override: Annotated[
        bool,
        Parameter(help="In spite of checks and window, or without the postmortem that is required; needs --why."),
    ] = False,
    why: Annotated[str | None, Parameter(help="A last word, for the timeline.")] = None,
    cause_category: CauseCategory = None,
    json: Json = False,
) -> None:
    request = CloseRequest(reason=why or "", override=override, cause_category=cause_category)
    move(incident, "close", request, json, "is closed")


main = runner(app)
