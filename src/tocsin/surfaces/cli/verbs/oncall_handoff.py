"""`tocsin oncall handoff`: the report of a shift that ends – read it, write on it, sign it, accept it."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.text import Text

from tocsin.insights.handoff_text import heading, people, sections
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.wire import handoff as wire
from tocsin.surfaces.wire import oncall

_KINDS: tuple[wire.Kind, ...] = ("issue", "watch", "upcoming", "contact")


def handoff(
    schedule: Annotated[str | None, Parameter(name="SCHEDULE", help="May be left out when there is only one.")] = None,
    /,
    *,
    sign: Annotated[bool, Parameter(help="Sign it: the report as it is now goes to whoever takes over.")] = False,
    accept: Annotated[bool, Parameter(help="Accept it: you have taken over.")] = False,
    note: Annotated[str | None, Parameter(help="Write the notes, in place of what was there.")] = None,
    issue: Annotated[str | None, Parameter(help="Add a known issue; it needs --owner.")] = None,
    watch: Annotated[str | None, Parameter(help="Add something to watch; an alert's name gives it --link.")] = None,
    upcoming: Annotated[str | None, Parameter(help="Add what comes up: a release, a campaign; --at says when.")] = None,
    contact: Annotated[str | None, Parameter(help="Add whom to ask, with --phone.")] = None,
    owner: Annotated[str, Parameter(help="Who is at it.")] = "",
    link: Annotated[str, Parameter(help="Its ticket or page.")] = "",
    phone: Annotated[str, Parameter(help="The number of a contact.")] = "",
    at: Annotated[str | None, Parameter(help="18:00 or 2026-12-24T20:00.")] = None,
    strike: Annotated[int | None, Parameter(help="Strike an entry by its number.")] = None,
    json: Json = False,
) -> None:
    """Show, sign or accept the hand-off of a schedule.

    What is well, what is not, what happened, what comes, whom to ask. It is made from the record of the shift; the
    outgoing people add to it and sign it, the incoming accept it. Entries (--issue, --watch, --upcoming, --contact)
    stay from shift to shift until somebody strikes them.
    """
    client = Client()
    path = f"/oncall/{segment(schedule or _only_schedule(client))}/handoff"
    given: dict[wire.Kind, str | None] = dict(zip(_KINDS, (issue, watch, upcoming, contact), strict=True))
    added: list[tuple[wire.Kind, str]] = [(kind, text) for kind, text in given.items() if text is not None]
    deeds = [note is not None, strike is not None, sign, accept, *(True for _ in added)]
    if sum(deeds) > 1:
        raise WrongUsage("One thing at a time.", "See: tocsin oncall handoff --help")
    for kind, text in added:
        when = instant(at, output.now(), field="--at") if at else None
        entry = wire.EntryRequest(kind=kind, text=text, owner=owner, link=link, phone=phone, at=when)
        return _add(client, path, entry, json=json)
    if strike is not None:
        raw = client.delete(f"{path}/entries/{strike}")
        return output.print_json(raw) if json else output.say(f"Struck entry {strike}.")
    if note is not None:
        raw = client.put(f"{path}/note", wire.Note(note=note))
    elif sign or accept:
        raw = client.post(f"{path}/{'sign' if sign else 'accept'}", {})
    else:
        raw = client.get(path)
    if json:
        return output.print_json(raw)
    return _show(output.read(raw, wire.Handoff))


def _only_schedule(client: Client) -> str:
    """The one schedule there is. Raises WrongUsage when one has to be named."""
    names = [each.schedule for each in output.read(client.get("/oncall"), oncall.OnCallList).schedules]
    if len(names) != 1:
        raise WrongUsage("Name a schedule.", f"There are: {', '.join(names)}." if names else "There is none yet.")
    return names[0]


def _add(client: Client, path: str, request: wire.EntryRequest, *, json: bool) -> None:
    raw = client.post(f"{path}/entries", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Entry)
    output.say(f"Added as entry {told.id}: {output.line(told.text)}")
    return output.say((f"  It stays until somebody strikes it: --strike {told.id}", "dim"))


def _show(told: wire.Handoff) -> None:
    """Where it stands, then the report, section by section, on the clock of the schedule."""
    zone = ZoneInfo(told.report.time_zone)
    lines = [Text(output.line(heading(told.report, zone)), style="bold"), _stage(told, output.now())]
    for section in sections(told.report, zone):
        lines += [Text(""), Text(section.title, style="bold")]
        for line in section.lines:
            number = f"{line.entry}. " if line.entry is not None else ""
            url = f"  {output.line(line.url)}" if line.url.startswith("http") else ""
            lines.append(Text.assemble(f"  {number}{output.line(line.text)}", (url, "dim")))
        if not section.lines:
            lines.append(Text(f"  {section.calm}", style="dim"))
    lines += [Text(""), Text("Notes", style="bold")]
    lines += [Text(f"  {output.line(line)}") for line in (told.report.note or "None.").splitlines()]
    output.show(*lines)


def _stage(told: wire.Handoff, now: datetime) -> Text:
    signed = f"signed by {told.signed_by} {times.ago(told.signed_at, now)}" if told.signed_at else ""
    match told.stage:
        case "accepted" if told.accepted_at:
            return Text(f"{signed}, accepted by {told.accepted_by} {times.ago(told.accepted_at, now)}", style="green")
        case "signed":
            return Text(f"{signed}; {people(told.incoming)} still to accept it", style="yellow")
        case "changed":
            return Text(f"{signed}, and changed since: it has to be signed again", style="yellow")
        case _:
            return Text(f"a draft: {people(told.outgoing)} still to sign it", style="yellow")
