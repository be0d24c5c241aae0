"""What is known of an incident's impact on the command line: said, and shown with the level that it means."""

from datetime import datetime

from rich.text import Text

from tocsin.catalog.facts import words_of
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.wire.severity import AssessedThen, FactsRequest, Known


def learn(incident: str, facts: dict[str, str], *, json: bool) -> None:
    """`tocsin assess INC-1 --users-affected 30%`: the server answers with what is proposed."""
    raw = Client().post(f"/incidents/{segment(incident)}/facts", FactsRequest(facts={**facts}))
    if json:
        return output.print_json(raw)
    return print_known(output.read(raw, Known), output.now())


def show_known(incident: str, *, json: bool) -> None:
    """`tocsin assess INC-1`: what is known now, and since when."""
    raw = Client().get(f"/incidents/{segment(incident)}/facts")
    if json:
        return output.print_json(raw)
    return print_known(output.read(raw, Known), output.now())


def print_known(told: Known, now: datetime) -> None:
    """The level, what is known, what it means, and what could still raise it."""
    output.show(Text.assemble((told.incident, "bold"), f"  {output.line(told.severity or 'severity not set')}"))
    rows: list[tuple[str, str | Text]] = [
        (words_of(fact, text), output.line(text)) for fact, text in told.facts.items()
    ]
    assesses = output.line(told.reason) if told.facts else "nothing is known of the impact yet"
    output.show(output.facts([*rows, ("assesses to", assesses)]))
    if told.proposal:
        output.say(
            f"  Proposed: {told.proposal}. Take it, or keep the level: "
            f"tocsin severity {told.incident} {told.proposal} --why TEXT"
        )
    for each in told.could_raise:
        output.say((f"  {each.level} if {each.when}", "dim"))
    for each in told.history[:-1]:
        output.say((f"  {times.both(each.at, now)}  {_then(each)}", "dim"))


def _then(each: AssessedThen) -> str:
    known = "; ".join(f"{words_of(fact, text)}: {output.line(text)}" for fact, text in each.facts.items())
    kept = f", kept {each.kept}" if each.kept and each.kept != each.suggested else ""
    return f"{known} → {each.suggested or 'no level'}{kept}"
