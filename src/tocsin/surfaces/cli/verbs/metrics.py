"""`tocsin metrics`: how long incidents take, how often they come, and how far the numbers can be trusted (MET-1)."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import metrics_view, output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import metrics as wire

app = verb(
    "metrics",
    "MTTD, MTTA, MTTM, MTTR and the other metrics of incidents, each with what stands behind it.",
    "tocsin metrics --period 90d --compare-services",
    "tocsin metrics --by severity,month --period 365d --csv",
    "tocsin metrics --file pagerduty-incidents.csv --by service --plot times.svg",
)


@app.default
def metrics(
    *,
    period: Annotated[
        str | None, Parameter(help="The last 30d, 30 or 12h, or a month: 2026-10. Without it 30d, of a file all.")
    ] = None,
    by: Annotated[
        str, Parameter(help="One or two of severity, service, team, cause, weekday, hour, week, month: severity,week.")
    ] = "",
    compare_services: Annotated[bool, Parameter(help="A line for each service.", show_default=False)] = False,
    service: Annotated[str, Parameter(help="Only of these services, with a comma between.")] = "",
    verbose: Annotated[
        bool, Parameter(help="Every figure, what it means, and why incidents were left out.", show_default=False)
    ] = False,
    csv: Annotated[bool, Parameter(help="Print CSV: a line for each figure.", show_default=False)] = False,
    plot: Annotated[Path | None, Parameter(help="Also draw the times into this file, .svg or .png.")] = None,
    file: Annotated[
        Path | None,
        Parameter(help="Of the incidents in this file, without a server: CSV or JSON, PagerDuty's and Opsgenie's too."),
    ] = None,
    zone: Annotated[str, Parameter(help="Of a file: whose days and hours are meant, such as Europe/Berlin.")] = "UTC",
    mttr_from: Annotated[
        str | None, Parameter(help="Of a file: whether MTTR counts from `started` or from `detected`.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the metrics of incidents."""
    if json and csv:
        raise WrongUsage("--json and --csv are two answers.", "Leave one of them out.")
    if compare_services and "service" not in by.split(","):
        by = f"service,{by}" if by else "service"
    if file is None:
        raw = Client().get("/metrics", period=period, by=by or None, service=service or None)
        found = output.read(raw, wire.Metrics)
    else:
        from tocsin.surfaces.cli.metrics_file import Asked, metrics_of_file

        services = tuple(filter(None, (each.strip() for each in service.split(","))))
        found = metrics_of_file(Asked(file, period, by, services, zone, mttr_from))
    if plot is not None:
        from tocsin.surfaces.cli.metrics_chart import plot as draw

        draw(found, plot)
        sys.stderr.write(f"The chart is in {plot}.\n")
    if json:
        return output.print_document(found)
    if csv:
        sys.stdout.write(wire.metrics_csv(found).replace("\r\n", "\n"))
        return None
    return metrics_view.show(found, verbose=verbose)


main = runner(app)
