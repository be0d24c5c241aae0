"""Every statement about policies, runs and pages: one function, one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from msgspec import Struct, structs
from psycopg.types.json import Jsonb

from tocsin.db.rows import opened_row, struct_row
from tocsin.delivery.model import Urgency
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question, ask_one
from tocsin.kernel.resealing import Sealed
from tocsin.paging.model import (
    BESIDE,
    POSTPONED,
    Call,
    Decision,
    Page,
    PageState,
    Person,
    PersonsPage,
    Policy,
    PolicyVersion,
    Position,
    Run,
    RunState,
    StoredPolicy,
)
from tocsin.paging.sealing import opened_stored, opened_version, place, resealed_definition, sealed_policy

_STORED_ROW = opened_row(StoredPolicy, opened_stored)
_VERSION_ROW = opened_row(PolicyVersion, opened_version)


async def insert_policy(conn: Conn, policy: Policy, managed_by: str | None, now: datetime) -> None:
    """A new version, current from now on."""
    await conn.execute(
        "INSERT INTO escalation_policy (name, definition, managed_by, created_at) VALUES (%s, %s, %s, %s)",
        (policy.name, as_jsonb(sealed_policy(policy, conn.keyring)), managed_by, now),
    )


async def end_policy(conn: Conn, name: str, now: datetime) -> bool:
    """The current version is no longer current; runs that climb it go on. False: there is none."""
    cursor = await conn.execute(
        "UPDATE escalation_policy SET replaced_at = %s WHERE name = %s AND replaced_at IS NULL", (now, name)
    )
    return cursor.rowcount == 1


async def list_policies(conn: Conn) -> list[StoredPolicy]:
    """The current versions, by name."""
    async with conn.cursor(row_factory=_STORED_ROW) as cursor:
        await cursor.execute(
            """
            SELECT id, definition AS policy, managed_by, created_at FROM escalation_policy
            WHERE replaced_at IS NULL ORDER BY name
            """
        )
        return await cursor.fetchall()


async def find_stored_policy(conn: Conn, name: str) -> StoredPolicy | None:
    """The current version of that name with its owner."""
    async with conn.cursor(row_factory=_STORED_ROW) as cursor:
        await cursor.execute(
            """
            SELECT id, definition AS policy, managed_by, created_at FROM escalation_policy
            WHERE name = %s AND replaced_at IS NULL
            """,
            (name,),
        )
        return await cursor.fetchone()


async def find_current_policy(conn: Conn, name: str) -> PolicyVersion | None:
    async with conn.cursor(row_factory=_VERSION_ROW) as cursor:
        await cursor.execute(
            "SELECT id, definition AS policy FROM escalation_policy WHERE name = %s AND replaced_at IS NULL", (name,)
        )
        return await cursor.fetchone()


async def find_only_policy(conn: Conn) -> PolicyVersion | None:
    """The current policy when there is exactly one."""
    async with conn.cursor(row_factory=_VERSION_ROW) as cursor:
        await cursor.execute("SELECT id, definition AS policy FROM escalation_policy WHERE replaced_at IS NULL LIMIT 2")
        rows = await cursor.fetchall()
    return rows[0] if len(rows) == 1 else None


async def find_policy_version(conn: Conn, version_id: int) -> PolicyVersion | None:
    """A version by id, current or not."""
    async with conn.cursor(row_factory=_VERSION_ROW) as cursor:
        await cursor.execute("SELECT id, definition AS policy FROM escalation_policy WHERE id = %s", (version_id,))
        return await cursor.fetchone()


class NewRun(Struct, frozen=True, kw_only=True):
    """The columns of a run that its beginning decides."""

    incident_id: int
    policy_version_id: int | None
    variant: int | None
    urgency: Urgency
    reason: str
    chosen: str


class BegunRun(Struct, frozen=True):
    """A run, and the open page of each call of its first decision, in its order."""

    run: Run
    pages: tuple[Page, ...]


async def insert_run(conn: Conn, new: NewRun, now: datetime) -> Run:
    """A run that has called nobody yet; `update_run` says what it decides, in the same transaction."""
    return (await ask_one(conn, _inserting_run(new, now, RunState.STOPPED, Position(0, 0), None, ()))).run


def beginning_run(new: NewRun, decision: Decision, now: datetime) -> Question[BegunRun]:
    """A run that stands where its first decision puts it, and the pages of its calls."""
    return _inserting_run(new, now, decision.state, decision.position, decision.next_at, decision.calls)


def _inserting_run(
    new: NewRun, now: datetime, state: RunState, at: Position, next_at: datetime | None, calls: Sequence[Call]
) -> Question[BegunRun]:
    return Question(
        _INSERT_RUN,
        {
            **structs.asdict(new),
            "state": state,
            "round": at.round,
            "step": at.step,
            "next_at": next_at,
            "now": now,
            "calls": _as_called(calls),
        },
        lambda rows: rows[0],
        struct_row(BegunRun),
    )


_INSERT_RUN: LiteralString = """
    WITH run AS (
        INSERT INTO escalation_run (
            incident_id, policy_version_id, variant, state, urgency, round, step, armed, next_at, started_at, ended_at,
            reason, chosen)
        VALUES (
            %(incident_id)s, %(policy_version_id)s, %(variant)s, %(state)s, %(urgency)s, %(round)s, %(step)s,
            (%(next_at)s::timestamptz IS NOT NULL)::integer, %(next_at)s, %(now)s,
            CASE WHEN %(next_at)s::timestamptz IS NULL THEN %(now)s::timestamptz END, %(reason)s, %(chosen)s)
        RETURNING *
    ), called AS (
        INSERT INTO page (
            run_id, incident_id, user_id, user_name, round, step, target, reason, urgency, state, created_at)
        SELECT run.id, run.incident_id, called.user_id, called.user_name, run.round, run.step, called.target,
               called.reason, run.urgency, 'open', %(now)s
        FROM run, jsonb_to_recordset(%(calls)s) AS called (user_id bigint, user_name text, target text, reason text)
        RETURNING *
    )
    SELECT to_jsonb(run) AS run, ARRAY(SELECT to_jsonb(called) FROM called ORDER BY id) AS pages FROM run
