"""`tocsin simulate`: what would happen if this alert came at this time and nobody answered (PAG-8)."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.console import RenderableType
from rich.text import Text

from tocsin.config.files import load
from tocsin.config.setup import setup_of_files
from tocsin.simulation.model import ASSUMED
from tocsin.simulation.simulate import simulate as simulate_here
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import simulation as wire

_STYLE = {"+": "green", "-": "red"}
_WAYS = {"email": "e-mail"}

app = verb(
    "simulate",
    "What would happen if this alert came at this time and nobody answered: each step, person, way and minute, with "
    "the reason. Sends nothing. Asks the configuration in force; with -f the files alone, without any server; with -f "
    "and --compare both, and shows the difference.",
    "tocsin simulate --alert alertname=HighErrorRate --alert severity=critical --alert job=checkout",
    "tocsin simulate -f tocsin.yaml --service checkout --severity SEV-2 --at 2026-12-24T03:00",
    "tocsin simulate -f tocsin.yaml --compare --service checkout --at 2026-12-27T02:30",
)

Labels = Annotated[
    list[str] | None,
    Parameter(name="--alert", negative="", help="A label of the alert, NAME=VALUE; once for each."),
]


@app.default
def simulate(
    *,
    alert: Labels = None,
    service: Annotated[str | None, Parameter(help="A declared incident of this service, in place of an alert.")] = None,
    severity: Annotated[str | None, Parameter(help="The severity of that incident.")] = None,
    policy: Annotated[str | None, Parameter(help="An escalation policy by itself.")] = None,
    integration: Annotated[str | None, Parameter(help="Through which integration the alert comes.")] = None,
    firing: Annotated[
        list[str] | None,
        Parameter(negative="", help="What fires already and may inhibit it: NAME=VALUE,NAME=VALUE; once for each."),
    ] = None,
    at: Annotated[str | None, Parameter(help="When; without an offset in the organisation's time zone. Now.")] = None,
    file: Annotated[
        list[Path] | None, Parameter(name=["--file", "-f"], negative="", help="Files and folders to be asked.")
    ] = None,
    compare: Annotated[
        bool, Parameter(negative="", help="Also ask what is in force, and show the difference.")
    ] = False,
    json: Json = False,
) -> None:
    asked = wire.SimulationRequest(
        at=_instant(at),
        labels=_labels(alert or ()),
        integration=integration,
        service=service,
        severity=severity,
        policy=policy,
        firing=[_labels(each.split(",")) for each in firing or ()],
    )
    if compare and not file:
        raise WrongUsage(
            "--compare needs a draft to compare with.", "Give its files: -f tocsin.yaml", field="--compare"
        )
    told = _ask_files(asked, file) if file and not compare else _ask_server(asked, file)
    if json:
        return output.print_document(told)
    return print_answer(told)


def _ask_files(asked: wire.SimulationRequest, files: Sequence[Path]) -> wire.SimulationAnswer:
    setup = setup_of_files(load(files, os.environ))
    outcome = simulate_here(setup, wire.question_of(asked, setup, output.now()))
    return wire.SimulationAnswer(draft=wire.simulation(outcome, setup))


def _ask_server(asked: wire.SimulationRequest, files: Sequence[Path] | None) -> wire.SimulationAnswer:
    asked.document = load(files, os.environ) if files else None
    return output.read(Client().post("/simulate", asked), wire.SimulationAnswer)


def print_answer(told: wire.SimulationAnswer) -> None:
    """The difference when there are two to compare, else the whole story."""
    if told.live is not None and told.draft is not None:
        return _print_difference(told.live, told.draft, told.differences or [])
    only = told.draft or told.live
    assert only is not None  # one of the two is always asked
    story = (*_story(only), "", Text(ASSUMED, style="dim")) if only.calls else _story(only)
    return output.show(Text(output.line(only.summary), style="bold"), "", *story)


def _print_difference(live: wire.Simulation, draft: wire.Simulation, found: Sequence[wire.Difference]) -> None:
    output.show(
        output.facts([("now", output.line(live.summary)), ("after", output.line(draft.summary))]),
        "",
        *_changes(draft, found),
    )


def _changes(draft: wire.Simulation, found: Sequence[wire.Difference]) -> Iterator[RenderableType]:
    if not found:
        yield Text("The same people are called at the same times by the same ways.")
        return
    zone, day = ZoneInfo(draft.time_zone), None
    for each in found:
        local = each.at.astimezone(zone)
        if local.date() != day:
            day = local.date()
            yield _day(local)
        line = Text(times.sentence(each.sentence, each.at, zone), style=_STYLE.get(each.sign, ""))
        yield output.hanging(f"{each.sign} {local:%H:%M:%S}", line)


def _story(told: wire.Simulation) -> Iterator[RenderableType]:
    """Each line beside its time, each way under the page it belongs to."""
    zone, day = ZoneInfo(told.time_zone), None
    for line in told.lines:
        local = line.at.astimezone(zone)
        if local.date() != day:
            day = local.date()
            yield _day(local)
        text = [Text(times.sentence(line.sentence, line.at, zone))]
        sends = [send for place in line.calls for send in told.calls[place].sends]
        text += [Text(_sent(send, zone), style="dim") for send in sends]
        yield output.hanging(f"{local:%H:%M:%S}", Text("\n").join(text))


def _sent(send: wire.Send, zone: ZoneInfo) -> str:
    way = f"{_WAYS.get(send.kind, send.kind)} to {output.line(send.address)}"
    when = f"{send.at.astimezone(zone):%H:%M:%S}"
    if send.dropped:
        return f"{way}: not sent at {when}, {output.line(send.dropped)}"
    return f"{way} at {when}{f', {output.line(send.travels)}' if send.travels else ''}"


def _day(local: datetime) -> Text:
    return Text(f"{local:%A} {local.day} {local:%B %Y}, {local:%Z}", style="dim")


def _labels(words: Sequence[str]) -> dict[str, str]:
    """`["severity=critical"]` → `{"severity": "critical"}`."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.strip().partition("=")
        if not equals or not name:
            raise WrongUsage(f"{word!r} is not a label.", "Write it as severity=critical.", field="--alert")
        found[name] = value.strip('"')
    return found


def _instant(text: str | None) -> datetime | None:
    """Kept without a zone when it has none: whose clock is meant is known where the configuration is."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongUsage(
            f"--at {text!r} is not an instant.", "Write it as 2026-12-24T03:00, or with Z or +01:00.", field="--at"
        ) from None


main = runner(app)
