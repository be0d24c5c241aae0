"""`tocsin log`: the timeline in the text format of WAR-2, or a new entry on it."""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.kernel.utc_words import on_clock_of
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

PAGE = 1000
"""Entries that the server gives at once, at most."""

EntryType = Literal["action", "decision", "observation", "question", "answer", "note"]

app = verb(
    "log",
    "Print an incident's timeline as [HH:MM] [@person] [TYPE] text, in the organisation's time zone; "
    "with a text, write on it.",
    "tocsin log INC-1",
    'tocsin log INC-1 "rolled back v2.3.1" --type action',
)


@app.default
def log(
    incident: Incident,
    text: Annotated[str | None, Parameter(name="TEXT", help="What to write.")] = None,
    /,
    *,
    type: Annotated[EntryType, Parameter(help="What it is.")] = "observation",
    json: Json = False,
) -> None:
    path = f"/incidents/{segment(incident)}/timeline"
    if text is not None:
        raw = Client().post(path, wire.EntryRequest(text=text, type=type))
        return output.print_json(raw) if json else _written(output.read(raw, wire.TimelineEntry), incident)
    client = Client()
    raw = client.get(path, limit=PAGE)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Timeline)
    while len(told.entries) % PAGE == 0 and told.entries:
        more = output.read(client.get(path, limit=PAGE, after=told.entries[-1].id), wire.Timeline).entries
        if not more:
            break
        told.entries += more
    return print_timeline(told)


def print_timeline(told: wire.Timeline) -> None:
    """One entry a line, fit for pipes and for pasting; a line with the day stands where the day changes."""
    zone, day = ZoneInfo(told.time_zone), None
    for entry in told.entries:
        local = entry.at.astimezone(zone)
        if local.date() != day:
            day = local.date()
            output.say((f"# {local:%A} {local.day} {local:%B %Y}, {told.time_zone}", "dim"))
        output.say(entry_line(entry, zone))


def entry_line(entry: wire.TimelineEntry, zone: ZoneInfo) -> str:
    """`[14:32] [@alice] [DECISION] rollback v2.3.1`; further lines of the text are indented.

    Our own sentences follow the clock beside them; people's words stay as they are.
    """
    said = on_clock_of(zone, entry.text, entry.at) if entry.type == "system" else entry.text
    text = re.sub(r"\n", "\n        ", output.safe(said).strip())
    return f"[{entry.at.astimezone(zone):%H:%M}] [{output.line(entry.by)}] [{entry.type.upper()}] {text}"


def _written(entry: wire.TimelineEntry, incident: str) -> None:
    output.say(
        f"Written on {incident_ref(parse_incident_ref(incident))} as {entry.type}, {entry.at.astimezone():%H:%M:%S %Z}."
    )


main = runner(app)
