"""`tocsin reassign`: hand an incident over."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli.paging_view import say
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.paging import ReassignRequest

app = verb(
    "reassign",
    "Call somebody by name, or whoever is on call in a schedule, to take it. Whoever had it is told; unless they "
    "answer, the escalation goes on with its first step.",
    "tocsin reassign INC-1 bob",
    'tocsin reassign INC-1 schedule:db-primary --why "replication, not the application"',
)


@app.default
def reassign(
    incident: Incident,
    to: Annotated[str, Parameter(name="WHO", help="A person, or schedule:NAME, team:NAME, lead:NAME.")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why them, for the timeline and for them.")] = None,
    json: Json = False,
) -> None:
    say(incident, "reassign", ReassignRequest(to=to, reason=why or ""), json, "is handed over")


main = runner(app)
