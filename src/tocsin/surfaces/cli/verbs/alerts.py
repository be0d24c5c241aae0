"""`tocsin alerts`: what fires, and where each alert went and why (ALR-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from tocsin.kernel.durations import length_words
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.moments import length
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import alerts as wire

STYLE = {"firing": "bold red", "stale": "yellow", "resolved": "green"}

app = verb(
    "alerts",
    "What fires, and where each alert went: with the reason, also when nobody was paged for it.",
    "tocsin alerts",
    "tocsin alerts --state all --service checkout",
    "tocsin alerts --not-paged",
    "tocsin alerts reasons --since 7d",
    "tocsin alerts show 17",
    "tocsin alerts close 17",
    "tocsin alerts export --since 30d > history.jsonl",
)


@app.default
@app.command(name="list")
def list_alerts(
    *,
    state: Annotated[
        Literal["firing", "stale", "resolved", "all"] | None,
        Parameter(help="Which ones. With --not-paged all of them, else those that fire.", show_default=False),
    ] = None,
    not_paged: Annotated[bool, Parameter(help="Only those that called nobody, with the reason.", negative="")] = False,
    service: Annotated[str | None, Parameter(help="Only those routed to this service.")] = None,
    limit: Annotated[int, Parameter(help="At most so many, up to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="Go on where the page before ended.")] = None,
    json: Json = False,
) -> None:
    """List alerts, newest first."""
    wanted = state or ("all" if not_paged else "firing")
    raw = Client().get(
        "/alerts",
        state=None if wanted == "all" else wanted,
        service=service,
        not_paged="true" if not_paged else None,
        limit=limit,
        cursor=cursor,
    )
    if json:
        return output.print_json(raw)
    page = output.read(raw, wire.AlertList)
    if not page.alerts:
        return output.say("Nothing fires." if wanted == "firing" else "There is no such alert.")
    rows = _rows(page.alerts, with_reason=not_paged)
    output.show(output.table(("id", "state", "alert", "went to", "since"), rows, flexible=2))
    if page.next_cursor is not None:
        output.say((f"There are more: tocsin alerts --cursor {page.next_cursor}", "dim"))
    return None


@app.command
def reasons(*, since: Annotated[str, Parameter(help="How far back: 1h, 24h, 7d.")] = "24h", json: Json = False) -> None:
    """Count the alerts that called nobody, by the reason."""
    raw = Client().get("/alerts/reasons", since=(output.now() - length(since, "--since")).isoformat())
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.ReasonList)
    if not told.reasons:
        return output.say(f"Every alert of the last {since} has called somebody, or there was none.")
    rows = [(str(each.alerts), str(each.firing), each.outcome, output.line(each.reason)) for each in told.reasons]
    output.show(output.table(("alerts", "firing", "outcome", "reason"), rows, flexible=3))
    return output.say((f"{told.alerts} in all: tocsin alerts --not-paged", "dim"))


@app.command
def show(
    number: Annotated[int, Parameter(name="ID", help="Its number in the list.")], /, *, json: Json = False
) -> None:
    """Show one alert: its labels, where it went, and why."""
    raw = Client().get(f"/alerts/{number}")
    if json:
        return output.print_json(raw)
    return print_alert(output.read(raw, wire.AlertStory), output.now())


@app.command
def close(
    number: Annotated[int, Parameter(name="ID", help="Its number in the list.")], /, *, json: Json = False
) -> None:
    """Close an alert whose source will not say that it is over. It comes back only if it begins anew."""
    raw = Client().post(f"/alerts/{number}/close", None)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.AlertStory)
    where = f"; {told.incident} goes on until it is resolved" if told.incident else ""
    return output.say(f"Closed: {output.line(told.title)}{where}.")


@app.command
def export(
    *,
    since: Annotated[str, Parameter(help="From when on: 30d, or an instant.")],
    until: Annotated[str | None, Parameter(help="Until when; now.")] = None,
) -> None:
    """Write each alert, and who acknowledged and resolved, as lines of JSON: for tocsin replay."""
    from tocsin.surfaces.cli.history import export_history

    export_history(since, until)


def went(told: wire.Alert) -> str:
    """Where it went, in a few words."""
    if told.incident is not None:
        return f"{told.incident} {output.line(told.service or '')}".rstrip()
    return told.outcome if told.outcome not in ("paged", "low-urgency") else output.line(told.service or "–")


def why(told: wire.Alert) -> str:
    """Why it called nobody."""
    return told.reason if told.outcome == "low-urgency" else told.muted_reason or told.reason


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
            ("story", "\n".join(times.sentence(each, told.starts_at) for each in told.story)),
            ("severity", output.line(told.severity or "")),
            ("urgency", told.urgency),
            ("source", output.line(told.url)),
        ]
    )
    labels = output.facts([(output.line(name), output.line(told.labels[name])) for name in sorted(told.labels)])
    output.show(title, state, "", facts, "", labels)


def _rows(alerts: Sequence[wire.Alert], *, with_reason: bool) -> list[tuple[str | Text, ...]]:
    now = output.now()
    return [
        (
            Text(str(each.id), style="bold"),
            Text(each.state, style=STYLE.get(each.state, "")),
            Text.assemble(output.line(each.title), (f"\n{output.line(why(each))}" if with_reason else "", "dim")),
            went(each),
            length_words(now - each.starts_at),
        )
        for each in alerts
    ]


main = runner(app)
