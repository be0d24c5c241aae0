"""`tocsin severity`: raise or lower an incident's severity, or keep it against a proposal; and how often people did."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.cli.severity_view import print_review
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire.severity import SeverityRequest
from tocsin.surfaces.wire.severity_review import SeverityReview

app = verb(
    "severity",
    "Change the severity of an incident, with a reason. What a worse level adds begins at once; what is under way when "
    "it is lowered goes on. Naming the level that it has declines what the known facts propose. With --review: how "
    "often people changed what was suggested, and which way.",
    'tocsin severity INC-1 SEV-1 --why "checkout is down for everybody"',
    'tocsin severity INC-1 SEV-3 --why "only the old app; it has 1 % of the users"',
    "tocsin severity --review --days 30",
)


@app.default
def severity(
    incident: Annotated[str | None, Parameter(name="INCIDENT", help="Its number, such as INC-1.")] = None,
    level: Annotated[str | None, Parameter(name="LEVEL", help="A level of the profile, such as SEV-2.")] = None,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    review: Annotated[bool, Parameter(help="How often people changed what was suggested.", show_default=False)] = False,
    days: Annotated[int | None, Parameter(help="With --review: so many days back, 90 if not given.")] = None,
    json: Json = False,
) -> None:
    if review and incident is None:
        raw = Client().get("/insights/severity", days=days)
        return output.print_json(raw) if json else print_review(output.read(raw, SeverityReview))
    if incident is None or level is None or review:
        raise WrongUsage("Which incident, and which level?", "tocsin severity INC-1 SEV-2 --why TEXT", field="LEVEL")
    request = SeverityRequest(severity=level, reason=why or "")
    raw = Client().post(f"/incidents/{segment(incident)}/severity", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f" is a {output.line(told.severity or '')}: {output.line(told.title)}")


main = runner(app)
