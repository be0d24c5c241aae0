"""`tocsin ack`: acknowledge an incident."""

from datetime import datetime

from tocsin.kernel.durations import length_words
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Actionable, Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire.accounts import Me

app = verb(
    "ack",
    "Acknowledge an incident: it is yours, the paging stops, and the others who were paged are told.",
    "tocsin ack INC-1",
    "tocsin ack INC-1 --not-actionable",
)


@app.default
def ack(incident: Incident, /, *, actionable: Actionable = None, json: Json = False) -> None:
    request = wire.AnswerRequest(actionable=actionable)
    client = Client()
    raw = client.post(f"/incidents/{segment(incident)}/acknowledge", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    me = output.read(client.get("/me"), Me)
    if told.acknowledged_by not in (None, f"@{me.name}"):
        return tell_helper(told)
    return tell(told, output.now())


def tell_helper(told: wire.Incident) -> None:
    """Somebody else has it and had asked for help."""
    by = output.line(told.acknowledged_by or "")
    output.say((told.id, "bold"), f" stays with {by}, who knows that you come: {output.line(told.title)}")


def tell(told: wire.Incident, now: datetime) -> None:
    """Who has it, and how long it took."""
    after = ""
    if told.acknowledged_at is not None:
        waited = length_words(told.acknowledged_at - told.declared_at)
        after = f", {waited} after it was declared"
    by = output.line(told.acknowledged_by or "somebody")
    output.say((told.id, "bold"), f" is acknowledged by {by}{after}: {output.line(told.title)}")
    output.say(("  Nobody else is paged for it. Tell the others what you see: ", "dim"), f'tocsin log {told.id} "…"')


main = runner(app)
