"""`tocsin oncall calendars`: how the calendars of elsewhere stand that schedules and leave are read from."""

from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json
from tocsin.surfaces.wire import calendars as wire


def calendars(*, json: Json = False) -> None:
    """Show how the calendars of elsewhere are read.

    Of each: when it was read, what failed, and which events say nothing to us and why.
    """
    raw = Client().get("/calendars")
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.CalendarList).calendars
    if not found:
        return output.say("No calendar is read. Name one under calendars in your configuration: tocsin apply -f FILE")
    return output.show(*(_block(each) for each in found))


def _block(told: wire.Calendar) -> Text:
    now = output.now()
    read = f"read {times.clock(told.read_at, now)}" if told.read_at else "not read yet"
    events = "1 event" if told.events == 1 else f"{told.events} events"
    lines = [
        Text.assemble(
            (output.line(told.name), "bold"),
            f"  {told.use} from {output.line(told.host)}, {events}, {read}",
        )
    ]
    if told.failing_since is not None:
        since = times.clock(told.failing_since, now)
        lines.append(Text(f"  fails since {since}: {output.line(told.failure)}", style="red"))
    for one in told.unread:
        lines.append(
            Text.assemble(
                "  does not count: ",
                (output.line(one.summary) or "(no title)", "bold"),
                f" {output.line(one.starts)}: ",
            ).append(output.line(one.reason))
        )
    if told.unread_count > len(told.unread):
        lines.append(Text(f"  and {told.unread_count - len(told.unread)} more that do not count", style="dim"))
    return Text("\n").join(lines)
