"""`tocsin check`: run the verification checks of an incident and show them; tick what only a person can see."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.checks_view import path_of, print_checks, wait_while
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Incident, Json, runner, verb
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.wire.verification import Checks, TickRequest

app = verb(
    "check",
    "Run the verification checks of an incident and show what they found. Exit status 1: something is not met.",
    "tocsin check INC-1",
    "tocsin check INC-1 --tick queue",
)


@app.default
def check(
    incident: Incident,
    /,
    *,
    tick: Annotated[
        str | None, Parameter(help="You have looked at this check and it is as it should be; runs nothing.")
    ] = None,
    json: Json = False,
) -> int:
    client = Client()
    if tick is not None:
        raw = client.post(f"{path_of(incident)}/tick", TickRequest(name=tick))
        told = output.read(raw, Checks)
        _show(raw, told, json)
        return DONE
    client.post(path_of(incident), {})
    raw = wait_while(client, incident, lambda told: told.is_running)
    told = output.read(raw, Checks)
    _show(raw, told, json)
    return DONE if told.is_met and not told.is_running else FAILED


def _show(raw: bytes, told: Checks, json: bool) -> None:
    if json:
        return output.print_json(raw)
    print_checks(told)
    if told.is_running:
        output.say(f"The run has not ended yet. See again later: tocsin check {told.incident}")
    return None


main = runner(app)
