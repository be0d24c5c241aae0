"""`tocsin redact`: take a text out of the record, for good."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import timeline as wire

app = verb(
    "redact",
    "Take the text of an entry back, for good: in the timeline, search, files and messages that Tocsin keeps. "
    "That it was redacted, by whom and why, stays. Only administrators may.",
    'tocsin redact INC-1 42 --why "a customer\'s name"',
)


@app.default
def redact(
    incident: Incident,
    entry: Annotated[int, Parameter(name="ENTRY", help="The id of the entry: tocsin log INC-1 --ids.")],
    /,
    *,
    why: Annotated[str, Parameter(help="Why it has to go, without repeating it.")],
    json: Json = False,
) -> None:
    path = f"/incidents/{segment(incident)}/timeline/{entry}/redact"
    raw = Client().post(path, wire.RedactionRequest(reason=why))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.TimelineEntry)
    ref = incident_ref(parse_incident_ref(incident))
    return output.say(
        f"Entry {told.id} of {ref} is redacted. Messages that have left cannot be called back, nor can backups."
    )


main = runner(app)
