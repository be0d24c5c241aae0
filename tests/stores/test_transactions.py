"""A transaction commits the fact together with what follows from it, or neither."""

import asyncio
from contextlib import suppress
from datetime import datetime

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import Event, list_entries
from tocsin.kernel.questions import Question, ask, ask_one, nothing

_NOW: Question[datetime] = Question("select now()", (), lambda rows: rows[0][0])
"""The instant at which a transaction began."""


def _status(conn: Conn) -> TransactionStatus:
    return conn.info.transaction_status


class Rang(Event, frozen=True):
    bell: str


async def test_an_event_is_in_the_ledger_after_the_commit(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.emit(Rang(topic="bell/1", sentence="The bell rang.", bell="brass"))
    async with db.connection() as conn:
        entries = await list_entries(conn, "bell/1")
    assert [(e.kind, e.sentence, e.data) for e in entries] == [("Rang", "The bell rang.", {"bell": "brass"})]


async def test_facts_are_written_in_the_order_in_which_they_were_told_and_emitted(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.tell(Rang(topic="order/1", sentence="first", scope_id=7, actor="@alice", bell="brass"))
        await tx.emit(Rang(topic="order/1", sentence="second", bell="brass"))
        await tx.tell(Rang(topic="order/1", sentence="third", bell="brass"))
        await tx.tell(Rang(topic="order/1", sentence="fourth", bell="brass"))
    async with db.connection() as conn:
        entries = await list_entries(conn, "order/1")
    assert [entry.sentence for entry in entries] == ["first", "second", "third", "fourth"]
    assert (entries[0].scope_id, entries[0].actor, entries[0].at) == (7, "@alice", entries[1].at)


async def test_what_was_told_is_undone_with_its_transaction(db: Database) -> None:
    with suppress(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.tell(Rang(topic="order/2", sentence="never", bell="brass"))
            raise ZeroDivisionError
    async with db.connection() as conn:
        assert await list_entries(conn, "order/2") == []


async def test_a_transaction_begins_with_its_first_statement_and_takes_it_along(db: Database) -> None:
    async with db.transaction() as tx:
        assert _status(tx.conn) is TransactionStatus.IDLE
        began, same = await ask(tx.conn, _NOW, _NOW)
        assert began == same == await ask_one(tx.conn, _NOW)
        assert _status(tx.conn) is TransactionStatus.INTRANS
    async with db.transaction() as tx:
        assert await ask_one(tx.conn, _NOW) > began
        assert _status(tx.conn) is TransactionStatus.INTRANS
        conn = tx.conn
    assert _status(conn) is TransactionStatus.IDLE


async def test_what_comes_after_a_transaction_in_which_nothing_was_said_is_by_itself(db: Database) -> None:
    async with db.transaction() as tx:
        conn = tx.conn
    async with db.connection() as same:
        assert same is conn
        await ask_one(same, _NOW)
        assert _status(same) is TransactionStatus.IDLE


async def test_a_failed_beginning_undoes_everything_and_the_next_is_not_concerned(db: Database) -> None:
    broken: Question[None] = Question("select 1 / 0", (), nothing)
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with db.transaction() as tx:
            await ask(tx.conn, _NOW, broken)
    async with db.transaction() as tx:
        await tx.tell(Rang(topic="order/3", sentence="kept", bell="brass"))
    async with db.connection() as reading:
        assert [entry.sentence for entry in await list_entries(reading, "order/3")] == ["kept"]


async def test_it_closes_while_its_own_clock_is_handed_the_last_connection(dsn: str) -> None:
    """Found as a stop that never ended: the cancellation came with the connection and was forgotten."""
    db = Database(dsn, size=1)
    await db.open()
    async with db.connection():
        await asyncio.sleep(1.5)  # the clock is read each second: by now it waits for this connection
    await asyncio.wait_for(db.close(), 30)
