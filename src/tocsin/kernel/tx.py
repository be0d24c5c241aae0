"""One transaction in a use case's hands: a connection, the instant it happens at, and the way to record facts.

Opening and committing it belongs to `db.database`; who reacts to a fact is `reactions.py`, handed in as a table.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import msgspec

from tocsin.kernel import jobs, tracing
from tocsin.kernel.clock import Clock
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import Event, insert_entry, inserting
from tocsin.kernel.questions import Question, ask_all, ask_one

T = TypeVar("T")


class JobKindRef(NamedTuple):
    """Names a kind of job without knowing its handler, so that `reactions.py` imports no `jobs` module for it."""

    name: str
    lane: str
    prio: int = 1


class Reaction(NamedTuple):
    """Who reacts to a kind of event: services in the same transaction (no network), and jobs that it arms."""

    same_transaction: tuple[Callable[["Tx", Any], Awaitable[None]], ...] = ()
    as_jobs: tuple[JobKindRef, ...] = ()
    unwritten: tuple[Callable[["Tx", Any], Awaitable[None]], ...] = ()
    """In the same transaction, too, for who does not read the entry: it may be written after them."""


Reactions = Mapping[type[Event], Reaction]
_NOBODY = Reaction()


class Tx:
    """`now` is business time, fixed for the whole transaction."""

    def __init__(self, conn: Conn, now: datetime, reactions: Reactions) -> None:
        self.conn = conn
        self.now = now
        self.reactions = reactions
        self.finishing: str | None = None
        """The key of the job that this transaction finishes, if it finishes one."""
        self.armed: dict[str, datetime] = {}
        """Lane → earliest due time of the work armed here; whoever commits wakes the lanes afterwards."""
        self.timers: dict[str, datetime] = {}
        """The same of what is due later than `now`."""
        self.last_jobs: list[jobs.NewJob] = []
        """Armed, and written at the end."""
        self._read: dict[Callable[[Conn], Awaitable[Any]], Any] = {}
        self._handed: dict[type, Any] = {}
        self._ahead: dict[tuple[type, Hashable], Any] = {}
        self._told: list[Event] = []

    def arm(self, lane: str, run_at: datetime) -> None:
        """Remembers that a lane has work from `run_at` on."""
        armed = self.timers if run_at > self.now else self.armed
        armed[lane] = min(run_at, armed.get(lane, run_at))

    async def once(self, load: Callable[[Conn], Awaitable[T]]) -> T:
        """What `load` reads, read once for the whole transaction. For rows that decisions are made by and that hardly
        ever change; whoever changes them here says `forget`."""
        if load not in self._read:
            self._read[load] = await load(self.conn)
        return cast("T", self._read[load])

    def know(self, load: Callable[[Conn], Awaitable[T]], row: T) -> None:
        """What `load` would read was read on the way to something else."""
        self._read[load] = row

    def forget(self, load: Callable[[Conn], Awaitable[Any]]) -> None:
        """It has just been changed: whoever asks next reads anew."""
        self._read.pop(load, None)

    def hand_over(self, value: object) -> None:
        """Leaves what was just written for who reacts to the next event, and would read it again otherwise."""
        self._handed[type(value)] = value

    def handed(self, kind: type[T]) -> T | None:
        """The latest value of this type that was handed over. The reader makes sure that it is the one it means."""
        return cast("T | None", self._handed.get(kind))

    def ahead(self, of: Hashable, question: Question[Any]) -> Question[None]:
        """What somebody will ask next, to be asked together with something else: its answer is kept for `take`."""

        def keep(rows: list[Any]) -> None:
            answer = question.read(rows)
            self._ahead[type(answer), of] = answer

        return Question(question.statement, question.parameters, keep, question.rows)

    def is_ahead(self, kind: type, of: Hashable) -> bool:
        return (kind, of) in self._ahead

    def take(self, kind: type[T], of: Hashable) -> T | None:
        """An answer that was asked for ahead, once: whoever comes later reads it as it is then."""
        return cast("T | None", self._ahead.pop((kind, of), None))

    async def emit(self, event: Event) -> int:
        """Records a fact, arms the jobs that react to it, then runs the reactions of the same transaction.

        Returns the ledger id. A job's payload is `{"event_id": …, "event": {…}}`, unique by event and kind.
        """
        if self._told:
            await ask_one(self.conn, self._told_at_once())
        event_id = await insert_entry(self.conn, event, self.now)
        tracing.happened(type(event).__name__, event.topic)
        reaction = self.reactions.get(type(event))
        if reaction is None:
            return event_id
        if reaction.as_jobs:
            payload = {"event_id": event_id, "event": msgspec.to_builtins(event)}
            await jobs.enqueue(self, *(_job_of(kind, event_id, payload, self.now) for kind in reaction.as_jobs))
        for react in (*reaction.same_transaction, *reaction.unwritten):
            await react(self, event)
        return event_id

    async def tell(self, event: Event) -> None:
        """Records a fact that nothing in this transaction reads: it is written with others before the next event that
        is emitted, or at the end. Where a reaction reads its entry it is emitted."""
        reaction = self.reactions.get(type(event), _NOBODY)
        if reaction.same_transaction or reaction.as_jobs:
            await self.emit(event)
            return
        self._told.append(event)
        if reaction.unwritten:
            tracing.happened(type(event).__name__, event.topic)
        for react in reaction.unwritten:
            await react(self, event)

    def take_rest(self) -> list[Question[None]]:
        """What was told and armed for the end; whoever commits asks for it."""
        told = [self._told_at_once()] if self._told else []
        return [*told, jobs.arming_of_rest(self)] if self.last_jobs else told

    async def write_rest(self) -> None:
        """Asks for it here and now."""
        rest = self.take_rest()
        if rest:
            await ask_all(self.conn, rest)

    def _told_at_once(self) -> Question[None]:
        told, self._told = self._told, []
        return inserting(told, self.now)


def _job_of(kind: JobKindRef, event_id: int, payload: dict[str, Any], now: datetime) -> jobs.NewJob:
    return jobs.NewJob(
        kind=kind.name,
        payload=payload,
        lane=kind.lane,
        run_at=now,
        prio=kind.prio,
        key=f"ev:{event_id}:{kind.name}",
    )


class Transactions(Protocol):
    """What a job may ask of the database (`db.database.Database` is one)."""

    clock: Clock

    def transaction(self) -> AbstractAsyncContextManager[Tx]: ...

    def connection(self) -> AbstractAsyncContextManager[Conn]: ...

    def wake(self, tx: Tx) -> None: ...
