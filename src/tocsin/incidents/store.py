"""Every statement about incidents and their services: one function, one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.delivery.model import Urgency
from tocsin.incidents.model import DetectionSource, Incident, IncidentFilter, Status, TeamSize
from tocsin.kernel.db import Conn, as_jsonb

_SELECT: LiteralString = """
    SELECT i.*, ARRAY(
        SELECT s.service FROM incident_service s WHERE s.incident_id = i.id ORDER BY s.service
    ) AS services
    FROM incident i
"""


class NewIncident(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a row that a declaration decides; `number` None: the next of its sequence."""

    title: str
    status: Status
    severity: str | None
    urgency: Urgency
    source: DetectionSource
    reason: str
    declared_by: str
    policy: str | None
    alert_group_id: int | None
    alerts: int
    scope_id: int
    is_drill: bool
    started_at: datetime | None
    detected_at: datetime
    now: datetime
    number: int | None
    is_private: bool
    summary: str | None
    impact: str | None
    users_affected: str | None
    team_size: TeamSize | None
    facts: Mapping[str, Any]
    suggested: str | None
    criteria: tuple[str, ...]
    services: list[str]


async def insert_incident(conn: Conn, new: NewIncident) -> Incident:
    """The incident, its number, its services and what is known of its impact in one statement."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(
            """
            WITH new AS (
                INSERT INTO incident (
                    number, title, status, severity, urgency, source, reason, declared_by, policy, alert_group_id,
                    alerts, scope_id, is_private, is_drill, started_at, detected_at, declared_at, summary, impact,
                    users_affected, team_size, has_sync)
                VALUES (
                    coalesce(%(number)s::integer, nextval('incident_number')), %(title)s, %(status)s, %(severity)s,
                    %(urgency)s, %(source)s, %(reason)s, %(declared_by)s, %(policy)s, %(alert_group_id)s, %(alerts)s,
                    %(scope_id)s, %(is_private)s, %(is_drill)s, %(started_at)s, %(detected_at)s, %(now)s, %(summary)s,
                    %(impact)s, %(users_affected)s, %(team_size)s, true)
                RETURNING *
            ), named AS (
                INSERT INTO incident_service (incident_id, service)
                SELECT new.id, service FROM new, unnest(%(services)s::text[]) service
            ), known AS (
                INSERT INTO incident_facts (incident_id, at, by, facts, suggested, criteria, kept, kept_at, kept_by)
                SELECT new.id, %(now)s, %(declared_by)s, %(facts)s, %(suggested)s, %(criteria)s, new.severity, %(now)s,
                    CASE WHEN new.severity = %(suggested)s THEN 'tocsin' ELSE %(declared_by)s END
                FROM new WHERE %(facts)s::jsonb <> '{}'
            )
            SELECT new.*, %(services)s::text[] AS services FROM new
            """,
            {**msgspec.structs.asdict(new), "facts": as_jsonb(new.facts), "criteria": list(new.criteria)},
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def take_number(conn: Conn) -> int:
    """The next number, for what has to be named before its row is there."""
    cursor = await conn.execute("SELECT nextval('incident_number')")
    row = await cursor.fetchone()
    assert row is not None  # nextval gives one row
    return int(row[0])


async def update_incident_private(conn: Conn, incident_id: int, scope_id: int) -> None:
    """Only the readers of this scope see it from now on."""
    await conn.execute("UPDATE incident SET is_private = true, scope_id = %s WHERE id = %s", (scope_id, incident_id))


async def find_incident(conn: Conn, incident_id: int) -> Incident | None:
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(_SELECT + "WHERE i.id = %s", (incident_id,))
        return await cursor.fetchone()


async def list_incidents_by_id(conn: Conn, ids: Sequence[int]) -> list[Incident]:
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(_SELECT + "WHERE i.id = ANY(%b) ORDER BY i.id", (list(ids),))
        return await cursor.fetchall()


async def find_incident_by_number(conn: Conn, number: int, scopes: Sequence[int]) -> Incident | None:
    """None also when it lies outside `scopes`: what a caller may not see does not exist for them."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(_SELECT + "WHERE i.number = %s AND i.scope_id = ANY(%b)", (number, list(scopes)))
        return await cursor.fetchone()


async def find_incident_of_group(conn: Conn, group_id: int) -> Incident | None:
    """The latest incident of an alert group, whatever its state – while it is merged the one that it is merged into –,
    locked.
    """
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(
            _SELECT  # noqa: S608  both parts are constants
            + """
            WHERE i.id = (
                SELECT coalesce(latest.merged_into, latest.id) FROM incident latest
                WHERE latest.alert_group_id = %s ORDER BY latest.id DESC LIMIT 1
            )
            FOR UPDATE OF i
            """,
            (group_id,),
        )
        return await cursor.fetchone()


