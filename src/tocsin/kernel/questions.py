"""Questions that do not wait for each other's answer: they leave together and are answered in one round trip (PERF-4).

A store says what it would ask; a use case that needs several answers before it can decide asks for them at once. The
database takes them one after the other, each in sight of what was committed until then, as if asked by themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar, overload

from psycopg import AsyncCursor
from psycopg.rows import tuple_row

from tocsin.kernel.db import Conn

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


@dataclass(frozen=True)
class Question(Generic[A]):
    """A statement and what its answer is: `read` is handed the rows, each as `rows` makes them; none where nothing is
    returned."""

    statement: LiteralString
    parameters: Sequence[Any] | dict[str, Any]
    read: Callable[[list[Any]], A]
    rows: Any = tuple_row


def nothing(_rows: list[Any]) -> None:
    """The answer of a statement that returns no rows."""


@overload
async def ask(conn: Conn, a: Question[A], b: Question[B], /) -> tuple[A, B]: ...
@overload
async def ask(
    conn: Conn, a: Question[A], b: Question[B], c: Question[C], d: Question[D], e: Question[E], /
) -> tuple[A, B, C, D, E]: ...
async def ask(conn: Conn, /, *questions: Question[Any]) -> tuple[Any, ...]:
    """The answers in the order of the questions."""
    return tuple(await ask_all(conn, questions))


async def ask_all(conn: Conn, questions: Sequence[Question[Any]]) -> list[Any]:
    """The same for any number. What the first that fails raises is raised, and nothing after it is carried out."""
    if len(questions) == 1 and not conn.is_about_to_begin:
        return [await _answer(questions[0], await _put(conn, questions[0]))]
    async with conn.pipeline():
        cursors = [await _put(conn, question) for question in questions]
    return [await _answer(question, cursor) for question, cursor in zip(questions, cursors, strict=True)]


async def ask_one(conn: Conn, question: Question[A]) -> A:
    """The answer to one that is asked by itself."""
    return (await ask_all(conn, [question]))[0]


async def _put(conn: Conn, question: Question[Any]) -> AsyncCursor[Any]:
    cursor: AsyncCursor[Any] = conn.cursor(row_factory=question.rows)
    return await cursor.execute(question.statement, question.parameters, prepare=True)


async def _answer(question: Question[A], cursor: AsyncCursor[Any]) -> A:
    returns_rows = cursor.pgresult is not None and cursor.pgresult.nfields > 0
    return question.read(await cursor.fetchall() if returns_rows else [])
