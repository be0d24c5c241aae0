"""`tocsin report`: what the records of some months teach."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import rail_trends as wire
from tocsin.surfaces.wire import recommendations as advice

app = verb(
    "report",
    "What the records of some months teach.",
    "tocsin report guard-rails --months 3 --team payments",
    "tocsin report recommendations",
)


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
