"""Error budgets on the command line."""

from rich.text import Text

from tocsin.surfaces.cli import output
from tocsin.surfaces.wire.slo import Budget, Slo, SloList


def print_slos(told: SloList) -> None:
    """A row a budget; its burn rates stand below the promise, so that a narrow terminal holds it."""
    if not told.slos:
        output.say("No service promises anything yet.")
        return output.say("  Add `slo: {availability: 99.9%, window: 30d}` to a service, and tocsin apply.")
    rows = [
        (output.line(slo.service), _promise(each, slo.window), _used(each), _percent(each))
        for slo in told.slos
        for each in slo.budgets
    ]
    output.show(output.table(("service", "promise", "minutes used", "of budget"), rows, flexible=1))
    for slo in told.slos:
        if slo.consequences:
            output.say((output.line(slo.service), "bold"), f" has used it up: {'; '.join(slo.consequences)}.")
    levels = " and ".join(output.line(level) for level in told.downtime_levels)
    return output.say((f"Downtime is an incident of {levels}, from its impact until it is mitigated.", "dim"))


def print_slo(told: Slo) -> None:
    """One service: its budgets, what follows, and what used them."""
    output.say((output.line(told.service), "bold"), f"  in the last {_window(told.window)}")
    for each in told.budgets:
        output.say(f"  {output.line(each.promise)}: {_used(each)} minutes, {_percent(each)} of the budget")
        output.say((f"    {_left(each)}; burn rate {_burn(each)}", "dim"))
        if each.measured_percent is not None:
            output.say((f"    Prometheus has told of {each.measured_percent:g} % of the window", "dim"))
    if told.consequences:
        output.say(f"  Used up: {'; '.join(told.consequences)}.")
    for one in told.downtimes:
        ended = "" if one.ends_at is not None else ", goes on"
        when = f"{one.begins_at:%Y-%m-%d %H:%M} UTC"
        output.say(f"  {one.incident} {one.severity} {when}, {one.minutes:g} minutes{ended}: {output.line(one.title)}")
    if told.hidden_minutes:
        output.say(f"  And {told.hidden_minutes:g} minutes of incidents that are private.")


def _window(window: str) -> str:
    return "month (30.44 days)" if window == "month" else window


def _promise(budget: Budget, window: str) -> Text:
    over = "a month" if window == "month" else window
    burn = f"\nburn rate {_burn(budget)}" if budget.burn else ""
    return Text.assemble(f"{output.line(budget.promise)}, over {over}", (burn, "dim"))


def _used(budget: Budget) -> str:
    return f"{budget.used_minutes:.1f} of {budget.budget_minutes:.1f}"


def _percent(budget: Budget) -> str:
    return f"{budget.used_percent:.0f} %"


def _left(budget: Budget) -> str:
    if not budget.is_exhausted:
        return f"{budget.left_minutes:.1f} minutes are left"
    if budget.until is None:
        return "nothing is left, and the downtime goes on"
    return f"nothing is left until {budget.until:%Y-%m-%d %H:%M} UTC, if nothing more happens"


def _burn(budget: Budget) -> str:
    return ", ".join(f"{each.over} {each.rate:g}×" for each in budget.burn)
