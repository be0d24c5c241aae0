"""`tocsin add-responder`: ask people to help."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.paging_view import say
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.paging import RespondersRequest

app = verb(
    "add-responder",
    "Call people beside whoever has it; who has it, and the escalation, stay as they are.",
    "tocsin add-responder INC-1 bob carol",
)


@app.default
def add_responder(
    incident: Incident,
    /,
    *names: Annotated[str, Parameter(name="WHO", required=True, help="Whom to ask for help.")],
    why: Annotated[str | None, Parameter(help="What for, for the timeline and for them.")] = None,
    json: Json = False,
) -> None:
    say(incident, "responders", RespondersRequest(names=list(names), reason=why or ""), json, "has more people called")


main = runner(app)
