"""`tocsin private`: from now on only its members see an incident."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.incident_view import move
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import ReasonRequest

app = verb(
    "private",
    "From now on only you and those who have or had a part in it see the incident. It cannot be opened again.",
    'tocsin private INC-1 --why "a customer is named"',
)


@app.default
def private(
    incident: Incident,
    /,
    *,
    why: Annotated[str, Parameter(help="Why, for its timeline.")],
    json: Json = False,
) -> None:
    move(incident, "private", ReasonRequest(reason=why), json, "is private now")


main = runner(app)
