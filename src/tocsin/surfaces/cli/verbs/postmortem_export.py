"""`tocsin postmortem export` and `meeting`: as files, for Git among others; the agenda and the invitation."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import ahead
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage
from tocsin.surfaces.cli.verbs.postmortem_read import put_down
from tocsin.surfaces.wire import postmortem_review as wire
from tocsin.surfaces.wire import postmortems


def export(
    *incidents: Annotated[str, Parameter(name="INCIDENT", help="Which; none, with --dir: all that are published.")],
    as_: Annotated[
        Literal["markdown", "html", "confluence"],
        Parameter(name="--format", help="Markdown with front matter, one HTML file, or a page's body for Confluence."),
    ] = "markdown",
    folder: Annotated[
        Path | None, Parameter(name="--dir", help="Write a file for each into this folder, such as one that Git knows.")
    ] = None,
    json: Json = False,
) -> None:
    """Print one as a file that stands alone, or write several into a folder; a file that is as it was stays untouched.

    Private incidents are left out unless they are named.
    """
    client = Client()
    if folder is None:
        if len(incidents) != 1:
            raise WrongUsage("Name one incident.", "Or write several into a folder: --dir postmortems")
        raw = client.get(f"/incidents/{segment(incidents[0])}/postmortem/export", format=as_)
        if json:
            return output.print_json(raw)
        sys.stdout.write(output.safe(output.read(raw, wire.File).text))
        return None
    wanted = list(incidents) or list(_published(client))
    files = [_file(client, incident, as_) for incident in wanted]
    written = [file.name for file in files if _put_into(folder, file)]
    if json:
        return output.print_document({"folder": str(folder), "files": [f.name for f in files], "written": written})
    for name in written:
        output.say(output.line(str(folder / name)))
    return output.say((f"{len(files)} in {output.line(str(folder))}, {len(written)} of them new or changed.", "dim"))


def meeting(
    incident: Incident,
    /,
    *,
    at: Annotated[str | None, Parameter(help="Invite to it then: 2026-11-24T10:00, 14:20, or 2d from now.")] = None,
    invite: Annotated[str, Parameter(help="With --at: who else, such as bob,carol.")] = "",
    json: Json = False,
) -> None:
    """Show the agenda and the facilitator's guide, or invite to the meeting by mail."""
    client, path = Client(), f"/incidents/{segment(incident)}/postmortem/meeting"
    if at is None and invite:
        raise WrongUsage("When it is, is missing.", "Add --at 2026-11-24T10:00.")
    if at is not None:
        people = [name.strip() for name in invite.split(",") if name.strip()]
        request = wire.InviteRequest(starts_at=ahead(at, output.now(), field="--at"), people=people)
        raw = client.post(path, request)
    else:
        raw = client.get(path)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Meeting)
    _print_appointment(told)
    return None if at is not None else _print_guide(told)


def _published(client: Client) -> Iterator[str]:
    """All that are published and not private."""
    before: int | None = None
    while True:
        raw = client.get("/postmortems", state="published", before=before, limit=100)
        page = output.read(raw, postmortems.PostmortemList)
        yield from (each.incident for each in page.postmortems if not each.is_private)
        before = page.next_before
        if before is None:
            return


def _file(client: Client, incident: str, form: str) -> wire.File:
    return output.read(client.get(f"/incidents/{segment(incident)}/postmortem/export", format=form), wire.File)


def _put_into(folder: Path, file: wire.File) -> bool:
    """Whether it, or a chart beside it, was new or changed something."""
    texts = {file.name: file.text, **{chart.name: chart.text for chart in file.charts}}
    written = [name for name, text in texts.items() if _put(folder, name, text)]
    return bool(written)


def _put(folder: Path, name: str, text: str) -> bool:
    """Whether the file was new or read otherwise. Its name comes from the server: it must be one of this folder."""
    path = folder / Path(name).name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_text("utf-8") == text:
            return False
    except (OSError, UnicodeDecodeError) as failed:
        why = failed.strerror if isinstance(failed, OSError) else "there is a file by that name which is no text"
        raise WrongUsage(f"{output.line(str(path))} cannot be written: {why}.", "Name another folder.") from None
    put_down(text, path)
    return True


def _print_appointment(told: wire.Meeting) -> None:
    if told.starts_at is None:
        output.say(f"No appointment has been made: tocsin postmortem meeting {told.incident} --at 2026-11-24T10:00")
        return
    who = ", ".join(map(output.line, told.invited))
    output.say(f"The meeting about {told.incident} is {times.clock(told.starts_at, output.now())}; invited: {who}.")


def _print_guide(told: wire.Meeting) -> None:
    rows = [(f"{part.begins} min", f"{part.minutes} min", f"{part.title}: {part.hint}") for part in told.agenda]
    output.show("", Text("Agenda", style="bold"), output.table(("from", "for", "part"), rows, flexible=2))
    output.show("", Text("Ground rules", style="bold"), *(f"- {rule}" for rule in told.ground_rules))
    output.show("", Text("When it turns to blame", style="bold"))
    for turn in told.turns:
        output.show(turn.heard, Text(f"  {turn.say}", style="cyan"), Text(f"  {turn.why}", style="dim"))
