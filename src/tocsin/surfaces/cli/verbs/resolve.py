"""`tocsin resolve`: move an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Actionable, CauseCategory, Incident, Json, runner, verb
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
    cause_category: CauseCategory = None,
    json: Json = False,
) -> None:
    move(
        incident,
        "resolve",
        AnswerRequest(reason=why or "", actionable=actionable, cause_category=cause_category),
        json,
        "is resolved",
    )


main = runner(app)
