"""The cells of a file of incidents, a column at a time, since a hundred thousand lines are to be read while somebody
waits (PERF-9).

A column whose cells all look as exports have them is read in one go, any other cell by cell: the same comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import msgspec

from tocsin.insights import metric_cells
from tocsin.insights.metric_model import Place
from tocsin.insights.metric_table import Cells

UNREADABLE = (ValueError, IndexError)
"""What reading some lines raises when one of them is wrong."""

_Value = TypeVar("_Value")
_WITH_OFFSETS = list[Annotated[datetime, msgspec.Meta(tz=True)] | None]


class Columns:
    """Some lines, turned on their side. A place of None is a column that the file does not have.

    Raises IndexError for a place beyond the last column, and ValueError where cells say nothing that can be read.
    """

    def __init__(self, lines: Sequence[Cells]) -> None:
        """Raises ValueError when lines are of different lengths."""
        self._columns: list[tuple[Any, ...]] = list(zip(*lines, strict=True))
        self._missing = (None,) * len(lines)

    def cells(self, place: int | None) -> tuple[Any, ...]:
        return self._missing if place is None else self._columns[place]

    def instants(self, place: int | None, name: str) -> Sequence[datetime | None]:
        """`name` is what an error calls them."""
        cells = self.cells(place)
        try:
            return msgspec.convert([None if cell == "" else cell for cell in cells], _WITH_OFFSETS)
        except msgspec.ValidationError:
            return [metric_cells.instant(cell, name) for cell in cells]

    def texts(self, place: int | None) -> list[str | None]:
        return _each(metric_cells.text, self.cells(place))

    def places(self, services: int | None, teams: int | None) -> list[tuple[Place, ...]]:
        return _each(metric_cells.places, self.cells(services), self.cells(teams))


def _each(read: Callable[..., _Value], *columns: tuple[Any, ...]) -> list[_Value]:
    """What each cell says is kept, since the levels and services of a file are few and its lines are many."""
    try:
        return list(map(lru_cache(maxsize=10_000, typed=True)(read), *columns))
    except TypeError:  # a list in a cell of JSON cannot be kept
        return list(map(read, *columns))
