"""`tocsin declare`: an incident in one line."""

import uuid
from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.fact_options import KnownFacts
from tocsin.surfaces.cli.incident_view import state_line
from tocsin.surfaces.cli.moments import instant
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import incidents as wire

app = verb(
    "declare",
    "Declare an incident; one line is enough. Whoever is on call for the service is paged.",
    'tocsin declare "Checkout answers 500" --service checkout --severity SEV-2',
    'tocsin declare "Checkout answers 500" --service checkout --users-affected 35%',
    'tocsin declare "Checkout answers 500" --severity SEV-1 --team-size large --commander me',
    'tocsin declare "A token leaked" --service checkout --private --member carol',
)


@app.default
def declare(
    title: Annotated[str, Parameter(name="TITLE", help="What is wrong, in one line.")],
    /,
    *,
    severity: Annotated[str | None, Parameter(help="A level of the severity profile, such as SEV-2.")] = None,
    service: Annotated[list[str] | None, Parameter(help="What is affected; may be given several times.")] = None,
    policy: Annotated[str | None, Parameter(help="Page by this escalation policy, not by the service's.")] = None,
    urgency: Annotated[Literal["high", "low"] | None, Parameter(help="high wakes people.")] = None,
    summary: Annotated[str | None, Parameter(help="What is known so far.")] = None,
    impact: Annotated[str | None, Parameter(help="What it means for those who use it.")] = None,
    known: KnownFacts | None = None,
    started: Annotated[str | None, Parameter(help="When it began: 14:20, 2026-11-21T14:20 or 10m (ago).")] = None,
    source: Annotated[str | None, Parameter(help="How we know, such as customer_report.")] = None,
    team_size: Annotated[
        Literal["solo", "small", "large"] | None,
        Parameter(help="How many work on it: one, two to four, five or more; the severity says by default."),
    ] = None,
    commander: Annotated[str | None, Parameter(help="Who commands: a person, or me.")] = None,
    drill: Annotated[bool, Parameter(help="It is an exercise.", show_default=False)] = False,
    private: Annotated[
        bool, Parameter(help="Only you, --member and those who are called see it.", show_default=False)
    ] = False,
    member: Annotated[
        list[str] | None, Parameter(help="Who else sees a private one; may be given several times.")
    ] = None,
    json: Json = False,
) -> None:
    request = wire.DeclareRequest(
        title=title,
        severity=severity,
        services=service or [],
        policy=policy,
        urgency=urgency,
        summary=summary,
        impact=impact,
        facts={**known.said()} if known else {},
        started_at=instant(started, output.now(), field="--started") if started else None,
        source=source,
        is_drill=drill,
        team_size=team_size,
        commander=commander,
        is_private=private,
        members=member or [],
    )
    raw = Client().post("/incidents", request, idempotency_key=str(uuid.uuid4()))
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Incident)
    output.say((told.id, "bold"), f" is declared: {output.line(told.title)}")
    output.say("  ", state_line(told))
    output.say("  ", told.url)
    if told.conference_url:
        output.say("  ", output.line(told.conference_url))
    return output.say((f"  Who is called, and why: tocsin explain {told.id}", "dim"))


main = runner(app)
