"""`tocsin silence`: keep alerts from paging for a while."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import length
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import alerts as wire

STYLE = {"active": "yellow", "pending": "cyan", "expired": "dim"}

app = verb(
    "silence",
    "Keep alerts from paging for a while. They are still shown, with this reason.",
    'tocsin silence add job=checkout severity=warning --for 2h --comment "load test"',
    "tocsin silence list",
    "tocsin silence change 1f3a --for 4h",
    "tocsin silence expire 1f3a",
)


@app.command
def add(
    *matchers: Annotated[
        str, Parameter(name="MATCHER", required=True, help='Such as job=checkout or severity=~"warning|info".')
    ],
    lasts: Annotated[str, Parameter(name="--for", help="How long: 30m, 2h, 7d.")],
    comment: Annotated[str, Parameter(help="Why; whoever wonders tonight will read it.")],
    json: Json = False,
) -> None:
    """Silence what matches all of the matchers, from now on."""
    ends_at = output.now() + length(lasts, "--for")
    request = wire.SilenceRequest(matchers=list(matchers), ends_at=ends_at, comment=comment)
    raw = Client().post("/silences", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Silence)
    output.say(f"Silenced until {times.clock(told.ends_at, output.now())}: {_matchers(told)}")
    return output.say((f"  End it before with: tocsin silence expire {told.id[:8]}", "dim"))


@app.command(name="list")
def list_silences(*, json: Json = False) -> None:
    """List silences: those in force, those to come, and those that ended in the last five days."""
    raw = Client().get("/silences")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.SilenceList).silences
    if not found:
        return output.say("Nothing is silenced.")
    rows = [_row(each, output.now()) for each in found]
    return output.show(output.table(("id", "", "what and why", "until", "by"), rows, flexible=2))


@app.command
def change(
    silence: Annotated[str, Parameter(name="ID", help="Its id in the list, or the beginning of it.")],
    /,
    *,
    lasts: Annotated[str | None, Parameter(name="--for", help="How long from now on: 30m, 2h, 7d.")] = None,
    comment: Annotated[str | None, Parameter(help="Why, in other words.")] = None,
    json: Json = False,
) -> None:
    """Change when a silence ends, or why it is there. One that has ended begins again, under another id."""
    ends_at = None if lasts is None else output.now() + length(lasts, "--for")
    raw = Client().post(f"/silences/{segment(silence)}", wire.SilenceChange(ends_at=ends_at, comment=comment))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Silence)
    until = times.clock(told.ends_at, output.now())
    return output.say(f"{told.id[:8]} silences {_matchers(told)} until {until}: {output.line(told.comment)}")


@app.command
def expire(
    silence: Annotated[str, Parameter(name="ID", help="Its id in the list, or the beginning of it.")],
    /,
    *,
    json: Json = False,
) -> None:
    """End a silence now; what it muted and still fires is looked at again at once."""
    raw = Client().delete(f"/silences/{segment(silence)}")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Silence)
    return output.say(f"Ended: {_matchers(told)} pages again.")


def _row(told: wire.Silence, now: datetime) -> tuple[str | Text, ...]:
    what = Text.assemble(_matchers(told), (f"\n{output.line(told.comment)}", "dim"))
    style = STYLE.get(told.state, "")
    return (
        told.id[:8],
        Text(told.state, style=style),
        what,
        times.clock(told.ends_at, now),
        output.line(told.created_by),
    )


def _matchers(told: wire.Silence) -> str:
    return ", ".join(output.line(each) for each in told.matchers)


main = runner(app)