"""


def _as_called(calls: Sequence[Call]) -> Jsonb:
    return as_jsonb(
        [
            {
                "user_id": call.person.user_id if isinstance(call.person, Person) else None,
                "user_name": call.person.name,
                "target": call.target,
                "reason": call.why,
            }
            for call in calls
        ]
    )


async def update_run(conn: Conn, run_id: int, decision: Decision, now: datetime) -> Run:
    """The run stands where `decision` puts it; another timer is counted when it waits, and a snooze is over."""
    async with conn.cursor(row_factory=struct_row(Run)) as cursor:
        await cursor.execute(
            """
            UPDATE escalation_run SET
                state = %(state)s, round = %(round)s, step = %(step)s, next_at = %(next_at)s,
                snoozed_until = NULL,
                armed = armed + (%(next_at)s::timestamptz IS NOT NULL)::integer,
                ended_at = CASE WHEN %(next_at)s::timestamptz IS NULL THEN %(now)s::timestamptz END
            WHERE id = %(id)s
            RETURNING *
            """,
            {
                "id": run_id,
                "state": decision.state,
                "round": decision.position.round,
                "step": decision.position.step,
                "next_at": decision.next_at,
                "now": now,
            },
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def end_run(conn: Conn, run_id: int, state: RunState, now: datetime) -> None:
    """The run climbs no further."""
    await conn.execute(
        "UPDATE escalation_run SET state = %s, next_at = NULL, ended_at = %s WHERE id = %s", (state, now, run_id)
    )


async def find_run(conn: Conn, run_id: int) -> Run | None:
    async with conn.cursor(row_factory=struct_row(Run)) as cursor:
        await cursor.execute("SELECT * FROM escalation_run WHERE id = %s", (run_id,))
        return await cursor.fetchone()


async def find_latest_run(conn: Conn, incident_id: int) -> Run | None:
    """The incident's last run, whatever its state. Under the incident's lock it does not change."""
    async with conn.cursor(row_factory=struct_row(Run)) as cursor:
        await cursor.execute(
            "SELECT * FROM escalation_run WHERE incident_id = %s ORDER BY id DESC LIMIT 1", (incident_id,)
        )
        return await cursor.fetchone()


async def list_calling(conn: Conn, incident_ids: Sequence[int]) -> frozenset[int]:
    """Of these incidents, those whose ladder is being climbed at this moment; what is postponed calls nobody yet."""
    cursor = await conn.execute(
        "SELECT incident_id FROM escalation_run WHERE incident_id = ANY(%b) AND state = 'running' AND step <> %s",
        (list(incident_ids), POSTPONED),
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def list_paged(conn: Conn, user_id: int) -> frozenset[int]:
    """The incidents about which this person is called and has not answered, whether or not a message reached them."""
    cursor = await conn.execute(
        "SELECT incident_id FROM page WHERE user_id = %s AND state IN ('open', 'unreached')", (user_id,)
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def list_called(conn: Conn, user_ids: Sequence[int], since: datetime) -> frozenset[int]:
    """Of these people those who have been paged since then and have not answered."""
    cursor = await conn.execute(
        """
        SELECT DISTINCT user_id FROM page
        WHERE user_id = ANY(%b) AND created_at > %s AND state IN ('open', 'unreached')
        """,
        (list(user_ids), since),
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def insert_pages(conn: Conn, run: Run, decision: Decision, now: datetime) -> list[Page]:
    """One open page for each call of the decision, in its order."""
    async with conn.cursor(row_factory=struct_row(Page)) as cursor:
        await cursor.execute(
            """
            INSERT INTO page (
                run_id, incident_id, user_id, user_name, round, step, target, reason, urgency, state, created_at)
            SELECT %(run_id)s, %(incident_id)s, called.user_id, called.user_name, %(round)s, %(step)s, called.target,
                   called.reason, %(urgency)s, 'open', %(now)s
            FROM jsonb_to_recordset(%(calls)s) AS called (user_id bigint, user_name text, target text, reason text)
            RETURNING *
            """,
            {
                "run_id": run.id,
                "incident_id": run.incident_id,
                "round": decision.position.round,
                "step": decision.position.step,
                "urgency": run.urgency,
                "calls": _as_called(decision.calls),
                "now": now,
            },
        )
        return await cursor.fetchall()


async def list_pages(conn: Conn, incident_id: int) -> list[Page]:
    """Everybody who was called for an incident, oldest first."""
    async with conn.cursor(row_factory=struct_row(Page)) as cursor:
        await cursor.execute("SELECT * FROM page WHERE incident_id = %s ORDER BY id", (incident_id,))
        return await cursor.fetchall()


async def list_pages_of_people(
    conn: Conn, user_ids: Sequence[int], since: datetime, until: datetime
) -> list[PersonsPage]:
    """Pages of high urgency of these people from [since, until) that some channel took, oldest first."""
    async with conn.cursor(row_factory=struct_row(PersonsPage)) as cursor:
        await cursor.execute(
            """
            SELECT p.id, p.user_name, p.incident_id, p.target, p.state, p.created_at, p.ended_at, (
                SELECT min(f.created_at) FROM page f
                WHERE f.incident_id = p.incident_id AND f.user_id = p.user_id AND f.urgency = 'high'
                  AND f.state <> 'unreached') AS first_at
            FROM page p
            WHERE p.user_id = ANY(%b) AND p.created_at >= %s AND p.created_at < %s AND p.urgency = 'high'
              AND p.state <> 'unreached'
            ORDER BY p.created_at, p.id
            """,
            (list(user_ids), since, until),
        )
        return await cursor.fetchall()


async def update_run_snoozed(conn: Conn, run_id: int, until: datetime | None) -> None:
    await conn.execute("UPDATE escalation_run SET snoozed_until = %s WHERE id = %s", (until, run_id))


async def end_ladder_pages(conn: Conn, incident_id: int, state: PageState, now: datetime) -> None:
    """As `end_pages`, but whoever was asked to help is still asked."""
    await conn.execute(
        "UPDATE page SET state = %s, ended_at = %s WHERE incident_id = %s AND state = 'open' AND step <> %s",
        (state, now, incident_id, BESIDE),
    )


async def end_pages(conn: Conn, incident_id: int, state: PageState, now: datetime) -> None:
    """Every page of the incident that was still open has ended this way."""
    await conn.execute(
        "UPDATE page SET state = %s, ended_at = %s WHERE incident_id = %s AND state = 'open'",
        (state, now, incident_id),
    )


async def find_page(conn: Conn, page_id: int) -> Page | None:
    async with conn.cursor(row_factory=struct_row(Page)) as cursor:
        await cursor.execute("SELECT * FROM page WHERE id = %s", (page_id,))
        return await cursor.fetchone()


async def end_page(conn: Conn, page_id: int, state: PageState, now: datetime) -> bool:
    """False: the page was no longer open."""
    cursor = await conn.execute(
        "UPDATE page SET state = %s, ended_at = %s WHERE id = %s AND state = 'open'", (state, now, page_id)
    )
    return cursor.rowcount == 1


async def update_pages_actionable(conn: Conn, page_ids: Sequence[int], actionable: bool) -> None:
    await conn.execute("UPDATE page SET actionable = %s WHERE id = ANY(%b)", (actionable, list(page_ids)))


async def list_declined(conn: Conn, run_id: int) -> frozenset[str]:
    """Who has asked for the next person in this run, by name."""
    cursor = await conn.execute("SELECT user_name FROM page WHERE run_id = %s AND state = 'declined'", (run_id,))
    return frozenset(row[0] for row in await cursor.fetchall())


async def list_turns(conn: Conn, target: str) -> tuple[str, ...]:
    """Whom a round-robin has called in its last thousand turns, whoever had the latest turn last."""
    cursor = await conn.execute(
        """
        SELECT user_name FROM (
            SELECT id, user_name FROM page WHERE target = %s AND target LIKE 'round-robin:%%'
            ORDER BY id DESC LIMIT 1000
        ) AS turn
        GROUP BY user_name ORDER BY max(id)
        """,
        (target,),
    )
    return tuple(row[0] for row in await cursor.fetchall())


async def count_not_actionable(conn: Conn, incident_ids: Sequence[int]) -> dict[int, int]:
    """How many pages of each of these incidents were marked as nothing to do; without one an incident is left out."""
    cursor = await conn.execute(
        "SELECT incident_id, count(*) FROM page WHERE incident_id = ANY(%b) AND NOT actionable GROUP BY incident_id",
        (list(incident_ids),),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


SEALED = Sealed(
    "escalation_policy.definition",
    """
    SELECT id, definition, name FROM escalation_policy
    WHERE %(after)s::bigint IS NULL OR id > %(after)s ORDER BY id LIMIT %(most)s
    """,
    "UPDATE escalation_policy SET definition = %(value)s WHERE id = %(key)s AND definition = %(before)s",
    place,
    resealed_definition,
    as_jsonb,
)
