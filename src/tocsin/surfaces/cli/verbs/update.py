"""`tocsin update`: what is said about an incident, to whom, and when the next word comes."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import ahead
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.wire import updates as wire

app = verb(
    "update",
    "Post an update: it is numbered, worded by the template, and sent to everybody who takes part. Without a text the\n"
    "updates so far are listed.",
    'tocsin update INC-1 "Rolling back v2.3.1" --done "paged the database team" --next 30m',
    'tocsin update INC-1 "Payments are back for half of the users" --eta 15:30 --preview',
    "tocsin update INC-1",
)


@app.default
def update(
    incident: Incident,
    text: Annotated[str | None, Parameter(name="TEXT", help="Where it stands, in one or two sentences.")] = None,
    /,
    *,
    done: Annotated[list[str] | None, Parameter(help="What is done; may be given again.")] = None,
    under_way: Annotated[list[str] | None, Parameter(help="What is being done; may be given again.")] = None,
    planned: Annotated[list[str] | None, Parameter(help="What comes next; may be given again.")] = None,
    root_cause: Annotated[str | None, Parameter(help="The cause, when it is known.")] = None,
    eta: Annotated[str | None, Parameter(help="When it will be over: 45m, 15:30; without it: unknown.")] = None,
    next: Annotated[
        str | None, Parameter(help="When the next update comes: 30m, 15:30; without it: by the level's cadence.")
    ] = None,
    audience: Annotated[
        str | None,
        Parameter(help="room, participants, announce or internal, with commas; internal without it."),
    ] = None,
    preview: Annotated[bool, Parameter(help="Show what would be sent and to whom; send nothing.")] = False,
    json: Json = False,
) -> None:
    path, now = f"/incidents/{segment(incident)}/updates", output.now()
    if text is None:
        raw = Client().get(path)
        return output.print_json(raw) if json else _print_all(output.read(raw, wire.UpdateList), now)
    request = wire.UpdateRequest(
        text=text,
        done=done or [],
        under_way=under_way or [],
        planned=planned or [],
        root_cause=root_cause,
        eta=ahead(eta, now, field="--eta") if eta else None,
        next_update_at=ahead(next, now, field="--next") if next else None,
        audience=[name.strip() for name in audience.split(",")] if audience else [],
    )
    raw = Client().post(f"{path}/preview" if preview else path, request)
    if json:
        return output.print_json(raw)
    if preview:
        return _print_preview(output.read(raw, wire.UpdatePreview))
    return _say_posted(output.read(raw, wire.Update), incident, now)


def _print_preview(told: wire.UpdatePreview) -> None:
    receivers = ", ".join(map(output.line, (*told.people, *told.announced_to))) or "nobody: no one else takes part"
    output.show(
        Text(output.line(told.subject), style="bold"),
        "",
        Text(output.safe(told.body)),
        "",
        Text(f"Nothing is sent yet. It would go to: {receivers}.", style="dim"),
    )
    if told.problem:
        why = f"The template cannot be used, so this is worded as it ships. {output.line(told.problem)}"
        output.say((why, "yellow"))


def _say_posted(told: wire.Update, incident: str, now: datetime) -> None:
    due = f" The next one is due at {times.clock(told.next_update_at, now)}." if told.next_update_at else ""
    output.say(f"Update {told.n} on {output.line(incident.upper())} is posted.{due}")


def _print_all(told: wire.UpdateList, now: datetime) -> None:
    if not told.updates:
        output.say(f"Nobody has posted an update on {told.incident} yet.")
    for each in told.updates:
        head = f"{times.clock(each.at, now)} {output.line(each.by)}  {each.status}"
        output.show(Text.assemble((f"{each.n}  ", "bold"), head), Text(f"   {output.safe(each.text)}"))
    if told.next_update_at is not None:
        late = told.next_update_at < now
        words = f"Update {len(told.updates) + 1} {'was' if late else 'is'} due {times.both(told.next_update_at, now)}."
        output.say((words, "yellow" if late else "dim"))


main = runner(app)
