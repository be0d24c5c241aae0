"""Questions that leave together are answered as if each had been asked by itself (PERF-4)."""

import psycopg
import pytest

from tocsin.db.database import Database
from tocsin.kernel.questions import Question, ask, ask_all, ask_one, nothing

HOW_MANY: Question[int] = Question("select count(*) from job", (), lambda rows: rows[0][0])
TWICE: Question[list[int]] = Question(
    "select n * 2 from generate_series(1, %s) as n", (3,), lambda rows: [row[0] for row in rows]
)
BROKEN: Question[None] = Question("select 1 / %s", (0,), nothing)


def armed(kind: str) -> Question[None]:
    return Question(
        "insert into job (kind, lane, prio, run_at, payload) values (%s, 'l', 1, %s, '{}')", (kind, "now"), nothing
    )


async def test_each_sees_what_those_before_it_did(db: Database) -> None:
    async with db.transaction() as tx:
        assert await ask(tx.conn, HOW_MANY, TWICE) == (0, [2, 4, 6])
        assert await ask_all(tx.conn, [armed("one"), HOW_MANY, armed("two"), HOW_MANY]) == [None, 1, None, 2]
        assert await ask_one(tx.conn, HOW_MANY) == 2


async def test_none_is_no_question(db: Database) -> None:
    async with db.connection() as conn:
        assert await ask_all(conn, []) == []


async def test_the_first_that_fails_is_what_went_wrong_and_nothing_is_kept(db: Database) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with db.transaction() as tx:
            await ask_all(tx.conn, [armed("one"), BROKEN, armed("two"), HOW_MANY])
    async with db.connection() as conn:
        assert await ask(conn, HOW_MANY, TWICE) == (0, [2, 4, 6])
