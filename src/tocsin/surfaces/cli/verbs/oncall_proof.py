"""`tocsin oncall proof`: whether pages would reach people, way by way, and a test of it at once."""

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.wire import reachability as wire

_MARK = {True: ("✓", "green"), False: ("✗", "bold red")}


def proof(
    whom: Annotated[
        str | None, Parameter(name="SCHEDULE|@PERSON", help="Only a schedule's people, or one person; else all.")
    ] = None,
    /,
    *,
    ask: Annotated[
        bool, Parameter(help="Test now, by the way that needs it most: yourself, or @PERSON by administrators.")
    ] = False,
    json: Json = False,
) -> None:
    """Show whether a page would reach those whom schedules and policies name.

    Each of their ways is tested in working hours, one at a time; one tap answers. A person is proven while one of the
    ways by which the worst pages come was answered by within 30 days and nothing was missed since.
    """
    client = Client()
    person = whom.removeprefix("@") if whom is not None and whom.startswith("@") else None
    if ask:
        return _ask(client, person, whom, json=json)
    raw = client.get("/reachability")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Reachability).people
    found = [each for each in told if _is_meant(each, person, whom)]
    if not found:
        return output.say(
            "Nobody here is named by a schedule or a policy."
            if whom is None
            else f"{whom} names nobody that you work with."
        )
    now = output.now()
    return output.show(*(_block(each, now) for each in found))


def _is_meant(each: wire.Person, person: str | None, whom: str | None) -> bool:
    return whom is None or (each.person == person if person is not None else whom in each.schedules)


def _ask(client: Client, person: str | None, whom: str | None, *, json: bool) -> None:
    if whom is not None and person is None:
        raise WrongUsage("A test goes to a person.", "Name one as @PERSON, or nobody for yourself.")
    raw = client.post("/reachability/ask" + (f"?person={segment(person)}" if person else ""), {})
    if json:
        return output.print_json(raw)
    asked = output.read(raw, wire.Asked)
    output.say(f"A test is on its way to {output.line(asked.person)} by {asked.kind}.")
    return output.say(("  One tap on it answers; tocsin oncall proof shows that it was.", "dim"))


def _block(told: wire.Person, now: datetime) -> Text:
    """Who, whether a page would wake them, then each way."""
    text = Text.assemble((f"@{output.line(told.person)}", "bold"), "  ")
    text.append(*("proven", "green") if told.unproven is None else ("unproven", "bold red"))
    if told.schedules:
        text.append(f"  {', '.join(map(output.line, told.schedules))}", style="dim")
    if not told.ways:
        text.append("\n  No way to be reached: add a contact.", style="red")
    for way in told.ways:
        mark, style = _MARK[way.proven and not way.broken]
        text.append(f"\n  {mark} ", style=style)
        text.append(f"{way.number} {way.kind}: {_words(way, now)}")
        if not way.wakes and not way.broken:
            text.append("  not for the worst pages", style="dim")
    return text


def _words(way: wire.Way, now: datetime) -> str:
    if way.broken:
        return f"nothing is sent to it: {output.line(way.broken)}. Correct it, or answer a test by it."
    coming = f"; next test {times.clock(way.next_at, now)}" if way.next_at else ""
    match way.state:
        case "proven":
            return f"answered {_ago(way.answered_at, now)}{coming}"
        case "due":
            return f"last answered {_ago(way.answered_at, now)}{coming}"
        case "asked":
            return f"asked {_ago(way.asked_at, now)}, waits for an answer"
        case "missed":
            return f"the test was not answered, known {_ago(way.since, now)}{coming}"
        case _:
            return f"never answered{coming}"


def _ago(at: datetime | None, now: datetime) -> str:
    return times.ago(at, now) if at is not None else "at an unknown time"
