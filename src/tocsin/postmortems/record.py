"""Everything that a draft may say, read once from those who keep it. Whoever sees the incident sees what is in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from tocsin.accounts.model import ORGANISATION_SCOPE, Role, Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.catalog.severity import Level
from tocsin.catalog.slo import downtime_levels_of
from tocsin.comms.model import Update
from tocsin.comms.updates import list_updates
from tocsin.incidents import timeline
from tocsin.incidents.assigning import list_holdings
from tocsin.incidents.attachments import list_attachments
from tocsin.incidents.classifying import find_level
from tocsin.incidents.details import list_alike
from tocsin.incidents.facts_of import get_known_words
from tocsin.incidents.findings import list_findings
from tocsin.incidents.linking import Link, list_links
from tocsin.incidents.model import Finding, Incident
from tocsin.incidents.record import RecordEntry, in_order
from tocsin.incidents.roles import Holding
from tocsin.incidents.task_model import Task
from tocsin.incidents.tasks import list_tasks
from tocsin.kernel.db import Conn
from tocsin.mitigation.model import Mitigation
from tocsin.mitigation.service import list_mitigations
from tocsin.paging.model import Page
from tocsin.paging.service import list_pages
from tocsin.postmortems import measurements
from tocsin.postmortems.action_model import ActionItem
from tocsin.postmortems.action_store import list_of_incident
from tocsin.postmortems.figures import SaidFigure
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.saying import list_figures
from tocsin.postmortems.telling import READ

MOST_ENTRIES = 1000
"""Of the kinds that a draft tells: more than a person reads."""
REMEMBERED_FOR = timedelta(days=365)
"""How long before it an incident with the same cause is one to learn from, too."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as its records tell it, entries in the order of what they speak of.

    `level` is None when nobody has graded it. `known` are the facts of the impact in the words in which they were
    given, `measured` is what Prometheus said last. `services` are those of the incident that there still are;
    `is_downtime`: its level uses their error budgets up. `files` are the names of attachments, `alike` the numbers of
    earlier incidents of its services with the same kind of cause, the latest first, `links` the other
    incidents that people said it has to do with.
    """

    incident: Incident
    level: Level | None = None
    profile: str = "sre"
    mttr_from: str = "started"
    entries: tuple[RecordEntry, ...] = ()
    holdings: tuple[Holding, ...] = ()
    known: Mapping[str, str] = {}
    updates: tuple[Update, ...] = ()
    mitigations: tuple[Mitigation, ...] = ()
    pages: tuple[Page, ...] = ()
    figures: tuple[SaidFigure, ...] = ()
    measured: tuple[Measurement, ...] = ()
    services: tuple[Service, ...] = ()
    is_downtime: bool = False
    findings: tuple[Finding, ...] = ()
    tasks: tuple[Task, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    files: tuple[str, ...] = ()
    alike: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()

    def entry_of(self, *kinds: str) -> int | None:
        """The id of the latest entry of these kinds, which is what a sentence about it cites."""
        return max((entry.id for entry in self.entries if entry.kind in kinds), default=None)

    def entry_about(self, name: str, value: object, *kinds: str) -> int | None:
        """The id of the first entry of these kinds whose `name` has this value; None: there is none."""
        found = [each.id for each in self.entries if each.kind in kinds and each.stored.data.get(name) == value]
        return min(found, default=None)


async def gather(conn: Conn, incident: Incident) -> Record:
    """For an incident that the caller may see, or has locked."""
    profile = await catalog.severity_profile(conn)
    entries = await timeline.read_end(conn, incident, limit=MOST_ENTRIES, kinds=READ)
    return Record(
        incident=incident,
        level=find_level(profile, incident.severity),
        profile=profile.name,
        mttr_from=profile.mttr_from,
        entries=tuple(in_order(entries)),
        holdings=tuple(await list_holdings(conn, incident.id)),
        known=await get_known_words(conn, incident.id),
        updates=tuple(await list_updates(conn, incident.id)),
        mitigations=tuple(await list_mitigations(conn, incident.id)),
        pages=tuple(await list_pages(conn, incident.id)),
        figures=tuple(await list_figures(conn, incident.id)),
        measured=tuple(await measurements.list_latest(conn, incident.id)),
        services=tuple(await measurements.services_of(conn, incident)),
        is_downtime=incident.severity in downtime_levels_of((await catalog.organisation(conn)).slo_policy, profile),
        findings=tuple(await list_findings(conn, incident.id)),
        tasks=tuple(await list_tasks(conn, incident.id)),
        actions=tuple(await list_of_incident(conn, incident.id)),
        files=tuple(each.name for each in await list_attachments(conn, incident)),
        links=tuple(await list_links(conn, _everybody_who_sees(incident), incident)),
        alike=tuple(await list_alike(conn, incident, since=incident.declared_at - REMEMBERED_FOR)),
    )


def _everybody_who_sees(incident: Incident) -> Viewer:
    """A draft is read by all who see the incident: it names no other that one of them may not see."""
    return Viewer(user_id=0, name="tocsin", role=Role.VIEWER, scopes=(ORGANISATION_SCOPE, incident.scope_id))
