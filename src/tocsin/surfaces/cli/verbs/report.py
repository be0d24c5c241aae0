"""`tocsin report`: what the records of some months teach."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import rail_trends as wire
from tocsin.surfaces.wire import recommendations as advice
from tocsin.surfaces.wire import reports as report_wire

app = verb(
    "report",
    "What the records of some months teach.",
    "tocsin report monthly 2026-10",
    "tocsin report monthly 2026-10 --html -o october.html",
    "tocsin report monthly 2026-10 --renew",
    "tocsin report guard-rails --months 3 --team payments",
    "tocsin report recommendations",
)


@app.command
def monthly(
    month: Annotated[str, Parameter(name="MONTH", help="A month that is over: 2026-10.")],
    /,
    *,
    markdown: Annotated[bool, Parameter(help="Print Markdown, as without any of these.")] = False,
    html: Annotated[bool, Parameter(help="One page of HTML with its charts, to print or to send on.")] = False,
    file: Annotated[Path | None, Parameter(name=["--output", "-o"], help="Write it into this file.")] = None,
    renew: Annotated[
        bool, Parameter(help="Make it anew from the record as it is now, and say what became different.", negative="")
    ] = False,
    json: Json = False,
) -> None:
    """Show the report of a month: how many incidents, how fast, where from, and what stands out."""
    if markdown + html + json > 1:
        raise WrongUsage("Markdown, HTML and JSON are three forms.", "Choose one of --markdown, --html, --json.")
    if renew and (markdown or html or file is not None):
        raise WrongUsage("--renew says what became different, not the report.", "Ask for the report afterwards.")
    if renew:
        return _renew(month, json=json)
    form = "html" if html else "json" if json else "markdown"
    raw = Client().get(f"/reports/monthly/{segment(month)}", format=form)
    if file is not None:
        file.write_bytes(raw)
        return output.say(f"Written to {file}.")
    if json:
        return output.print_json(raw)
    sys.stdout.write(output.safe(raw.decode()))
    return None


def _renew(month: str, *, json: bool) -> None:
    raw = Client().post(f"/reports/monthly/{segment(month)}/renew", {})
    if json:
        return output.print_json(raw)
    found = output.read(raw, report_wire.RenewedReport)
    if not found.changes:
        return output.say(f"The report of {found.month} is as it was: nothing in it was corrected.")
    output.say(f"The report of {found.month} was made anew:")
    for line in found.changes:
        output.say(output.line(line))
    return None


@app.command(name="guard-rails")
def guard_rails(
    months: Annotated[int, Parameter(help="So many months, this one included, 1 to 24.")] = 6,
    team: Annotated[str | None, Parameter(help="Only incidents of services of this team.")] = None,
    json: Json = False,
) -> None:
    """Show how often each guard rail fired, per month and per team."""
    raw = Client().get("/insights/guard-rails", months=months, team=team)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.RailTrends)
    if not found.fired:
        whose = f" for {output.line(team)}" if team else ""
        return output.say(f"No guard rail has fired{whose} in {months} months, in {sum(found.incidents)} incidents.")
    heads = [*found.months, "all", "incidents"]
    output.show(output.table(["guard rail", *heads], [_row(each) for each in (*found.rules, found.total)], flexible=0))
    if not team and len(found.teams) > 1:
        output.say("")
        output.show(output.table(["team", *heads], [_row(each) for each in found.teams], flexible=0))
    began = ", ".join(f"{n} in {month}" for month, n in zip(found.months, found.incidents, strict=True))
    output.say((f"Incidents that began: {began}; the last month is not over.", "dim"))
    return None


@app.command
def recommendations(
    months: Annotated[int, Parameter(help="So many months, this one included, 1 to 24.")] = 6,
    json: Json = False,
) -> None:
    """Show patterns in the incidents, what they are told from, and what usually helps."""
    raw = Client().get("/insights/recommendations", months=months)
    if json:
        return output.print_json(raw)
    found = output.read(raw, advice.RecommendationList)
    if not found.recommendations:
        return output.say(f"No pattern in {months} months: none is told from fewer than five incidents.")
    for each in found.recommendations:
        output.say((output.line(each.finding), "bold"))
        output.say((f"  from {', '.join(each.evidence)}", "dim"))
        for way in each.ways:
            output.say(f"  - {way}")
    return None


def _row(course: wire.MonthlyCounts) -> list[str]:
    name = output.line(course.name.replace("-", " "))
    return [name, *(str(count or "·") for count in course.counts), str(course.total), str(course.incidents)]


main = runner(app)
