"""Rows as frozen structs: column names are field names, enums and nested values are converted and checked."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

T = TypeVar("T")


class _Cursor(Protocol):
    @property
    def description(self) -> Sequence[Any] | None: ...


def struct_row(kind: type[T]) -> Callable[[_Cursor], Callable[[Sequence[Any]], T]]:
    """A psycopg row factory for `kind`, a msgspec struct or dataclass. A column that is no field is left out."""

    def factory(cursor: _Cursor) -> Callable[[Sequence[Any]], T]:
        names = [column.name for column in cursor.description or ()]

        def row(values: Sequence[Any]) -> T:
            return msgspec.convert(dict(zip(names, values, strict=True)), kind)

        return row

    return factory
