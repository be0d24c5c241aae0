"""`tocsin explain`: why each person was called or was not (PAG-6), where an alert went, what calls a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.console import RenderableType
from rich.text import Text

from tocsin.kernel.durations import length_words
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import paging as wire
from tocsin.surfaces.wire.alerts import AlertStory
from tocsin.surfaces.wire.person import Page, PersonExplanation, Rung

app = verb(
    "explain",
    "Who was called for an incident, how, when and why – or why nobody was – and what happens next. Of an alert: where "
    "it went. Of a person at an instant: what calls them, how, and why nothing else does.",
    "tocsin explain INC-1",
    "tocsin explain --alert 17",
    "tocsin explain --person alice --at 2026-12-24T03:00",
)


@app.default
def explain(
    incident: Annotated[str | None, Parameter(name="INCIDENT", help="Its number, such as INC-1.")] = None,
    /,
    *,
    alert: Annotated[str | None, Parameter(metavar="ID", help="An alert by its number or fingerprint instead.")] = None,
    person: Annotated[str | None, Parameter(help="A person instead.")] = None,
    at: Annotated[str | None, Parameter(help="With --person: when. On the organisation's clock. Now.")] = None,
    json: Json = False,
) -> None:
    if sum(each is not None for each in (incident, alert, person)) != 1:
        raise WrongUsage("One thing is explained.", "Name an incident, an --alert or a --person.", field="INCIDENT")
    if at is not None and person is None:
        raise WrongUsage("--at goes with --person.", "Incidents and alerts have times of their own.", field="--at")
    if person is not None:
        return _explain_person(person, at, json)
    return _explain_alert(alert, json) if alert is not None else _explain_incident(incident or "", json)


def _explain_incident(what: str, json: bool) -> None:
    raw = Client().get(f"/incidents/{segment(what)}/explain")
    if json:
        return output.print_json(raw)
    return print_story(output.read(raw, wire.Explanation), output.now())


def _explain_alert(what: str, json: bool) -> None:
    raw = Client().get(f"/alerts/{segment(what)}")
    if json:
        return output.print_json(raw)
    told = output.read(raw, AlertStory)
    heading = Text.assemble((str(told.id), "bold"), "  ", (output.line(told.title), "bold"))
    return output.show(heading, *(Text(times.sentence(each, told.starts_at)) for each in told.story))


def _explain_person(name: str, at: str | None, json: bool) -> None:
    raw = Client().get(f"/people/{segment(name)}/explain", at=at)
    if json:
        return output.print_json(raw)
    return print_person(output.read(raw, PersonExplanation))


def print_person(told: PersonExplanation) -> None:
    """What calls them, in the order of time; then how, and what has called them around that instant."""
    zone = ZoneInfo(told.time_zone)
    output.show(
        Text.assemble((output.line(told.person), "bold"), f"  {told.at.astimezone(zone):%A %Y-%m-%d %H:%M %Z}"),
        *(Text(f"cannot be called: {told.person} {output.line(why)}") for why in [told.hindrance] if why),
        *(Text(output.line(line)) for line in (*told.on_call, *told.off_call)),
        "",
        *(output.hanging(_after(rung.after), Text(_rung(rung))) for rung in told.rungs),
        *(Text(output.line(line), style="dim") for line in told.not_called),
        "",
        output.facts([(f"{urgency} urgency", output.line(ways or "by no way")) for urgency, ways in told.ways.items()]),
        *(Text(times.sentence(output.line(line), told.at, zone), style="yellow") for line in told.not_by),
        *(output.hanging(f"{page.at.astimezone(zone):%H:%M:%S}", Text(_page(page, zone))) for page in told.pages),
    )


def _after(seconds: int) -> str:
    return f"after {length_words(timedelta(seconds=seconds))}" if seconds else "at once"


def _rung(rung: Rung) -> str:
    whom = f" (for {', '.join(rung.services)})" if rung.services else ""
    return output.line(f"{rung.policy}{whom}, {rung.label}, {rung.target}: {rung.why}")


def _page(page: Page, zone: ZoneInfo) -> str:
    return f"{page.incident} {times.sentence(page.sentence, page.at, zone)}"


def print_story(told: wire.Explanation, now: datetime) -> None:
    """What holds now, what comes next, then everything in order with how each page travelled."""
    next_in = f" ({times.ago(told.next_at, now)})" if told.next_at else ""
    output.show(
        Text.assemble((told.incident, "bold"), "  ", (output.line(told.title), "bold")),
        Text(times.sentence(told.now, now)),
        Text(times.sentence(told.next, told.next_at or now) + next_in, style="" if told.next_at else "dim"),
        "",
        *story(told.lines),
    )


def story(lines: Sequence[wire.StoryLine]) -> Iterator[RenderableType]:
    """Each line beside its time, in the zone of this machine; the day stands where it changes."""
    day = None
    for line in lines:
        local = line.at.astimezone()
        if local.date() != day:
            day = local.date()
            yield Text(f"{local:%A} {local.day} {local:%B %Y}, {local:%Z}", style="dim")
        told = [Text(times.sentence(line.sentence, line.at))]
        told += [Text(times.sentence(detail, line.at), style="dim") for detail in line.details]
        yield output.hanging(f"{local:%H:%M:%S}", Text("\n").join(told))


main = runner(app)
