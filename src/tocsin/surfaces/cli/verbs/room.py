"""`tocsin room`: where the people of an incident meet."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "room",
    "Where the people of an incident meet: its page, and the link of the call. The link follows the pattern\n"
    "`war_room` of the organisation, unless one is set.",
    "tocsin room INC-1",
    "tocsin room INC-1 --link https://meet.example.com/db-outage",
    "tocsin room INC-1 --usual-link",
)


@app.default
def room(
    incident: Incident,
    /,
    *,
    link: Annotated[str | None, Parameter(help="The call is there from now on.")] = None,
    usual_link: Annotated[bool, Parameter(help="The call follows the pattern again.", show_default=False)] = False,
    json: Json = False,
) -> None:
    if link is not None and usual_link:
        raise WrongUsage("--link and --usual-link contradict each other.", "Leave one of them out.")
    path, client = f"/incidents/{segment(incident)}", Client()
    if link is not None or usual_link:
        raw = client.post(f"{path}/conference", wire.ConferenceRequest(url=link))
    else:
        raw = client.get(path)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    call = output.line(told.conference_url or "") or "none: set war_room under organisation, or --link"
    output.say((told.id, "bold"), f"  {output.line(told.title)}")
    return output.show(output.facts([("page", told.url), ("call", call)]))


main = runner(app)
