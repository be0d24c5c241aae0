"""`tocsin oncall load`: hours, nights, pages and incidents of each person, and what they add up from."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from tocsin.kernel.durations import format_hours
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.cli.verbs import oncall_fairness
from tocsin.surfaces.wire import oncall_load as wire
from tocsin.surfaces.wire import oncall_pay as pay_wire

Column = tuple[str, Callable[[wire.Figures], str]]

ON_CALL: Sequence[Column] = (
    ("hours", lambda of: clocked(of.on_call_seconds)),
    ("at night", lambda of: clocked(of.night_seconds)),
    ("weekend", lambda of: clocked(of.weekend_seconds)),
    ("holiday", lambda of: clocked(of.holiday_seconds)),
    ("shifts", lambda of: str(of.shifts)),
    ("nights", lambda of: str(of.nights)),
)
CALLED: Sequence[Column] = (
    ("pages", lambda of: str(of.pages)),
    ("at night", lambda of: str(of.night_pages)),
    ("incidents", lambda of: str(of.incidents)),
    ("taken in 15 min", lambda of: f"{of.acknowledged_in_time} of {of.decided}" if of.decided else "–"),
    ("awake at night", lambda of: clocked(of.awake_seconds)),
)


HIDDEN = "an incident that you may not see"


def load(
    *words: Annotated[str, Parameter(name="SCHEDULE", help="Only hours and pages of this schedule.")],
    team: Annotated[str | None, Parameter(help="Only people of this team.")] = None,
    month: Annotated[str | None, Parameter(help="Such as 2026-11; without it and --from, this month.")] = None,
    first: Annotated[str | None, Parameter(name="--from", help="Instead of a month, the first day.")] = None,
    last: Annotated[str | None, Parameter(name="--to", help="And the last day, which counts too.")] = None,
    explain: Annotated[bool, Parameter(help="Also what each figure adds up from.")] = False,
    csv: Annotated[bool, Parameter(help="Print CSV for a spreadsheet.")] = False,
    compensation: Annotated[bool, Parameter(help="Instead, what was served and what it is worth.")] = False,
    propose: Annotated[bool, Parameter(help="Who could take whose turn, so that the weeks ahead are even.")] = False,
    weeks: Annotated[int, Parameter(help="With --propose, how many weeks are evened out.")] = 8,
    json: Json = False,
) -> None:
    """Show each person's load: hours, nights, pages, served and planned."""
    if len(words) > 1:
        raise WrongUsage("Name one schedule, or none for all of them.", "See: tocsin oncall load --help")
    if propose:
        if csv or explain or team or month or first or last:
            raise WrongUsage("--propose is about the weeks ahead.", "Say at most a schedule and --weeks beside it.")
        return oncall_fairness.propose(words[0] if words else None, weeks, json=json)
    if csv and (json or explain):
        raise WrongUsage("--csv is the table alone.", "Leave out --json and --explain.")
    if compensation and (explain or words):
        raise WrongUsage("--compensation is of people, in all schedules.", "Leave out --explain and the schedule.")
    asked = {"team": team, "month": month, "from": first, "to": last, "format": "csv" if csv else None}
    if compensation:
        raw = Client().get("/oncall/compensation", **asked)
    else:
        raw = Client().get("/oncall/load", schedule=words[0] if words else None, explain=explain or None, **asked)
    if csv:
        sys.stdout.write(raw.decode().replace("\r\n", "\n"))
        return None
    if compensation:
        return output.print_json(raw) if json else _show_pay(output.read(raw, pay_wire.Compensation))
    return output.print_json(raw) if json else show(output.read(raw, wire.Load))


