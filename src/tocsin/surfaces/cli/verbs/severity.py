"""`tocsin severity`: raise or lower an incident's severity, or keep it against a proposal."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire.severity import SeverityRequest

app = verb(
    "severity",
    "Change the severity of an incident, with a reason. What a worse level adds begins at once; what is under way when "
    "it is lowered goes on. Naming the level that it has declines what the known facts propose.",
    'tocsin severity INC-1 SEV-1 --why "checkout is down for everybody"',
    'tocsin severity INC-1 SEV-3 --why "only the old app; it has 1 % of the users"',
)


@app.default
def severity(
    incident: Incident,
    level: Annotated[str, Parameter(name="LEVEL", help="A level of the severity profile, such as SEV-2.")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    json: Json = False,
) -> None:
    request = SeverityRequest(severity=level, reason=why or "")
    raw = Client().post(f"/incidents/{segment(incident)}/severity", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f" is a {output.line(told.severity or '')}: {output.line(told.title)}")


main = runner(app)
