"""`tocsin log`: the timeline in the text format of WAR-2, new entries on it, and corrections of them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from tocsin.incidents.text_format import INDENT, day_line, entry_line, written_line
from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.kernel.localtime import local_of
from tocsin.kernel.utc_words import on_clock_of
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import timeline as wire

PAGE = 1000
"""Entries that the server gives at once, at most."""

EntryType = Literal["action", "decision", "observation", "question", "answer", "note"]

app = verb(
    "log",
    "Print an incident's timeline as [HH:MM] [@person] [TYPE] text, in the organisation's time zone; "
    "with a text, write on it. The text may be several lines in that same format.",
    "tocsin log INC-1",
    'tocsin log INC-1 "rolled back v2.3.1" --type action',
    'tocsin log INC-1 "[14:32] @bob [DECISION] roll back v2.3.1"',
    'tocsin log INC-1 --correct 42 "rolled back v2.3.0"',
)


@app.default
def log(
    incident: Incident,
    text: Annotated[str | None, Parameter(name="TEXT", help="What to write.")] = None,
    /,
    *,
    type: Annotated[EntryType, Parameter(help="What an entry is that does not say so itself.")] = "observation",
    correct: Annotated[
        int | None, Parameter(name="--correct", help="The id of an entry: TEXT is what it says from now on.")
    ] = None,
    ids: Annotated[bool, Parameter(help="Print each entry's id before it.")] = False,
    earlier: Annotated[bool, Parameter(help="Print what an entry said before it was corrected.")] = False,
    json: Json = False,
) -> None:
    path = f"/incidents/{segment(incident)}/timeline"
    if correct is not None:
        return _correct(incident, f"{path}/{correct}/correct", text, json=json)
    if text is not None:
        raw = Client().post(path, wire.EntryRequest(text=text, type=type))
        return output.print_json(raw) if json else _written(output.read(raw, wire.Timeline), incident)
    if json:
        return output.print_json(Client().get(path, limit=PAGE))
    return print_timeline(_whole(path), ids=ids, earlier=earlier)


def _whole(path: str) -> wire.Timeline:
    client = Client()
    told = output.read(client.get(path, limit=PAGE), wire.Timeline)
    while len(told.entries) % PAGE == 0 and told.entries:
        more = output.read(client.get(path, limit=PAGE, after=told.entries[-1].id), wire.Timeline).entries
        if not more:
            break
        told.entries += more
    return told


def print_timeline(told: wire.Timeline, *, ids: bool = False, earlier: bool = False) -> None:
    """One entry a line, fit for pipes and for pasting, in the order in which it happened; a line with the day stands
    where the day changes."""
    zone = ZoneInfo(told.time_zone)
    day: date | None = None
    for entry in _in_order(told):
        at = entry.said_at or entry.at
        if local_of(at, zone).date() != day:
            day = local_of(at, zone).date()
            output.say((day_line(day, zone), "dim"))
        output.say(*([(f"{entry.id:>8} ", "dim")] if ids else []), timeline_line(entry, zone))
        for line in _remarks(entry, zone, earlier=earlier):
            output.say((line, "dim"))


def timeline_line(entry: wire.TimelineEntry, zone: ZoneInfo) -> str:
    """Our own sentences follow the clock beside them; people's words stay as they are."""
    said = on_clock_of(zone, entry.text, entry.at) if entry.type == "system" else entry.text
    who = output.line(entry.said_by or entry.by)
    return entry_line(entry.said_at or entry.at, who, entry.type, output.safe(said).strip(), zone)


def _in_order(told: wire.Timeline) -> list[wire.TimelineEntry]:
    """A correction is said by the entry that it corrects."""
    shown = [entry for entry in told.entries if entry.kind != "EntryCorrected"]
    return sorted(shown, key=lambda entry: (entry.said_at or entry.at, entry.id))


def _remarks(entry: wire.TimelineEntry, zone: ZoneInfo, *, earlier: bool) -> Iterator[str]:
    if entry.said_at is not None or entry.said_by is not None:
        yield written_line(entry.at, output.line(entry.by), zone)
    for wording in entry.earlier if earlier else ():
        yield f"{INDENT}# before, as {output.line(wording.by)} wrote it: {output.line(wording.text)}"


def _correct(incident: str, path: str, text: str | None, *, json: bool) -> None:
    if text is None:
        raise WrongUsage(
            "--correct needs the text.", 'Say what the entry should say: tocsin log INC-1 --correct 42 "TEXT"'
        )
    raw = Client().post(path, wire.CorrectionRequest(text=text))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.TimelineEntry)
    ref = incident_ref(parse_incident_ref(incident))
    return output.say(f"Entry {told.id} of {ref} is corrected; what it said before: tocsin log {ref} --earlier")


def _written(told: wire.Timeline, incident: str) -> None:
    """One line for each entry, so that whoever pasted sees how it was read."""
    ref = incident_ref(parse_incident_ref(incident))
    if len(told.entries) > 1:
        output.say(f"{len(told.entries)} entries are written on {ref}:")
        zone = ZoneInfo(told.time_zone)
        for entry in told.entries:
            output.say((f"{entry.id:>8} ", "dim"), timeline_line(entry, zone))
        return
    entry = told.entries[0]
    output.say(f"Written on {ref} as {entry.type}, {_moment(entry.said_at or entry.at)}, entry {entry.id}.")


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%H:%M:%S %Z}"


main = runner(app)
