"""`tocsin slo`: what services promise, what of their error budgets is used, and whether a deployment may go out."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.slo_view import print_slo, print_slos
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.wire import slo as wire

app = verb(
    "slo",
    "What services promise, and what of their error budgets is used; with a service, by which incidents. `gate` ends "
    "with status 1 while a budget is used up, for a pipeline that deploys.",
    "tocsin slo",
    "tocsin slo checkout",
    "tocsin slo gate checkout",
    "tocsin slo gate checkout --critical",
)


@app.default
def show(
    service: Annotated[str | None, Parameter(name="SERVICE", help="One service; without it: all.")] = None,
    /,
    *,
    json: Json = False,
) -> None:
    if service is None:
        raw = Client().get("/slos")
        return output.print_json(raw) if json else print_slos(output.read(raw, wire.SloList))
    raw = Client().get(f"/services/{segment(service)}/slo")
    return output.print_json(raw) if json else print_slo(output.read(raw, wire.Slo))


@app.command
def gate(
    service: Annotated[str, Parameter(name="SERVICE", help="What is to be deployed.")],
    /,
    *,
    critical: Annotated[bool, Parameter(help="It cannot wait.", show_default=False)] = False,
    json: Json = False,
) -> int:
    """Whether a deployment may go out now: status 0 it may, 1 it may not."""
    raw = Client().get(f"/services/{segment(service)}/deploy-gate", critical="true" if critical else "false")
    told = output.read(raw, wire.Gate)
    if json:
        output.print_json(raw)
    else:
        output.say(("allowed" if told.allowed else "not allowed", "bold"), f"  {output.line(told.reason)}")
    return DONE if told.allowed else FAILED


main = runner(app)
