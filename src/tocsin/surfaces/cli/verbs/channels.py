"""`tocsin channels`: by which ways people can be reached, and whether the peers behind them answer."""

from datetime import datetime

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.wire import channels as wire

STYLE = {"closed": "green", "failing": "yellow", "open": "bold red"}

app = verb(
    "channels",
    "The channels, what each lacks, and the peers that were tried within the last day: who answers, and who is held\n"
    "back (circuit open) while people are told by their next way.",
    "tocsin channels",
    "tocsin channels --json",
)


@app.default
def channels(*, json: Json = False) -> None:
    raw = Client().get("/channels")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.ChannelList)
    blocks = [_block(channel, output.now()) for channel in told.channels]
    return output.show(*blocks, *([_costs(told.spending)] if told.spending else []))


def _costs(spending: wire.Spending) -> Text:
    """What texts and calls have cost, and what happens when no more is left."""
    spans = (("today", spending.today, spending.per_day), ("this month", spending.this_month, spending.per_month))
    said = ", ".join(
        f"{amount:.2f} {spending.currency} {span}{f' of {cap:.2f}' if cap is not None else ''}"
        for span, amount, cap in spans
    )
    lines = [Text("texts and calls", style="bold"), Text(f"  cost {said}")]
    lines += [Text(f"  {each.kind}: {each.this_month:.2f} {spending.currency} this month") for each in spending.by]
    if spending.capped:
        lines.append(Text.assemble("  ", (output.line(spending.capped), "bold red")))
        lines.append(Text("  people are told by their next way, but for first pages of the worst level"))
    return Text("\n").join(lines)


def _block(channel: wire.Channel, now: datetime) -> Text:
    """The kind, then a line or two for each peer."""
    lines = [Text(channel.kind, style="bold")]
    if channel.missing:
        lines.append(Text.assemble("  ", ("not configured", "yellow"), f": {output.line(channel.missing)}"))
    elif not channel.endpoints:
        lines.append(Text("  nothing was sent by it within the last day", style="dim"))
    for endpoint in channel.endpoints:
        lines += _peer(endpoint, now)
    return Text("\n").join(lines)


def _peer(endpoint: wire.Endpoint, now: datetime) -> list[Text]:
    since = f" since {times.both(endpoint.since, now)}, {endpoint.failures} in a row" if endpoint.since else ""
    state = Text(f"circuit {endpoint.circuit}", style=STYLE.get(endpoint.circuit, ""))
    lines = [Text.assemble(f"  {output.line(endpoint.endpoint)}  ", state, since)]
    if endpoint.last_failure_at is not None:
        at = times.both(endpoint.last_failure_at, now)
        lines.append(Text(f"    last failure {at}: {output.line(endpoint.last_failure)}", style="dim"))
    if endpoint.last_answer_at is not None:
        lines.append(Text(f"    last answer {times.both(endpoint.last_answer_at, now)}", style="dim"))
    return lines


main = runner(app)
