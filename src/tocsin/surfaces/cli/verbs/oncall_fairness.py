"""`tocsin oncall load --propose`: who could take whose turn, what each step gains, and the commands that do it."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.wire import oncall_fairness as wire

MEASURES = (("hours", "hours"), ("nights", "nights"), ("weekend_hours", "weekend h"), ("holiday_hours", "holiday h"))


def propose(schedule: str | None, weeks: int, *, json: bool) -> None:
    raw = Client().get("/oncall/load/proposal", schedule=schedule, weeks=weeks)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.Plan)
    if not found.schedules and not found.left_out:
        return output.say("There is no schedule yet, so there is nothing to share.")
    for each in found.schedules:
        _show(each, found.weeks)
    if found.left_out:
        output.say(f"Left out, because you may not see the load of all their people: {', '.join(found.left_out)}.")
    return None


def _show(each: wire.SchedulePlan, weeks: int) -> None:
    name = output.line(each.schedule)
    if not each.steps:
        output.say((name, "bold"), f"  {weeks} weeks: no turn that may be passed on would share them better.")
        return output.show(_people(each))
    output.say((name, "bold"), f"  {weeks} weeks, before → after, in all schedules of these people:")
    output.show(_people(each))
    before = each.uneven
    for number, step in enumerate(each.steps, start=1):
        output.say(f"Step {number}: {_gain(before, step.uneven)}")
        for one in step.passes:
            output.say(
                f"  tocsin override {name} --user {output.line(one.taker)} --instead-of {output.line(one.giver)} "
                f"--from {one.starts_at:%Y-%m-%dT%H:%MZ} --to {one.ends_at:%Y-%m-%dT%H:%MZ}"
            )
        before = step.uneven
    output.say(("Uneven is what would have to change hands for everybody to have the mean.", "dim"))
    return None


def _people(each: wire.SchedulePlan) -> Table:
    rows: Sequence[Sequence[str | Text]] = [
        [
            output.line(person.user),
            *(_change(getattr(person.before, key), getattr(person.after, key)) for key, _ in MEASURES),
        ]
        for person in each.people
    ]
    return output.table(["", *(words for _, words in MEASURES)], rows, flexible=0)


def _change(before: float, after: float) -> str:
    return f"{before:g}" if before == after else f"{before:g} → {after:g}"


def _gain(before: wire.Share, after: wire.Share) -> str:
    """`uneven hours 168 → 56, nights 7 → 2.33`: what changes."""
    told = [
        f"{words} {getattr(before, key):g} → {getattr(after, key):g}"
        for key, words in MEASURES
        if getattr(before, key) != getattr(after, key)
    ]
    return f"uneven {', '.join(told)}"
