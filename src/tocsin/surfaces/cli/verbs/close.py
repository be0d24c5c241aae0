"""`tocsin close`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import CauseCategory, Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import CloseRequest

app = verb(
    "close",
    "Close an incident whose follow-ups are done. The two top levels need a cause category.",
    'tocsin close INC-1 --why "postmortem published" --cause-category deployment',
)


@app.default
def close(
    incident: Incident,
    /,
    *,
    why: Annotated[str | None, Parameter(help="A last word, for the timeline.")] = None,
    cause_category: CauseCategory = None,
    json: Json = False,
) -> None:
    move(incident, "close", CloseRequest(reason=why or "", cause_category=cause_category), json, "is closed")


main = runner(app)