def show(found: wire.Load) -> None:
    """Two tables, hours and pages, then what they mean, then the records if they were asked for."""
    zone = ZoneInfo(found.time_zone)
    first, last = found.since.astimezone(zone), found.until.astimezone(zone) - timedelta(days=1)
    output.say((f"{first:%Y-%m-%d} to {last:%Y-%m-%d}", "bold"), f"  days of {found.time_zone}")
    if found.known_since is None or found.known_since > found.since:
        since = found.known_since.astimezone(zone) if found.known_since else None
        output.say(
            (f"Shifts before {since:%Y-%m-%d %H:%M %Z} were not recorded." if since else "No shift is recorded yet."),
            " Pages are complete.",
        )
    for one in found.woken:
        at = one.at.astimezone(ZoneInfo(one.time_zone))
        output.say((output.line(one.user), "bold"), f" was woken at {at:%H:%M %Z} last night and should rest today.")
    if not found.people:
        return output.say("Nobody whom you may see was on call or paged.")
    planned = ("planned", [clocked(each.planned.on_call_seconds) for each in found.people])
    output.show(_table(found, "on call, h:mm", ON_CALL, planned), Text(), _table(found, "called", CALLED))
    output.say(
        (
            f"Night is {found.night_from} to {found.night_to}, on each person's own clock; a night hour of a weekend "
            "counts in both. Hours in two schedules at once count once. Awake: from a page at night until somebody "
            "else took it or, taken oneself, until it was resolved.",
            "dim",
        )
    )
    for each in found.people:
        if each.records is not None:
            output.show(Text(), *_records(each, each.records))
    return None


def _show_pay(found: pay_wire.Compensation) -> None:
    """A line for each thing that is paid, and the sum."""
    zone = ZoneInfo(found.time_zone)
    served = found.served_until.astimezone(zone)
    output.say((f"served from {found.since.astimezone(zone):%Y-%m-%d} to {served:%Y-%m-%d %H:%M %Z}", "bold"))
    rows = [
        (output.line(each.user), each.what, f"{each.quantity} {each.unit}", each.rate or "", each.amount or "")
        for each in found.lines
    ]
    if not rows:
        return output.say("Nobody whose pay you may see has served.")
    rows.append(("together", "", "", "", found.total))
    headings = ("", "", "quantity", "rate", f"amount, {output.line(found.currency)}")
    return output.show(output.table(headings, rows, flexible=1))


def clocked(seconds: int) -> str:
    return format_hours(timedelta(seconds=seconds))


def _table(
    found: wire.Load, title: str, columns: Sequence[Column], extra: tuple[str, Sequence[str]] | None = None
) -> Table:
    headings = [title, *(name for name, _ in columns), *([extra[0]] if extra else [])]
    rows = [
        [output.line(each.user), *(shown(each.total) for _, shown in columns), *([extra[1][place]] if extra else [])]
        for place, each in enumerate(found.people)
    ]
    if len(rows) > 1:
        together = clocked(sum(each.planned.on_call_seconds for each in found.people))
        rows.append(["together", *(shown(found.total) for _, shown in columns), *([together] if extra else [])])
    return output.table(headings, rows, flexible=0)


def _records(each: wire.Person, records: wire.Explanation) -> Iterator[Text]:
    """The intervals and pages of one person, on their own clock."""
    zone = ZoneInfo(each.time_zone)
    yield Text(f"{output.line(each.user)}, on the clock of {each.time_zone}", style="bold")
    for span in records.on_call:
        kinds = [kind for kind in span.kinds if kind != "holiday"] + (
            [output.line(span.holiday)] if span.holiday else []
        )
        yield _line("on call", span.starts_at, span.ends_at, zone, output.line(span.schedule), *kinds)
    for shift in records.shifts:
        yield _line("shift", shift.starts_at, shift.ends_at, zone, output.line(shift.schedule))
    for night in records.nights:
        yield Text(f"  night    of {night:%a %d %b %Y}")
    for page in records.pages:
        yield Text(f"  page     {_stamp(page.at, zone)}  {', '.join(_about(page))}")
    for awake in records.awake:
        yield _line("awake", awake.starts_at, awake.ends_at, zone, *(name or HIDDEN for name in awake.incidents))


def _line(label: str, starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *words: str) -> Text:
    length = clocked(round((ends_at - starts_at).total_seconds()))
    return Text(f"  {label:<8} {_stamp(starts_at, zone)} – {_stamp(ends_at, zone)}  {length:>6}  {', '.join(words)}")


def _about(page: wire.Page) -> Iterator[str]:
    yield page.incident or HIDDEN
    if page.counts_incident:
        yield "its first page"
    if page.at_night:
        yield "at night"
    if page.in_time is not None:
        yield "taken in 15 min" if page.in_time else "not taken in 15 min"


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}"
