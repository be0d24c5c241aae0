"""`tocsin members`: who sees a private incident, and who shall or shall not from now on."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire.incidents import Members, MembersRequest

app = verb(
    "members",
    "Who sees a private incident. Any member lets others in; whoever is called comes in by that.",
    "tocsin members INC-1",
    "tocsin members INC-1 --add carol --add dave",
    "tocsin members INC-1 --remove dave",
)


@app.default
def members(
    incident: Incident,
    /,
    *,
    add: Annotated[list[str] | None, Parameter(help="Who shall see it; may be given several times.")] = None,
    remove: Annotated[str | None, Parameter(help="Who shall see it no more.")] = None,
    json: Json = False,
) -> None:
    client, path = Client(), f"/incidents/{segment(incident)}/members"
    if add:
        client.post(path, MembersRequest(names=add))
    if remove is not None:
        client.delete(f"{path}/{segment(remove)}")
    raw = client.get(path)
    if json:
        return output.print_json(raw)
    told = output.read(raw, Members)
    if not told.is_private:
        return output.say(f"Everybody sees {told.incident}. Make it private: tocsin private {told.incident} --why TEXT")
    output.say((told.incident, "bold"), " is seen by:")
    rows = [(each.name, output.line(each.display_name), each.role) for each in told.members]
    return output.show(output.table(("name", "", "role"), rows, flexible=1))


main = runner(app)
