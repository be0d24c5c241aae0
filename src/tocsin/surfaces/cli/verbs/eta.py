"""`tocsin eta`: when an incident should be over, and what was said of that before."""

from datetime import datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import instant, length
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "eta",
    "Say when an incident should be over, or that it is unknown; another time than before needs a reason. Without a "
    "time: every ETA that was given.",
    "tocsin eta INC-1 16:00",
    'tocsin eta INC-1 unknown --why "the rollback did not help"',
    "tocsin eta INC-1",
)


@app.default
def eta(
    incident: Incident,
    when: Annotated[
        str | None, Parameter(name="TIME", help="16:00, 2026-11-21T16:00, 45m from now, or unknown.")
    ] = None,
    /,
    *,
    why: Annotated[str | None, Parameter(help="Why, for the timeline.")] = None,
    json: Json = False,
) -> None:
    path, now = f"/incidents/{segment(incident)}/eta", output.now()
    if when is None:
        raw = Client().get(path)
        return output.print_json(raw) if json else _print(output.read(raw, wire.EtaHistory), now)
    at = None if when.strip().casefold() == "unknown" else ahead(when, now)
    raw = Client().post(path, wire.EtaRequest(eta=at, reason=why or ""))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    return output.say((told.id, "bold"), f": ETA {_words(told.eta, now)}")


def ahead(typed: str, now: datetime) -> datetime:
    """A time of day that has passed is the next day's; a length of time counts from now."""
    try:
        return now + length(typed, "TIME")
    except WrongUsage:
        at = instant(typed, now, field="TIME")
    is_clock = ":" in typed and len(typed.strip()) <= len("16:00:00")
    return at + timedelta(days=1) if is_clock and at <= now else at


def _print(told: wire.EtaHistory, now: datetime) -> None:
    if not told.etas:
        output.say((told.incident, "bold"), ": nobody has given an ETA.")
    for each in told.etas:
        why = f"  {output.line(each.reason)}" if each.reason else ""
        output.say((times.both(each.at, now), "dim"), f"  {_words(each.eta, now)}, by {output.line(each.by)}{why}")


def _words(eta: datetime | None, now: datetime) -> str:
    return "unknown" if eta is None else times.both(eta, now)


main = runner(app)
