"""`tocsin show`: one incident."""

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.incident_view import print_incident
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb("show", "Show one incident: where it stands, since when, and why it exists.", "tocsin show INC-1")


@app.default
def show(incident: Incident, /, *, json: Json = False) -> None:
    raw = Client().get(f"/incidents/{segment(incident)}")
    if json:
        return output.print_json(raw)
    return print_incident(output.read(raw, wire.Incident), output.now())


main = runner(app)
