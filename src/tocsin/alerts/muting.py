"""What mutes an alert at the moment it would be grouped: active silences, and firing alerts that inhibit it
(ALR-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tocsin.alerts import group_store, silence_store
from tocsin.alerts.group_store import GroupableAlert
from tocsin.alerts.rulebook import load_inhibitions
from tocsin.alerts.silencing import Inhibition, Silence, silenced_by
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.matchers import Op, matches_all

RELEASE_JOB = "alerts.release"

_CAUSES_KEPT = 20
"""Of the alerts that mute one: when any of these ends it is looked at again, and may be muted by others."""

_Causes = dict[tuple[str, ...], list[int]]
"""Ids of firing alerts by the values of the labels that cause and effect share."""


class Muting(NamedTuple):
    """Why an alert calls nobody for now; `until` is when its silences end."""

    reason: str
    silences: tuple[UUID, ...]
    inhibitors: tuple[int, ...]
    until: datetime | None

    def release_jobs(self) -> list[jobs.NewJob]:
        """When its silences are over the alert is looked at again; an inhibition is released when its cause ends."""
        return [] if self.until is None else [release_at(silence, self.until) for silence in self.silences]


def release_at(silence_id: UUID, run_at: datetime) -> jobs.NewJob:
    return jobs.NewJob(
        kind=RELEASE_JOB,
        payload={"silence_id": str(silence_id)},
        lane="alerts",
        run_at=run_at,
        key=f"{RELEASE_JOB}:{silence_id}",
    )


class Mutings:
    """Everything that may mute, loaded once for a batch."""

    def __init__(self, silences: Sequence[Silence], inhibitions: Sequence[Inhibition], now: datetime) -> None:
        self._silences = silences
        self._inhibitions = inhibitions
        self._now = now
        self._causes: dict[int, _Causes] = {}

    async def find(self, conn: Conn, alert: GroupableAlert) -> Muting | None:
        silences = silenced_by(self._silences, alert.labels, alert.integration_id, self._now)
        if silences:
            first = silences[0]
            said = f": {first.comment}" if first.comment else ""
            return Muting(
                reason=f"silenced by {first.created_by} until {first.ends_at:%Y-%m-%d %H:%M} UTC{said}",
                silences=tuple(UUID(silence.id) for silence in silences),
                inhibitors=(),
                until=max(silence.ends_at for silence in silences),
            )
        for place, inhibition in enumerate(self._inhibitions):
            if not inhibition.is_target(alert.labels):
                continue
            if place not in self._causes:
                self._causes[place] = await _load_causes(conn, inhibition)
            if inhibitors := self._causes[place].get(inhibition.shared(alert.labels)):
                reason = f"inhibited: alert {inhibitors[0]} fires and is the cause"
                return Muting(reason=reason, silences=(), inhibitors=tuple(inhibitors), until=None)
        return None


async def find_mutings(
    conn: Conn, alerts: Sequence[GroupableAlert], now: datetime
) -> list[tuple[GroupableAlert, Muting | None]]:
    """What mutes each of these alerts. The silences that do are held until the transaction ends: whoever changes one
    waits, and then finds the job that releases what it muted. Locks come after those of the alerts."""
    silences = {silence.id: silence for silence in await silence_store.list_active_silences(conn, now)}
    inhibitions = await load_inhibitions(conn)
    held: dict[str, Silence] = {}
    while True:
        mutings = Mutings(list(silences.values()), inhibitions, now)
        found = [(alert, await mutings.find(conn, alert)) for alert in alerts]
        used = {str(each) for _, muting in found if muting is not None for each in muting.silences}
        if used <= held.keys():
            return found
        held |= {each.id: each for each in await silence_store.hold_silences(conn, used - held.keys())}
        if all(silences[name] == held[name] for name in used):
            return found
        silences |= held


async def _load_causes(conn: Conn, inhibition: Inhibition) -> _Causes:
    """The firing alerts that may mute by this rule; one look for a whole batch, since a storm asks ten thousand times.
    Exact matchers narrow the search, the rest is decided here."""
    wanted = {matcher.name: matcher.value for matcher in inhibition.source if matcher.op is Op.EQUAL and matcher.value}
    causes: _Causes = {}
    for id, labels in await group_store.list_firing_with(conn, wanted):
        if matches_all(inhibition.source, labels):
            known = causes.setdefault(inhibition.shared(labels), [])
            if len(known) < _CAUSES_KEPT:
                known.append(id)
    return causes
