"""`tocsin list`: incidents, newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.kernel.durations import length_words
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb("list", "List incidents, newest first.", "tocsin list --open", "tocsin list --service checkout --since 30d")


@app.default
def list_incidents(
    *,
    open: Annotated[
        bool, Parameter(help="Only those that are neither resolved nor closed.", show_default=False)
    ] = False,
    service: Annotated[str | None, Parameter(help="Only those that touch this service.")] = None,
    severity: Annotated[str | None, Parameter(help="Only this level, such as SEV-2.")] = None,
    since: Annotated[str | None, Parameter(help="Only those declared since: 30d, 12h or 2026-11-01.")] = None,
    limit: Annotated[int, Parameter(help="At most so many, up to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="Go on where the page before ended.")] = None,
    json: Json = False,
) -> None:
    after = instant(since, output.now(), field="--since").isoformat() if since else None
    raw = Client().get(
        "/incidents", open=open, service=service, severity=severity, since=after, limit=limit, cursor=cursor
    )
    if json:
        return output.print_json(raw)
    page = output.read(raw, wire.IncidentList)
    if not page.incidents:
        narrowed = service or severity or since or cursor
        nothing = "No open incident" if open else "No incident"
        return output.say(f"{nothing}{' of that kind' if narrowed else ''}. All calm.")
    output.show(
        output.table(("id", "severity", "status", "title", "service", "who", "age"), _rows(page.incidents), flexible=3)
    )
    if page.next_cursor is not None:
        output.say((f"There are more: tocsin list --cursor {page.next_cursor}", "dim"))
    return None


def _rows(incidents: Sequence[wire.Incident]) -> list[tuple[str | Text, ...]]:
    return [_row(each, output.now()) for each in incidents]


def _row(each: wire.Incident, now: datetime) -> tuple[str | Text, ...]:
    services = ", ".join(output.line(name) for name in each.services)
    return (
        Text(each.id, style="bold"),
        output.line(each.severity or "–"),
        output.status(each.status),
        output.line(each.title),
        services or "–",
        output.line(_who(each)),
        length_words(now - each.declared_at),
    )


def _who(each: wire.Incident) -> str:
    """Who commands, else who has taken it."""
    return each.commander or (each.acknowledged_by or "").removeprefix("@") or "–"


main = runner(app)
