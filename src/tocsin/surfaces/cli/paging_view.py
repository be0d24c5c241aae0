"""How the verbs that speak to the pager tell what became of it: who is called now, and what comes next."""

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.paging import Explanation


def say(incident: str, action: str, request: Body, json: bool, done: str) -> None:
    """POST one of them; `done` completes "INC-1 …"."""
    raw = Client().post(f"/incidents/{segment(incident)}/{action}", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, Explanation)
    now = output.now()
    output.say((told.incident, "bold"), f" {done}: {output.line(told.title)}")
    output.say("  ", output.line(told.now))
    after = f" ({times.ago(told.next_at, now)})" if told.next_at else ""
    return output.say("  ", Text(output.line(told.next) + after, style="dim"))
