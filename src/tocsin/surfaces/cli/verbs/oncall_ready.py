"""`tocsin oncall ready`: whether whoever is on call next can be reached and can work."""

from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.text import Text

from tocsin.insights.readiness_model import Item, Readiness, State
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.wire import readiness as wire

_MARK = {State.READY: ("✓", "green"), State.MISSING: ("✗", "bold red"), State.NOTE: ("·", "dim")}


def ready(
    whom: Annotated[
        str | None, Parameter(name="SCHEDULE|@PERSON", help="Who takes over a schedule next, or a person; else you.")
    ] = None,
    /,
    *,
    test: Annotated[bool, Parameter(help="Have a test page sent to you (or to @PERSON, by administrators).")] = False,
    probe: Annotated[bool, Parameter(help="Try the access probes of the schedule's team now.")] = False,
    json: Json = False,
) -> None:
    """Show whether whoever is on call next is ready.

    Contacts answered by within 30 days, a test page answered, access probes; and the recent incidents and known issues
    to read before.
    """
    client = Client()
    person = whom.removeprefix("@") if whom is not None and whom.startswith("@") else None
    if test and probe:
        raise WrongUsage("One thing at a time.", "See: tocsin oncall ready --help")
    if test:
        return _send_test(client, person, whom, json=json)
    if probe:
        return _try_probes(client, None if person else whom, json=json)
    if whom is not None and person is None:
        raw = client.get(f"/oncall/{segment(whom)}/readiness")
    else:
        raw = client.get("/readiness", person=person)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.ReadinessList).readiness
    if not found:
        return output.say(f"{whom or 'You'} {'is' if whom else 'are'} on call nowhere within five weeks.")
    return output.show(*(_block(each) for each in found))


def _send_test(client: Client, person: str | None, whom: str | None, *, json: bool) -> None:
    if whom is not None and person is None:
        raise WrongUsage("A test page goes to a person.", "Name one as @PERSON, or nobody for yourself.")
    raw = client.post("/readiness/test" + (f"?person={segment(person)}" if person else ""), {})
    if json:
        return output.print_json(raw)
    output.say(f"A test page is on its way to {output.line(output.read(raw, wire.SentTestPage).person)}.")
    return output.say(("  Follow its link to answer it; tocsin oncall ready shows that it was.", "dim"))


def _try_probes(client: Client, schedule: str | None, *, json: bool) -> None:
    if schedule is None:
        raise WrongUsage("Access probes are those of a schedule's team.", "Name the schedule.")
    raw = client.post(f"/oncall/{segment(schedule)}/readiness/probe", {})
    if json:
        return output.print_json(raw)
    number = output.read(raw, wire.AskedProbes).probes
    what = "1 access probe is" if number == 1 else f"{number} access probes are"
    return output.say(f"{what} being tried: tocsin oncall ready {schedule} shows what was found.")


def _block(told: Readiness) -> Text:
    """Who and for which shift, whether they are ready, then each item; the remedy stands below what is missing."""
    zone = ZoneInfo(told.time_zone)
    when = f"{times.day_and_clock(told.starts_at, told.checked_at, zone)} {told.starts_at.astimezone(zone):%Z}"
    verdict = ("ready", "green") if told.is_ready else ("not ready", "bold red")
    text = Text.assemble((f"@{output.line(told.person)}", "bold"), f" for {output.line(told.schedule)} from {when}  ")
    text.append(*verdict)
    for item in told.items:
        text.append("\n")
        text.append_text(_item(item))
    return text


def _item(item: Item) -> Text:
    mark, style = _MARK[item.state]
    line = Text.assemble((f"  {mark} ", style), f"{output.line(item.name)}: {output.line(item.sentence)}")
    if item.url.startswith("http"):
        line.append(f"  {output.line(item.url)}", style="dim")
    if item.remedy:
        line.append(f"\n      {output.line(item.remedy)}", style="dim")
    return line
