"""Rows as frozen structs: column names are field names, enums and nested values are converted and checked."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec
from psycopg.pq.abc import PGresult

from tocsin.kernel.secrets import Keyring

T = TypeVar("T")


class _Cursor(Protocol):
    @property
    def pgresult(self) -> PGresult | None: ...

    @property
    def connection(self) -> Any: ...


RowFactory = Callable[[_Cursor], Callable[[Sequence[Any]], T]]


def struct_row(kind: type[T]) -> RowFactory[T]:
    """A psycopg row factory for `kind`, a msgspec struct or dataclass. A column that is no field is left out."""

    def factory(cursor: _Cursor) -> Callable[[Sequence[Any]], T]:
        result = cursor.pgresult
        names = [_name_of(result, column) for column in range(result.nfields)] if result else []

        def row(values: Sequence[Any]) -> T:
            return msgspec.convert(dict(zip(names, values, strict=True)), kind)

        return row

    return factory


def _name_of(result: PGresult, column: int) -> str:
    return (result.fname(column) or b"").decode()


def opened_row(kind: type[T], opened: Callable[[T, Keyring], T]) -> RowFactory[T]:
    """The same where secrets are among the columns: `opened` opens them with the keys of the connection (SEC-3)."""
    closed = struct_row(kind)

    def factory(cursor: _Cursor) -> Callable[[Sequence[Any]], T]:
        read, keyring = closed(cursor), cursor.connection.keyring
        return lambda values: opened(read(values), keyring)

    return factory
