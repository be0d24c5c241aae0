"""Every statement about the organisation, its services and its own severity profiles."""

from typing import Any, LiteralString

import msgspec
from msgspec.structs import replace

from tocsin.catalog.model import AnnounceAddress, Organisation, Service
from tocsin.catalog.own_profiles import OwnProfile
from tocsin.db.rows import opened_row, struct_row
from tocsin.kernel.db import Conn, as_json, as_jsonb
from tocsin.kernel.questions import Question
from tocsin.kernel.resealing import Reseal, Sealed
from tocsin.kernel.secrets import Keyring

ANNOUNCE_PLACE = "organisation.announce"
EMAIL = "email"


def _with_secrets(announce: tuple[AnnounceAddress, ...], change: Reseal) -> tuple[AnnounceAddress, ...]:
    """A mail address is no secret; of the others whoever knows one may post there (SEC-3)."""
    return tuple(each if each.kind == EMAIL else replace(each, address=change(each.address)) for each in announce)


def _opened(organisation: Organisation, keyring: Keyring) -> Organisation:
    """With its addresses, or UNREADABLE for one."""
    announce = _with_secrets(organisation.announce, lambda address: keyring.read(address, ANNOUNCE_PLACE))
    return replace(organisation, announce=announce)


def _sealed(announce: tuple[AnnounceAddress, ...], keyring: Keyring) -> tuple[AnnounceAddress, ...]:
    return _with_secrets(announce, lambda address: keyring.seal(address, ANNOUNCE_PLACE))


def _resealed(announce: Any, change: Reseal) -> Any:
    """As the column has it."""
    return as_json(_with_secrets(msgspec.convert(announce, tuple[AnnounceAddress, ...]), change))


_ORGANISATION_ROW = opened_row(Organisation, _opened)


async def get_organisation(conn: Conn) -> Organisation:
    async with conn.cursor(row_factory=_ORGANISATION_ROW) as cursor:
        await cursor.execute("SELECT * FROM organisation")
        row = await cursor.fetchone()
    assert row is not None  # the migration inserts it
    return row


class OrganisationAndService(msgspec.Struct, frozen=True):
    organisation: Organisation
    service: Service | None


def organisation_and_service(name: str, keyring: Keyring) -> Question[OrganisationAndService]:
    """The organisation, and the service of that name if there is one: every incident of an alert asks for both."""

    def read(rows: list[OrganisationAndService]) -> OrganisationAndService:
        (row,) = rows  # the migration inserts the organisation
        return replace(row, organisation=_opened(row.organisation, keyring))

    return Question(_ORGANISATION_AND_SERVICE, (name,), read, struct_row(OrganisationAndService))


_ORGANISATION_AND_SERVICE: LiteralString = """
    SELECT to_jsonb(o) AS organisation, (SELECT to_jsonb(s) FROM service s WHERE s.name = %s) AS service
    FROM organisation o
"""


async def update_organisation(conn: Conn, organisation: Organisation) -> None:
    hours = organisation.business_hours
    await conn.execute(
        """
        UPDATE organisation SET name = %s, time_zone = %s, severity_profile = %s, business_hours = %s,
               oncall_limits = %s, incident_channel = %s, announce_channel = %s, war_room = %s, announce = %s,
               prometheus = %s, on_call = %s, compensation = %s, slo_policy = %s, monthly_report = %s,
               managed_by = %s
        """,
        (
            organisation.name,
            organisation.time_zone,
            organisation.severity_profile,
            as_jsonb(hours) if hours is not None else None,
            as_jsonb(organisation.oncall_limits),
            organisation.incident_channel,
            organisation.announce_channel,
            organisation.war_room,
            as_jsonb(_sealed(organisation.announce, conn.keyring)),
            organisation.prometheus,
            as_jsonb(organisation.on_call),
            as_jsonb(organisation.compensation) if organisation.compensation is not None else None,
            as_jsonb(organisation.slo_policy),
            list(organisation.monthly_report),
            organisation.managed_by,
        ),
    )


async def list_services(conn: Conn) -> list[Service]:
    """All services, by name."""
    async with conn.cursor(row_factory=struct_row(Service)) as cursor:
        await cursor.execute("SELECT * FROM service ORDER BY name")
        return await cursor.fetchall()


DEPENDENCIES: Question[dict[str, tuple[str, ...]]] = Question(
    "SELECT name, depends_on FROM service WHERE depends_on <> '{}'",
    (),
    lambda rows: {name: tuple(depends_on) for name, depends_on in rows},
)


async def find_service(conn: Conn, name: str) -> Service | None:
    async with conn.cursor(row_factory=struct_row(Service)) as cursor:
        await cursor.execute("SELECT * FROM service WHERE name = %s", (name,))
        return await cursor.fetchone()


async def upsert_service(conn: Conn, service: Service) -> None:
    await conn.execute(
        """
        INSERT INTO service
            (name, team, escalation_policy, tier, depends_on, experts, checks, slo, more, managed_by, scope_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET
            team = excluded.team, escalation_policy = excluded.escalation_policy, tier = excluded.tier,
            depends_on = excluded.depends_on, experts = excluded.experts, checks = excluded.checks,
            slo = excluded.slo, more = excluded.more, managed_by = excluded.managed_by
        """,
        (
            service.name,
            service.team,
            service.escalation_policy,
            service.tier,
            list(service.depends_on),
            list(service.experts),
            as_jsonb(service.checks),
            as_jsonb(service.slo) if service.slo is not None else None,
            as_jsonb(service.more),
            service.managed_by,
            service.scope_id,
        ),
    )


async def delete_service(conn: Conn, name: str) -> bool:
    """False: there is none of that name."""
    cursor = await conn.execute("DELETE FROM service WHERE name = %s", (name,))
    return cursor.rowcount == 1


async def list_profiles(conn: Conn) -> list[OwnProfile]:
    """The organisation's own severity profiles, by name."""
    async with conn.cursor(row_factory=struct_row(OwnProfile)) as cursor:
        await cursor.execute("SELECT * FROM severity_profile ORDER BY name")
        return await cursor.fetchall()


async def find_profile(conn: Conn, name: str) -> OwnProfile | None:
    async with conn.cursor(row_factory=struct_row(OwnProfile)) as cursor:
        await cursor.execute("SELECT * FROM severity_profile WHERE name = %s", (name,))
        return await cursor.fetchone()


async def upsert_profile(conn: Conn, profile: OwnProfile) -> None:
    await conn.execute(
        """
        INSERT INTO severity_profile (
            name, based_on, levels, currency, mttr_from, postmortem_completion, reassess_every, managed_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET
            based_on = excluded.based_on, levels = excluded.levels, currency = excluded.currency,
            mttr_from = excluded.mttr_from, postmortem_completion = excluded.postmortem_completion,
            reassess_every = excluded.reassess_every, managed_by = excluded.managed_by
        """,
        (
            profile.name,
            profile.based_on,
            as_jsonb(profile.levels),
            profile.currency,
            profile.mttr_from,
            profile.postmortem_completion,
            profile.reassess_every,
            profile.managed_by,
        ),
    )


async def delete_profile(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM severity_profile WHERE name = %s", (name,))


SEALED = Sealed(
    "organisation.announce",
    "SELECT only_one, announce FROM organisation WHERE %(after)s::boolean IS NULL LIMIT %(most)s",
    "UPDATE organisation SET announce = %(value)s WHERE only_one = %(key)s AND announce = %(before)s",
    lambda: ANNOUNCE_PLACE,
    _resealed,
    as_jsonb,
)
