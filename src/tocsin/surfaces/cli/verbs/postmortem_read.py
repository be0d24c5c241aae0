"""`tocsin postmortem show` and `list`: one as its text, all of them in a table."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage
from tocsin.surfaces.wire import postmortems as wire
from tocsin.surfaces.wire.postmortem_review import ReaderList

STYLE = {"draft": "yellow", "in-review": "cyan", "published": "green"}


def show(
    incident: Incident,
    /,
    *,
    out: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="Write the text into this file instead.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the text as it reads now, in Markdown."""
    raw = Client().get(f"/incidents/{segment(incident)}/postmortem")
    told = output.read(raw, wire.Postmortem)
    if out is not None:
        put_down(told.body, out)
    if json:
        return output.print_json(raw)
    if out is not None:
        return output.say(f"Version {told.version} of the postmortem of {told.incident} is in {output.line(str(out))}.")
    sys.stdout.write(output.safe(told.body))
    return None


def read(incident: Incident, /, *, json: Json = False) -> None:
    """Say that you have read it: readiness asks before a shift for what was published about your services."""
    raw = Client().post(f"/incidents/{segment(incident)}/postmortem/read", None)
    if json:
        return output.print_json(raw)
    told = output.read(raw, ReaderList)
    names = ", ".join(f"@{output.line(each.name)}" for each in told.readers)
    return output.say(f"You have read the postmortem of {told.incident}. Readers: {names}.")


def list_postmortems(
    *,
    state: Annotated[str | None, Parameter(help="Only those that are draft, in-review or published.")] = None,
    before: Annotated[int | None, Parameter(help="Go on below this incident's number.")] = None,
    limit: Annotated[int, Parameter(help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List them, the newest incident first."""
    raw = Client().get("/postmortems", state=state, before=before, limit=limit)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.PostmortemList)
    if not told.postmortems:
        return output.say("There is none. Draft one from the record: tocsin postmortem draft INC-1")
    rows = [_row(each) for each in told.postmortems]
    output.show(output.table(("incident", "state", "owner", "publish by", "title"), rows, flexible=4))
    if told.next_before is not None:
        output.say((f"  More: tocsin postmortem list --before {told.next_before}", "dim"))
    return None


def put_down(text: str, path: Path) -> None:
    """Writes a text into a file of the caller's."""
    try:
        path.write_text(text, "utf-8")
    except OSError as failed:
        raise WrongUsage(
            f"{output.line(str(path))} cannot be written: {failed.strerror}.", "Name a file in a folder that is there."
        ) from None


def _row(told: wire.Summary) -> tuple[str | Text, ...]:
    now = output.now()
    is_late = told.publish_by is not None and told.publish_by < now and told.published_at is None
    due = times.clock(told.publish_by, now) if told.publish_by and told.published_at is None else ""
    return (
        told.incident,
        Text(told.state.replace("-", " "), style=STYLE.get(told.state, "")),
        f"@{output.line(told.owner)}" if told.owner else "nobody",
        Text(due, style="red" if is_late else ""),
        output.line(told.title),
    )
