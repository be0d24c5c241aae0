"""Gathers what a report is made of, from the services of the parts below. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import ORGANISATION_SCOPE, Role, Viewer
from tocsin.alerts import maintenances, noise
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, IncidentFilter
from tocsin.insights import handoff_store as store
from tocsin.insights.handoff_model import Handover, IncidentLine, Record, Report, Trouble
from tocsin.insights.handoff_report import Facts, line_of, services_of
from tocsin.insights.handoff_turns import shift_began
from tocsin.kernel.db import Conn
from tocsin.oncall.model import Schedule
from tocsin.paging import marking, policies

_SCOPES = (ORGANISATION_SCOPE,)
_ANYBODY = Viewer(user_id=0, name="hand-off", role=Role.VIEWER, scopes=_SCOPES)
"""A report is kept and mailed: it holds what everybody in the organisation may read, and no private incident."""

_PAGE = 200
_MOST_PAGES = 10


async def load_facts(conn: Conn, schedule: Schedule, handover: Handover, record: Record | None, now: datetime) -> Facts:
    """`schedule` has the overrides of the whole shift."""
    since = shift_began(schedule, handover)
    ladders = tuple(stored.policy for stored in await policies.list_policies(conn))
    services = services_of(schedule, await catalog.list_services(conn), ladders)
    names = [each.name for each in services]
    still_open = _of(names, await _list_incidents(conn, IncidentFilter(open_only=True, limit=_PAGE)))
    since_then = _of(names, await _list_incidents(conn, IncidentFilter(since=since, limit=_PAGE)))
    return Facts(
        schedule=schedule,
        handover=handover,
        since=since,
        services=services,
        open_incidents=still_open,
        incidents=since_then,
        firing=await noise.count_firing_by_service(conn, _SCOPES, names),
        noise=tuple(await noise.list_noise(conn, _SCOPES, names, since, now + timedelta(seconds=1))),
        marks=await marking.count_not_actionable(conn, [each.id for each in since_then]),
        maintenances=tuple(await maintenances.list_maintenances(conn, now)),
        policies=ladders,
        leads=tuple(await accounts.list_team_leads(conn, schedule.team)) if schedule.team else (),
        groups=tuple(await directory.list_groups(conn)),
        vendors=tuple(await directory.list_vendors(conn)),
        entries=tuple(await store.list_entries(conn, schedule.name)),
        note=record.note if record is not None else "",
    )


async def without_private(conn: Conn, report: Report) -> Report:
    """A report that was kept, without the incidents that have become private since it was signed (LIF-7)."""
    lines = (*report.open_incidents, *report.incidents)
    private = await privacy.list_private(conn, {line.ref for line in lines})
    if not private:
        return report
    return msgspec.structs.replace(
        report,
        open_incidents=tuple(line for line in report.open_incidents if line.ref not in private),
        incidents=tuple(line for line in report.incidents if line.ref not in private),
        troubles=tuple(
            each for each in map(partial(_without, private), report.troubles) if each.incidents or each.alerts
        ),
    )


def _without(private: Collection[str], trouble: Trouble) -> Trouble:
    named = tuple(ref for ref in trouble.incidents if ref not in private)
    return msgspec.structs.replace(trouble, incidents=named)


async def list_incidents_of(conn: Conn, schedule: Schedule, since: datetime) -> list[IncidentLine]:
    """What was declared since then on the services of a schedule, newest first."""
    names = await list_service_names(conn, schedule)
    found = _of(names, await _list_incidents(conn, IncidentFilter(since=since, limit=_PAGE)))
    return [line_of(each) for each in found]


async def list_service_names(conn: Conn, schedule: Schedule) -> list[str]:
    """Whoever is on call in this schedule is paged for these."""
    ladders = [stored.policy for stored in await policies.list_policies(conn)]
    return [each.name for each in services_of(schedule, await catalog.list_services(conn), ladders)]


async def _list_incidents(conn: Conn, wanted: IncidentFilter) -> list[Incident]:
    """All of them, newest first, up to two thousand: nobody reads more, and a storm may not fill the memory."""
    found: list[Incident] = []
    for _ in range(_MOST_PAGES):
        page = await incidents.list_incidents(conn, _ANYBODY, wanted)
        found += page.incidents
        if page.next_before is None:
            break
        wanted = msgspec.structs.replace(wanted, before_number=page.next_before)
    return found


def _of(services: list[str], found: list[Incident]) -> tuple[Incident, ...]:
    return tuple(each for each in found if {*services} & {*each.services})
