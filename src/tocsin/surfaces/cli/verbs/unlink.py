"""`tocsin unlink`: take a link between incidents back."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.links_view import print_links
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import links

app = verb(
    "unlink",
    "Say that two incidents have nothing to do with each other after all.",
    "tocsin unlink INC-2 --to INC-1",
)


@app.default
def unlink(
    incident: Incident,
    /,
    *,
    to: Annotated[str, Parameter(metavar="INCIDENT", help="The other incident.")],
    json: Json = False,
) -> None:
    raw = Client().post(f"/incidents/{segment(incident)}/unlink", links.UnlinkRequest(to=to))
    return output.print_json(raw) if json else print_links(output.read(raw, links.Links))


main = runner(app)
