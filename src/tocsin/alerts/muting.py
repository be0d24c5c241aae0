"""What mutes an alert at the moment it would be grouped: active silences, maintenance of its service, and firing alerts
that inhibit it by rule or by the services' dependencies (ALR-7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tocsin.alerts import group_store, silence_store
from tocsin.alerts.dependencies import Cause, DependsOn, find_upstream, upstream_of
from tocsin.alerts.group_store import GroupableAlert
from tocsin.alerts.maintenance import Cover, cover_of, covers_at
from tocsin.alerts.model import Urgency, says_critical
from tocsin.alerts.muting_store import InForce
from tocsin.alerts.rulebook import read_inhibitions
from tocsin.alerts.silencing import CAUSES_KEPT, Causes, Inhibition, Silence, mute_reason, silenced_by
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.matchers import Op

RELEASE_JOB = "alerts.release"
TURN_JOB = "alerts.maintenance"


class Muting(NamedTuple):
    """Why an alert calls nobody for now; `until` is when its silences end."""

    reason: str
    silences: tuple[UUID, ...]
    inhibitors: tuple[int, ...]
    until: datetime | None
    cover: Cover | None = None

    def release_jobs(self) -> list[jobs.NewJob]:
        """When its silences or its maintenance are over the alert is looked at again; an inhibition is released when
        its cause ends."""
        if self.cover is not None:
            return [turn_at(self.cover.maintenance, (self.cover.service,), self.cover.until)]
        return [] if self.until is None else [release_at(silence, self.until) for silence in self.silences]


def release_at(silence_id: UUID, run_at: datetime) -> jobs.NewJob:
    return jobs.NewJob(
        kind=RELEASE_JOB,
        payload={"silence_id": str(silence_id)},
        lane="alerts",
        run_at=run_at,
        key=f"{RELEASE_JOB}:{silence_id}",
    )


def turn_at(maintenance_id: int, services: Sequence[str], run_at: datetime) -> jobs.NewJob:
    """A window begins or ends then; the services are for a maintenance that is gone by that time."""
    return jobs.NewJob(
        kind=TURN_JOB,
        payload={"maintenance_id": maintenance_id, "services": list(services)},
        lane="alerts",
        run_at=run_at,
        prio=0,
        key=f"{TURN_JOB}:{maintenance_id}",
    )


class Mutings:
    """Everything that may mute, loaded once for a batch."""

    def __init__(
        self,
        silences: Sequence[Silence],
        covers: Mapping[str, Cover],
        inhibitions: Sequence[Inhibition],
        services: "Services",
        now: datetime,
    ) -> None:
        self._silences = silences
        self._covers = covers
        self._inhibitions = inhibitions
        self._services = services
        self._now = now
        self._causes: dict[int, Causes[int]] = {}

    async def find(self, conn: Conn, alert: GroupableAlert) -> Muting | None:
        return (
            self._find_silence(alert)
            or self._find_maintenance(alert)
            or await self._find_inhibition(conn, alert)
            or self._services.find(alert)
        )

    def _find_silence(self, alert: GroupableAlert) -> Muting | None:
        silences = silenced_by(self._silences, alert.labels, alert.integration_id, self._now)
        if not silences:
            return None
        return Muting(
            reason=mute_reason(silences),
            silences=tuple(UUID(silence.id) for silence in silences),
            inhibitors=(),
            until=max(silence.ends_at for silence in silences),
        )

    def _find_maintenance(self, alert: GroupableAlert) -> Muting | None:
        cover = cover_of([alert.service] if alert.service else [], self._covers)
        if cover is None:
            return None
        return Muting(reason=f"held: {cover}", silences=(), inhibitors=(), until=cover.until, cover=cover)

    async def _find_inhibition(self, conn: Conn, alert: GroupableAlert) -> Muting | None:
        for place, inhibition in enumerate(self._inhibitions):
            if not inhibition.is_target(alert.labels):
                continue
            if place not in self._causes:
                self._causes[place] = await _load_causes(conn, inhibition)
            if inhibitors := self._causes[place].find(alert.labels):
                reason = f"inhibited: alert {inhibitors[0]} fires and is the cause"
                return Muting(reason=reason, silences=(), inhibitors=tuple(inhibitors), until=None)
        return None


class Services:
    """The dependency graph and what fires on it: that of the database, and the free alerts of this batch."""

    def __init__(self, depends_on: DependsOn, causes: Mapping[str, Sequence[Cause]]) -> None:
        self._depends_on = depends_on
        self._causes = {name: list(found) for name, found in causes.items()}

    def depth(self, alert: GroupableAlert) -> int:
        return len(upstream_of(alert.service, self._depends_on)) if alert.service else 0

    def find(self, alert: GroupableAlert) -> Muting | None:
        if alert.service is None:
            return None
        critical = says_critical(alert.severity_hint)
        found = find_upstream(alert.service, is_critical=critical, depends_on=self._depends_on, causes=self._causes)
        if found is None:
            return None
        return Muting(
            reason=found.why(alert.service),
            silences=(),
            inhibitors=tuple(cause.alert_id for cause in found.causes[:CAUSES_KEPT]),
            until=None,
        )

    def note_free(self, alert: GroupableAlert) -> None:
        """It will call somebody: from here on it is a cause."""
        if alert.service is not None and alert.urgency == Urgency.HIGH:
            cause = Cause(alert.id, alert.title, says_critical(alert.severity_hint))
            self._causes.setdefault(alert.service, []).append(cause)


async def find_mutings(
    conn: Conn, alerts: Sequence[GroupableAlert], in_force: InForce, depends_on: DependsOn, now: datetime
) -> list[tuple[GroupableAlert, Muting | None]]:
    """What of this mutes each of these alerts, in the order of their ids. The silences that do are held until the
    transaction ends: whoever changes one waits, and then finds the job that releases what it muted. Locks come after
    those of the alerts."""
    silences = {silence.id: silence for silence in map(silence_store.silence_of, in_force.silences)}
    covers = covers_at(in_force.maintenances, now)
    inhibitions = read_inhibitions(in_force.inhibitions)
    causes = await _load_causes_upstream(conn, alerts, depends_on)
    held: dict[str, Silence] = {}
    while True:
        services = Services(depends_on, causes)
        mutings = Mutings(list(silences.values()), covers, inhibitions, services, now)
        found = await _find_each(conn, alerts, mutings, services)
        used = {str(each) for _, muting in found if muting is not None for each in muting.silences}
        if used <= held.keys():
            return found
        held |= {each.id: each for each in await silence_store.hold_silences(conn, used - held.keys())}
        if all(silences[name] == held[name] for name in used):
            return found
        silences |= held


async def _find_each(
    conn: Conn, alerts: Sequence[GroupableAlert], mutings: Mutings, services: Services
) -> list[tuple[GroupableAlert, Muting | None]]:
    """Causes before effects: those that depend on the least come first."""
    found: list[tuple[GroupableAlert, Muting | None]] = []
    for alert in sorted(alerts, key=services.depth):
        muting = await mutings.find(conn, alert)
        if muting is None:
            services.note_free(alert)
        found.append((alert, muting))
    return sorted(found, key=lambda each: each[0].id)


async def _load_causes_upstream(
    conn: Conn, alerts: Sequence[GroupableAlert], depends_on: DependsOn
) -> dict[str, list[Cause]]:
    services = {alert.service for alert in alerts if alert.service}
    upstream = {name for service in services for name in upstream_of(service, depends_on)}
    causes: dict[str, list[Cause]] = {}
    for row in await group_store.list_paging(conn, sorted(upstream), CAUSES_KEPT) if upstream else ():
        causes.setdefault(row.service, []).append(Cause(row.id, row.title, row.prio == 0))
    return causes


async def _load_causes(conn: Conn, inhibition: Inhibition) -> Causes[int]:
    """The firing alerts that may mute by this rule; one look for a whole batch, since a storm asks ten thousand times.
    Exact matchers narrow the search, the rest is decided here."""
    wanted = {matcher.name: matcher.value for matcher in inhibition.source if matcher.op is Op.EQUAL and matcher.value}
    causes: Causes[int] = Causes(inhibition)
    for id, labels in await group_store.list_firing_with(conn, wanted):
        causes.note(labels, id)
    return causes
