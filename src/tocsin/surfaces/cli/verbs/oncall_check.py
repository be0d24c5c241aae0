"""`tocsin oncall check`: prove what must hold of the coming weeks, or name what does not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated

from cyclopts import Parameter
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.kernel.localtime import moment, zone_of
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.wire import oncall_check as wire

SHOWN = 3
Row = tuple[tuple[str, str], Text]
"""A sign with its style, and what is said."""

Days = Annotated[int, Parameter(help="How far ahead, in days.")]
Schedules = Annotated[str, Parameter(name="SCHEDULE", help="A schedule's name; without one, all of them.")]


def check(*words: Schedules, days: Days = 90, json: Json = False) -> int:
    """Prove what must hold of the coming weeks, or name what does not.

    Nobody missing, nobody twice, nobody on call too long. Exit status 1 when something is broken."""
    raw = ask("/oncall/check", words, days)
    found = output.read(raw, wire.Check)
    if json:
        output.print_json(raw)
    elif not found.verdicts:
        output.say("There is no schedule yet. Write one under schedules in your configuration: tocsin apply -f FILE")
    else:
        output.show(*_blocks(found), *doubts(found.doubts))
    return FAILED if found.findings else DONE


def ask(path: str, words: Sequence[str], days: int) -> bytes:
    """The server's answer about one schedule, or all."""
    if len(words) > 1:
        raise WrongUsage("Name one schedule, or none for all of them.", "See: tocsin oncall check --help")
    return Client().get(path, schedule=words[0] if words else None, days=str(days))


def _blocks(found: wire.Check) -> Iterator[RenderableType]:
    """A block for each schedule: what is broken, each with what to do, then what is proven and until when."""
    for name, of_schedule in groupby(found.verdicts, key=lambda each: each.schedule):
        verdicts = list(of_schedule)
        yield Text(output.line(name), style="bold")
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        broken = [each for each in found.findings if name in (each.schedule, each.beside)]
        for sign, words in (*_broken(broken), *_proven(verdicts, found.until)):
            grid.add_row(Text.assemble("  ", sign), words)
        yield grid


def doubts(found: Iterable[wire.Doubt]) -> Iterator[Text]:
    """What all this does not rest on, a block for each calendar."""
    for each in found:
        yield Text.assemble(("! ", "yellow"), output.line(each.sentence), (f"\n  → {output.line(each.remedy)}", "dim"))


def _broken(findings: Sequence[wire.Finding]) -> Iterator[Row]:
    """What recurs is named a few times and counted."""
    for group in alike(findings):
        style = "bold red" if group[0].silent else "yellow"
        for each in group[:SHOWN]:
            yield ("✗", style), Text(output.line(each.sentence))
        if len(group) > SHOWN:
            last = f"{group[-1].starts_at:%Y-%m-%d}"
            yield ("", ""), Text(f"and {len(group) - SHOWN} more such times, the last on {last}")
        yield ("", ""), Text(f"→ {output.line(group[0].remedy)}", style="dim")


def alike(findings: Iterable[wire.Finding]) -> list[list[wire.Finding]]:
    """The same rule broken by the same people is one matter, however often."""
    groups: dict[tuple[str, str, str | None, tuple[str, ...]], list[wire.Finding]] = {}
    for each in findings:
        groups.setdefault((each.rule, each.schedule, each.beside, tuple(each.people)), []).append(each)
    return list(groups.values())


def _proven(verdicts: Sequence[wire.Verdict], until: datetime) -> Iterator[Row]:
    held = [each for each in verdicts if each.applies and each.holds]
    if held:
        yield ("", ""), Text(f"proven until {moment(until, zone_of(held[0].time_zone))}:", style="dim")
    for each in held:
        yield ("✓", "green"), Text(output.line(each.says))
    off = [each.rule for each in verdicts if not each.applies]
    if off:
        yield ("–", "dim"), Text(f"not checked, no limit is set: {', '.join(off)}", style="dim")
