"""`tocsin link`: say that two incidents have to do with each other."""

from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.links_view import print_links
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import links

app = verb(
    "link",
    "Say that another incident is related to this one, or its cause. Both timelines say so; nothing else changes.",
    "tocsin link INC-2 --to INC-1",
    "tocsin link INC-2 --to INC-1 --as cause",
)


@app.default
def link(
    incident: Incident,
    /,
    *,
    to: Annotated[str, Parameter(metavar="INCIDENT", help="The other incident.")],
    relation: Annotated[
        Literal["related", "cause"], Parameter(name="--as", help="What it is to this one.")
    ] = "related",
    json: Json = False,
) -> None:
    raw = Client().post(f"/incidents/{segment(incident)}/links", links.LinkRequest(to=to, kind=relation))
    return output.print_json(raw) if json else print_links(output.read(raw, links.Links))


main = runner(app)
