"""`tocsin replay`: a recorded history against a draft – how many incidents, and who would be called how often."""

import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import RenderableType
from rich.text import Text

from tocsin.config.files import load
from tocsin.config.setup import setup_of_files
from tocsin.simulation.replay import Load, Tally, read_history
from tocsin.simulation.replay import replay as play
from tocsin.simulation.setup import Setup
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb

app = verb(
    "replay",
    "Play a recorded history (tocsin alerts export) against a configuration: incidents, and pages by person and day; "
    "with --before or --compare beside those of another one. Needs no server, and sends nothing.",
    "tocsin replay history.jsonl -f draft.yaml",
    "tocsin replay history.jsonl -f draft.yaml --before tocsin.yaml",
    "tocsin replay history.jsonl -f draft.yaml --compare",
)
Files = Annotated[list[Path], Parameter(name=["--file", "-f"], negative="", help="The draft's files and folders.")]


class Replayed(msgspec.Struct, kw_only=True):
    """`before` is null when there is nothing to compare with."""

    before: Tally | None
    after: Tally


@app.default
def replay(
    history: Annotated[Path, Parameter(name="HISTORY", help="What tocsin alerts export has written.")],
    /,
    *,
    file: Files,
    before: Annotated[
        list[Path] | None, Parameter(negative="", help="Files to compare with, such as those of today.")
    ] = None,
    compare: Annotated[bool, Parameter(negative="", help="Compare with what is in force on the server.")] = False,
    json: Json = False,
) -> None:
    if before and compare:
        raise WrongUsage("--before and --compare are two things to compare with.", "Keep one.", field="--compare")
    known = _before(before, compare=compare)
    told = Replayed(
        before=_play(known, history) if known is not None else None,
        after=_play(setup_of_files(load(file, os.environ)), history),
    )
    if json:
        return output.print_document(told)
    return output.show(*_told(told))


def _before(files: Sequence[Path] | None, *, compare: bool) -> Setup | None:
    if compare:
        return output.read(Client().get("/config/setup"), Setup)
    return setup_of_files(load(files, os.environ)) if files else None


def _play(setup: Setup, history: Path) -> Tally:
    """Without the collector of cycles: a million alerts make none worth looking for."""
    gc.disable()
    try:
        with history.open("rb") as lines:
            return play(setup, read_history(lines))
    except OSError as failed:
        raise WrongUsage(
            f"{history} cannot be read: {failed.strerror}.", "tocsin alerts export --since 30d > history.jsonl"
        ) from failed
    finally:
        gc.enable()


def _told(told: Replayed) -> Iterator[RenderableType]:
    """The sums, then people, then days; two figures with an arrow where they differ."""
    yield output.facts(
        [
            ("alerts", str(told.after.alerts)),
            *((label, _change(*_both(told, field))) for label, field in _SUMS),
            ("pages", _change(*(each and each.total.pages for each in (told.before, told.after)))),
            ("at night", _change(*(each and each.total.at_night for each in (told.before, told.after)))),
            ("messages of these", _change(*(each and each.total.messages for each in (told.before, told.after)))),
            ("told at low urgency", _change(*(each and each.total.told for each in (told.before, told.after)))),
        ]
    )
    people = [_row(str(name), *_loads(told, "people", name)) for name in _names(told, "people")]
    days = [_row(str(day), *_loads(told, "days", day)) for day in _names(told, "days")]
    for heading, rows in (("person", people), ("day", days)):
        if rows:
            yield ""
            yield output.table((heading, "pages", "at night", "messages", "told"), rows, flexible=0)
    yield ""
    yield Text(_ASSUMED, style="dim")


_SUMS = (
    ("incidents", "incidents"),
    ("dropped", "dropped"),
    ("held", "held"),
    ("joined an incident", "attached"),
    ("ladders at their end", "exhausted"),
)
_ASSUMED = (
    "People answer what they answered then, and no page that is new. Messages are those of the urgent pages, by every "
    "way and bundled; each is taken to arrive."
)
"""What the figures take for granted."""
_NOTHING = Load()


def _both(told: Replayed, field: str) -> tuple[int | None, int]:
    return (getattr(told.before, field) if told.before else None), getattr(told.after, field)


def _names(told: Replayed, of: str) -> list[object]:
    known = set(getattr(told.after, of)) | (set(getattr(told.before, of)) if told.before else set[object]())
    return sorted(known, key=str)


def _loads(told: Replayed, of: str, name: object) -> tuple[Load | None, Load]:
    before = getattr(told.before, of).get(name, _NOTHING) if told.before else None
    return before, getattr(told.after, of).get(name, _NOTHING)


def _row(name: str, before: Load | None, after: Load) -> tuple[str | Text, ...]:
    old = (None, None, None, None) if before is None else _figures(before)
    changes = zip(old, _figures(after), strict=True)
    return (output.line(name), *(_change(one, other) for one, other in changes))


def _figures(load: Load) -> tuple[int, int, int, int]:
    return load.pages, load.at_night, load.messages, load.told


def _change(before: int | None, after: int | None) -> Text:
    """ "12", or "12 → 9", green when it is less."""
    if before is None or before == after:
        return Text(str(after))
    assert after is not None
    return Text(f"{before} → {after}", style="green" if after < before else "yellow")


main = runner(app)
