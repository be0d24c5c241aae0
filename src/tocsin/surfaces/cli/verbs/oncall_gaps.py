"""`tocsin oncall gaps`: when nobody is on call, or nobody on call can be reached."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from rich.text import Text

from tocsin.kernel.durations import length_words
from tocsin.kernel.localtime import moment, zone_of
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.parsing import Json
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.cli.verbs.oncall_check import Days, Schedules, ask, doubts
from tocsin.surfaces.wire import oncall_check as wire

HOUR = timedelta(hours=1)


def gaps(*words: Schedules, days: Days = 90, json: Json = False) -> int:
    """List when nobody is on call, or can be reached.

    Each time in its schedule's zone. Exit status 1 when there is one."""
    raw = ask("/oncall/gaps", words, days)
    found = output.read(raw, wire.Gaps)
    if json:
        output.print_json(raw)
    elif found.gaps:
        output.show(*_blocks(found.gaps, found.until), *doubts(found.doubts))
    else:
        output.say(_none(found))
        output.show(*doubts(found.doubts))
    return FAILED if found.gaps else DONE


def _none(found: wire.Gaps) -> str:
    """What is proven where there is no gap; those that are meant to be are no gaps, and named."""
    if not found.schedules:
        return "There is no schedule yet. Write one under schedules in your configuration: tocsin apply -f FILE"
    until = f"until {found.until:%Y-%m-%d %H:%M} UTC"
    meant = ", ".join(map(output.line, found.meant))
    if len(found.meant) == len(found.schedules):
        return f"Whoever is on call {until} can be reached; when nobody is, that is meant in {meant} (limits: gaps)."
    but = f", but for gaps that are meant in {meant} (limits: gaps)" if meant else ""
    return f"Somebody is on call at every moment {until}{but}."


def _blocks(found: Iterable[wire.Finding], until: datetime) -> Iterator[Text]:
    """A block for each schedule, a line for each time."""
    by_schedule: dict[str, list[wire.Finding]] = {}
    for each in found:
        by_schedule.setdefault(each.schedule, []).append(each)
    for name, of_schedule in by_schedule.items():
        yield Text("\n").join([Text(output.line(name), style="bold"), *(_line(each, until) for each in of_schedule)])


def _line(gap: wire.Finding, until: datetime) -> Text:
    """`Mon 2026-11-23 18:00 EST – Tue 2026-11-24 09:00 EST  15 h`; one that the look cuts off has no end."""
    zone = zone_of(gap.time_zone)
    lasts = gap.ends_at - gap.starts_at
    length = length_words(lasts) if lasts < 24 * HOUR else f"{lasts / HOUR:.0f} h"
    end = "– …" if gap.ends_at >= until else f"– {moment(gap.ends_at, zone)}"
    why = f"  cannot be reached: {output.line(', '.join(gap.people))}" if gap.people else ""
    return Text.assemble(f"  {moment(gap.starts_at, zone)} {end}  ", (f"{length}{why}", "dim"))