async def list_incidents_of_groups(conn: Conn, scopes: Sequence[int], group_ids: Sequence[int]) -> list[Incident]:
    """The latest incident of each of these alert groups, as far as it lies inside `scopes`."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            WHERE i.alert_group_id = ANY(%(groups)b)
              AND NOT EXISTS (
                  SELECT FROM incident later WHERE later.alert_group_id = i.alert_group_id AND later.id > i.id)
              AND i.scope_id = ANY(%(scopes)b)
            """,
            {"groups": list(group_ids), "scopes": list(scopes)},
        )
        return await cursor.fetchall()


async def lock_incident(conn: Conn, incident_id: int) -> Incident | None:
    """The first lock of every change: incident → page → job."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(_SELECT + "WHERE i.id = %s FOR UPDATE OF i", (incident_id,))
        return await cursor.fetchone()


async def update_incident(conn: Conn, incident: Incident) -> None:
    """Write what may change; who declared it, when and why stays as it was."""
    await conn.execute(
        """
        UPDATE incident SET
            title = %(title)s, status = %(status)s, severity = %(severity)s, urgency = %(urgency)s,
            alerts = %(alerts)s, started_at = %(started_at)s, detected_at = %(detected_at)s,
            acknowledged_at = %(acknowledged_at)s, acknowledged_by = %(acknowledged_by)s,
            identified_at = %(identified_at)s, mitigated_at = %(mitigated_at)s, resolved_at = %(resolved_at)s,
            closed_at = %(closed_at)s, summary = %(summary)s, resolution = %(resolution)s, root_cause = %(root_cause)s,
            team_size = %(team_size)s, conference_url = %(conference_url)s, has_sync = %(has_sync)s,
            users_affected = %(users_affected)s, declared_at = %(declared_at)s, eta = %(eta)s,
            eta_set_at = %(eta_set_at)s, cause_category = %(cause_category)s, merged_into = %(merged_into)s,
            postmortem_published_at = %(postmortem_published_at)s
        WHERE id = %(id)s
        """,
        msgspec.structs.asdict(incident),
    )


async def list_incidents(conn: Conn, scopes: Sequence[int], wanted: IncidentFilter) -> list[Incident]:
    """Newest number first, one more than `wanted.limit` so that the caller sees whether there is a next page."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            WHERE i.scope_id = ANY(%(scopes)b)
              AND (NOT %(open_only)s OR i.status IN
                   ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring'))
              AND (%(status)s::text IS NULL OR i.status = %(status)s)
              AND (%(severity)s::text IS NULL OR i.severity = %(severity)s)
              AND (%(service)s::text IS NULL OR EXISTS (
                   SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = %(service)s))
              AND (%(since)s::timestamptz IS NULL OR i.declared_at >= %(since)s)
              AND (%(before_number)s::integer IS NULL OR i.number < %(before_number)s)
            ORDER BY i.number DESC
            LIMIT %(limit)s + 1
            """,
            {**msgspec.structs.asdict(wanted), "scopes": list(scopes)},
        )
        return await cursor.fetchall()


async def list_open_of_policy(conn: Conn, policy: str) -> list[tuple[int, int]]:
    """The open incidents that call people by a policy: number and scope, by number."""
    cursor = await conn.execute(
        """
        SELECT number, scope_id FROM incident
        WHERE policy = %s AND status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
        ORDER BY number
        """,
        (policy,),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def list_merged(conn: Conn, incident_id: int) -> list[Incident]:
    """Those that are merged into it, by number."""
    async with conn.cursor(row_factory=struct_row(Incident)) as cursor:
        await cursor.execute(_SELECT + "WHERE i.merged_into = %s ORDER BY i.number", (incident_id,))
        return await cursor.fetchall()


async def list_private_numbers(conn: Conn, numbers: Sequence[int]) -> list[int]:
    """Those of these that only some may see."""
    cursor = await conn.execute(
        "SELECT number FROM incident WHERE is_private AND number = ANY(%b) ORDER BY number", (list(numbers),)
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_groups_of(conn: Conn, incident_ids: Sequence[int]) -> dict[int, int]:
    """The alert group behind each of these incidents that has one."""
    cursor = await conn.execute(
        "SELECT id, alert_group_id FROM incident WHERE id = ANY(%b) AND alert_group_id IS NOT NULL",
        (list(incident_ids),),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def list_alike(conn: Conn, incident: Incident, since: datetime) -> list[int]:
    """Numbers of earlier incidents of its scope with its cause and one of its services: the latest ten."""
    cursor = await conn.execute(
        """
        SELECT i.number FROM incident i
        WHERE i.scope_id = %(scope)s AND i.cause_category = %(cause)s AND i.id <> %(id)s
          AND i.declared_at >= %(since)s AND i.declared_at < %(until)s
          AND EXISTS (
              SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = ANY(%(services)b::text[]))
        ORDER BY i.number DESC LIMIT 10
        """,
        {
            "id": incident.id,
            "scope": incident.scope_id,
            "cause": incident.cause_category,
            "services": list(incident.services),
            "since": since,
            "until": incident.declared_at,
        },
    )
    return [row[0] for row in await cursor.fetchall()]
