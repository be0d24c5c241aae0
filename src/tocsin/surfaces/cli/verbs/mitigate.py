"""`tocsin mitigate`: record what is done against an incident, and whether it helped."""

from typing import Annotated, Literal

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import mitigations as wire

STYLE = {"helped": "green", "no-effect": "yellow", "worse": "bold red"}

app = verb(
    "mitigate",
    "Record what is done against an incident, and whether it helped; without WHAT: what was done so far. --worse\n"
    "stops it, asks the room how bad it is now, calls help, and offers the way back.",
    'tocsin mitigate INC-1 "rolled back to v2.3.0" --way-back "deploy v2.3.1 again"',
    "tocsin mitigate INC-1 1 --result helped",
    "tocsin mitigate INC-1 1 --worse --helper bob",
    'tocsin mitigate INC-1 "restarted the workers" --result no-effect',
)


@app.default
def mitigate(
    incident: Incident,
    what: Annotated[
        str | None, Parameter(name="WHAT", help="What is done, in one line; or the number of one that runs.")
    ] = None,
    /,
    *,
    result: Annotated[Literal["helped", "no-effect", "worse"] | None, Parameter(help="What came of it.")] = None,
    worse: Annotated[bool, Parameter(help="It made things worse.", show_default=False)] = False,
    helper: Annotated[list[str] | None, Parameter(help="With --worse, whom to call; else the next step.")] = None,
    no_help: Annotated[bool, Parameter(help="With --worse, call nobody.", show_default=False)] = False,
    note: Annotated[str | None, Parameter(help="What was seen, for the timeline.")] = None,
    way_back: Annotated[str | None, Parameter(help="How to undo it.")] = None,
    strategy: Annotated[str | None, Parameter(help="Such as rollback, restart or failover.")] = None,
    temporary: Annotated[bool, Parameter(help="It is no permanent fix.", show_default=False)] = False,
    dry_run: Annotated[bool, Parameter(help="It was tried without effect first.", show_default=False)] = False,
    identified: Annotated[bool, Parameter(help="The cause is known with it.", show_default=False)] = False,
    by: Annotated[str | None, Parameter(metavar="WHO", help="Who did it; you, by default.")] = None,
    started: Annotated[str | None, Parameter(help="When it began: 14:20 or 10m (ago); now, by default.")] = None,
    json: Json = False,
) -> None:
    path, client = f"/incidents/{segment(incident)}/mitigations", Client()
    if what is None:
        return _list(client.get(path), json)
    outcome = "worse" if worse else result
    if what.isascii() and what.isdigit():
        if outcome == "worse":
            request = wire.WorseRequest(note=note or "", helpers=helper or [], call_help=not no_help)
            return _say_worse(client.post(f"{path}/{what}/worse", request), json)
        return _say(incident, client.post(f"{path}/{what}/finish", _finish(what, outcome, note)), json)
    if outcome == "worse":
        raise WrongUsage("Which one made it worse is missing.", "Name its number: tocsin mitigate INC-1 1 --worse")
    begun = wire.MitigationRequest(
        what=what,
        strategy=strategy,
        way_back=way_back,
        dry_run=dry_run or None,
        temporary=temporary,
        started_at=instant(started, output.now(), field="--started") if started else None,
        by=by,
        identified=identified,
        result=result,
        note=note or "",
    )
    return _say(incident, client.post(path, begun), json)


def _finish(n: str, result: str | None, note: str | None) -> wire.FinishRequest:
    if result is None:
        raise WrongUsage(f"What came of mitigation {n} is missing.", "Say it: --result helped, or --worse")
    return wire.FinishRequest(result=result, note=note or "")


def _list(raw: bytes, json: bool) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.MitigationList)
    if not told.mitigations:
        output.say(f'Nothing has been recorded yet: tocsin mitigate {told.incident} "what you do"')
        return None
    rows = [
        (str(each.n), _state(each), output.line(each.what), output.line(each.by), _when(each))
        for each in told.mitigations
    ]
    return output.show(output.table(("n", "result", "what", "by", "begun"), rows, flexible=2))


def _say(incident: str, raw: bytes, json: bool) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Mitigation)
    output.say(f"Mitigation {told.n} ", _state(told), f": {output.line(told.what)}")
    if told.ended_at is None:
        output.say((f"  When it is done: tocsin mitigate {incident} {told.n} --result helped, or --worse", "dim"))
    return None


def _say_worse(raw: bytes, json: bool) -> None:
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Worse)
    output.say(f"Mitigation {told.mitigation.n} is stopped: it made things worse. The room is told.")
    if told.called:
        output.say(f"  Called to help: {output.line(told.called)}")
    if told.why_nobody:
        output.say((f"  {output.line(told.why_nobody)}", "yellow"))
    output.say(f"  The way back: tocsin mitigate {told.incident} {_quoted(told.way_back)}")
    if told.maintenance_url:
        output.say(("  Page nobody for its services meanwhile: ", "dim"), told.maintenance_url)
    return None


def _quoted(text: str) -> str:
    return '"' + output.line(text).replace('"', "'") + '"'


def _state(told: wire.Mitigation) -> Text:
    return Text(told.result, style=STYLE.get(told.result, "")) if told.result else Text("runs", style="cyan")


def _when(told: wire.Mitigation) -> str:
    return times.ago(told.started_at, output.now())


main = runner(app)
