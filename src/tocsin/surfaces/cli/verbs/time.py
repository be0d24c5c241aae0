"""`tocsin time`: correct when something happened."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.incidents.instants import WORDS, read_name
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "time",
    "Correct when something of an incident happened, with a reason; durations follow. The times are "
    f"{', '.join(WORDS)}.",
    'tocsin time INC-1 mitigated_at=14:20 --why "the graph shows it"',
    'tocsin time INC-1 started_at=2026-11-21T13:55 --why "first complaint of a customer"',
)


@app.default
def time(
    incident: Incident,
    change: Annotated[str, Parameter(name="NAME=TIME", help="Such as mitigated_at=14:20, or started_at=40m (ago).")],
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    json: Json = False,
) -> None:
    name, separator, typed = change.partition("=")
    if not separator:
        raise WrongUsage(f"{change!r} says no time.", "Write it as mitigated_at=14:20.", field="NAME=TIME")
    try:
        name = read_name(name)
    except Invalid as wrong:
        raise WrongUsage(wrong.message, wrong.remedy, field="NAME=TIME") from wrong
    at = instant(typed, output.now(), field=name)
    raw = Client().post(
        f"/incidents/{segment(incident)}/time", wire.InstantRequest(instant=name, at=at, reason=why or "")
    )
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f": {WORDS[name]} {times.both(at, output.now())}")


main = runner(app)
