"""`tocsin check`: run the verification checks of an incident and show them; add and remove its own; tick what only a
person can see."""

from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.checks_view import path_of, print_checks, wait_while
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.wire.verification import CheckRequest, Checks, RemovalRequest, TickRequest

Action = Literal["run", "add", "remove"]

app = verb(
    "check",
    "Run the verification checks of an incident and show what they found. Exit status 1: something is not met.\n"
    "add gives this incident a check beside those of its services, remove takes it away again.",
    "tocsin check INC-1",
    "tocsin check INC-1 --tick queue",
    "tocsin check INC-1 --untick queue",
    'tocsin check INC-1 add cart --http "https://shop.example.com/cart" --latency-below slo',
    'tocsin check INC-1 add errors --promql "sum(rate(http_errors_total[5m]))" --below 1%',
    'tocsin check INC-1 add refunds --manual "The refunds of today are paid."',
    "tocsin check INC-1 remove refunds",
)


@app.default
def check(
    incident: Incident,
    action: Annotated[Action, Parameter(name="ACTION", help="What to do; without one: run them.")] = "run",
    name: Annotated[str | None, Parameter(name="NAME", help="With add and remove, which one.")] = None,
    /,
    *,
    tick: Annotated[
        str | None, Parameter(help="You have looked at this check and it is as it should be; runs nothing.")
    ] = None,
    untick: Annotated[str | None, Parameter(help="Take a tick back: it has to be looked at again.")] = None,
    http: Annotated[str | None, Parameter(help="With add, a page that has to answer.")] = None,
    status: Annotated[int | None, Parameter(help="With --http, the one status that is good; else 200 to 299.")] = None,
    contains: Annotated[str | None, Parameter(help="With --http, a text of its answer.")] = None,
    latency_below: Annotated[
        str | None, Parameter(help="With --http, the time it may take: 300ms, or slo: what its services promise.")
    ] = None,
    promql: Annotated[str | None, Parameter(help="With add, a query to the organisation's Prometheus.")] = None,
    below: Annotated[str | None, Parameter(help="With --promql, what it has to be below: 0.01, 5% or slo.")] = None,
    above: Annotated[str | None, Parameter(help="With --promql, what it has to be above.")] = None,
    lasts: Annotated[str | None, Parameter(name="--for", help="With --promql, how long it has to be so: 5m.")] = None,
    tcp: Annotated[str | None, Parameter(help="With add, host:port that has to take connections.")] = None,
    manual: Annotated[str | None, Parameter(help="With add, what has to be true for whoever looks.")] = None,
    json: Json = False,
) -> int:
    client, path = Client(), path_of(incident)
    if tick is not None or untick is not None:
        request = TickRequest(name=tick or untick or "", ticked=tick is not None)
        return _shown(client.post(f"{path}/tick", request), json)
    if action == "remove":
        return _shown(client.post(f"{path}/remove", RemovalRequest(name=_named(name, action))), json)
    if action == "add":
        wanted = CheckRequest(
            name=_named(name, action),
            http=http,
            status=status,
            contains=contains,
            latency_below=latency_below,
            promql=promql,
            below=_number(below),
            above=_number(above),
            lasts=lasts,
            tcp=tcp,
            manual=manual,
        )
        client.post(f"{path}/add", wanted)
        return _shown(wait_while(client, incident, lambda told: told.is_running), json)
    client.post(path, {})
    raw = wait_while(client, incident, lambda told: told.is_running)
    told = output.read(raw, Checks)
    _shown(raw, json)
    return DONE if told.is_met and not told.is_running else FAILED


def _named(name: str | None, action: Action) -> str:
    if name is None:
        raise WrongUsage("Which check is missing.", f"Name it: tocsin check INC-1 {action} cart")
    return name


def _number(text: str | None) -> float | str | None:
    """What the server reads as a number; a share such as 5%, and slo, stay as they are."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return text


def _shown(raw: bytes, json: bool) -> int:
    if json:
        output.print_json(raw)
        return DONE
    told = output.read(raw, Checks)
    print_checks(told)
    if told.is_running:
        output.say(f"The run has not ended yet. See again later: tocsin check {told.incident}")
    return DONE


main = runner(app)
