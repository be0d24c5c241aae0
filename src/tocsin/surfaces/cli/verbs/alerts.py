"""`tocsin alerts`: what fires, and where each alert went and why (ALR-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import alerts as wire

STYLE = {"firing": "bold red", "stale": "yellow", "resolved": "green"}

app = verb(
    "alerts",
    "What fires, and where each alert went: with the reason, also when nobody was paged for it.",
    "tocsin alerts",
    "tocsin alerts --state all --service checkout",
    "tocsin alerts show 17",
)


@app.default
@app.command(name="list")
def list_alerts(
    *,
    state: Annotated[Literal["firing", "stale", "resolved", "all"], Parameter(help="Which ones.")] = "firing",
    service: Annotated[str | None, Parameter(help="Only those routed to this service.")] = None,
    limit: Annotated[int, Parameter(help="At most so many, up to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="Go on where the page before ended.")] = None,
    json: Json = False,
) -> None:
    """List alerts, newest first."""
    raw = Client().get("/alerts", state=None if state == "all" else state, service=service, limit=limit, cursor=cursor)
    if json:
        return output.print_json(raw)
    page = output.read(raw, wire.AlertList)
    if not page.alerts:
        return output.say("Nothing fires." if state == "firing" else "There is no such alert.")
    output.show(output.table(("id", "state", "alert", "went to", "since"), _rows(page.alerts), flexible=2))
    if page.next_cursor is not None:
        output.say((f"There are more: tocsin alerts --cursor {page.next_cursor}", "dim"))
    return None


@app.command
def show(
    number: Annotated[int, Parameter(name="ID", help="Its number in the list.")], /, *, json: Json = False
) -> None:
    """Show one alert: its labels, where it went, and why."""
    raw = Client().get(f"/alerts/{number}")
    if json:
        return output.print_json(raw)
    return print_alert(output.read(raw, wire.AlertStory), output.now())


def went(told: wire.Alert) -> str:
    """Where it went, in a few words."""
    if told.disposition != "routed":
        return told.disposition
    if told.muted_reason:
        return "muted"
    return output.line(told.service or "–")


def print_alert(told: wire.AlertStory, now: datetime) -> None:
    """Title and state, the facts, then the labels."""
    title = Text(f"{told.id}  {output.line(told.title)}", style="bold")
    state = Text.assemble((told.state, STYLE.get(told.state, "")), f" · {went(told)} · {output.line(told.integration)}")
    resent = f", resent {told.repeat_count} times" if told.repeat_count else ""
    facts = output.facts(
        [
            ("since", times.both(told.starts_at, now)),
            ("last seen", times.both(told.last_seen_at, now) + resent),
            ("ended", f"{times.both(told.ended_at, now)} (by {told.ended_by})" if told.ended_at else ""),
            ("summary", output.safe(told.summary)),
            ("story", "\n".join(output.line(sentence) for sentence in told.story)),
            ("severity", output.line(told.severity or "")),
            ("urgency", told.urgency),
            ("source", output.line(told.url)),
        ]
    )
    labels = output.facts([(output.line(name), output.line(told.labels[name])) for name in sorted(told.labels)])
    output.show(title, state, "", facts, "", labels)


def _rows(alerts: Sequence[wire.Alert]) -> list[tuple[str | Text, ...]]:
    now = output.now()
    return [
        (
            Text(str(each.id), style="bold"),
            Text(each.state, style=STYLE.get(each.state, "")),
            output.line(each.title),
            went(each),
            times.duration(now - each.starts_at),
        )
        for each in alerts
    ]


main = runner(app)
