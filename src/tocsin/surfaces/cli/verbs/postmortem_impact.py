"""`tocsin postmortem impact`: what the incident cost, in figures with their source."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage
from tocsin.surfaces.wire import postmortems as wire


def impact(
    incident: Incident,
    /,
    *,
    users_affected: Annotated[str | None, Parameter(help="How many users were affected.")] = None,
    error_rate: Annotated[str | None, Parameter(help="Which share of requests failed, such as 12.5%.")] = None,
    failed_requests: Annotated[str | None, Parameter(help="How many requests failed.")] = None,
    failed_transactions: Annotated[
        str | None, Parameter(help="How many transactions failed; times the service's transaction_value is revenue.")
    ] = None,
    support_tickets: Annotated[str | None, Parameter(help="How many tickets came because of it.")] = None,
    sla_breached: Annotated[str | None, Parameter(help="Whether an SLA was breached: yes or no.")] = None,
    source: Annotated[str | None, Parameter(help="Where the figures come from; needed with each of them.")] = None,
    json: Json = False,
) -> None:
    """Say what it cost, or, without figures, print what was said. A draft takes it from here."""
    path = f"/incidents/{segment(incident)}/impact"
    request = wire.ImpactRequest(
        source=source or "",
        users_affected=users_affected,
        error_rate=error_rate,
        failed_requests=failed_requests,
        failed_transactions=failed_transactions,
        support_tickets=support_tickets,
        sla_breached=sla_breached,
    )
    if request.figures() and source is None:
        raise WrongUsage("Where the figures come from is missing.", 'Say it: --source "the dashboard of payments"')
    raw = Client().post(path, request) if request.figures() else Client().get(path)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Impact)
    if not told.figures:
        return output.say(
            f'Nobody has said what it cost: tocsin postmortem impact {told.incident} --support-tickets 14 --source "…"'
        )
    rows = [
        (each.name.replace("_", " "), each.value, output.line(each.by), output.line(each.source))
        for each in told.figures
    ]
    return output.show(output.table(("figure", "value", "by", "source"), rows, flexible=3))
