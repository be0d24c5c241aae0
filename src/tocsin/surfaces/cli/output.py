"""What the terminal shows: one column of facts, plain tables, colour only on a terminal (NO_COLOR is honoured by rich).

Everything from outside is cleaned before it is printed, since an escape sequence in an alert's title would move the
reader's cursor (SEC-7). Red is only for what needs a person now.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.kernel.text import clean, one_line

T = TypeVar("T")

STATUS_STYLE = {
    "triggered": "bold red",
    "acknowledged": "yellow",
    "investigating": "yellow",
    "identified": "yellow",
    "monitoring": "cyan",
    "resolved": "green",
    "closed": "dim",
}


def console() -> Console:
    return Console(highlight=False, markup=False, emoji=False)


def show(*parts: RenderableType) -> None:
    """Each part on lines of its own, without the spaces that fill a table up to its width."""
    screen = console()
    with screen.capture() as captured:
        for part in parts:
            screen.print(part)
    sys.stdout.write(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE))


def now() -> datetime:
    """This machine's clock: good enough for "4 min ago", and the exact time stands beside it."""
    return datetime.now(UTC)


def print_json(raw: bytes) -> None:
    """The answer of the server as one document."""
    sys.stdout.write(msgspec.json.format(raw, indent=2).decode() + "\n")


def print_document(document: object) -> None:
    """A document that was made here."""
    print_json(msgspec.json.encode(document))


def read(raw: bytes, kind: type[T]) -> T:
    """The answer as a representation; what a newer server adds is passed over."""
    return msgspec.json.decode(raw, type=kind)


def safe(text: str) -> str:
    """Text from outside, without what would steer the terminal; line ends are kept."""
    return clean(text)


def line(text: str) -> str:
    """Text from outside as one line."""
    return one_line(text)


def say(*parts: str | Text | tuple[str, str]) -> None:
    """One sentence, wrapped at the terminal's width."""
    console().print(Text.assemble(*parts), soft_wrap=not sys.stdout.isatty())


def status(name: str) -> Text:
    return Text(name, style=STATUS_STYLE.get(name, ""))


def facts(rows: Iterable[tuple[str, str | Text]]) -> Padding:
    """Labels in a narrow column, values beside them; an empty value is left out."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in rows:
        if value:
            grid.add_row(label, value)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def hanging(label: str, text: Text) -> Table:
    """A label, and a text that wraps beside it."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(label, text)
    return grid


def table(headings: Sequence[str], rows: Iterable[Sequence[str | Text]], *, flexible: int) -> Table:
    """A table without lines; the column `flexible` gives way at a narrow terminal, the others stay whole."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, heading in enumerate(headings):
        made.add_column(heading, no_wrap=place != flexible, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
