"""Rows as frozen structs: column names are field names, enums and nested values are converted and checked."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from tocsin.kernel.secrets import Keyring

T = TypeVar("T")


class _Cursor(Protocol):
    @property
    def description(self) -> Sequence[Any] | None: ...

    @property
    def connection(self) -> Any: ...


RowFactory = Callable[[_Cursor], Callable[[Sequence[Any]], T]]


def struct_row(kind: type[T]) -> RowFactory[T]:
    """A psycopg row factory for `kind`, a msgspec struct or dataclass. A column that is no field is left out."""

    def factory(cursor: _Cursor) -> Callable[[Sequence[Any]], T]:
        names = [column.name for column in cursor.description or ()]

        def row(values: Sequence[Any]) -> T:
            return msgspec.convert(dict(zip(names, values, strict=True)), kind)

        return row

    return factory


def opened_row(kind: type[T], opened: Callable[[T, Keyring], T]) -> RowFactory[T]:
    """The same where secrets are among the columns: `opened` opens them with the keys of the connection (SEC-3)."""
    closed = struct_row(kind)

    def factory(cursor: _Cursor) -> Callable[[Sequence[Any]], T]:
        read, keyring = closed(cursor), cursor.connection.keyring
        return lambda values: opened(read(values), keyring)

    return factory
