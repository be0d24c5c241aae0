"""Simulated incidents: what alerts, people and quiet do to them, by the rules of `incidents.lifecycle`."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import NamedTuple

from tocsin.alerts.model import Routed
from tocsin.delivery.model import Urgency
from tocsin.incidents import lifecycle, sentences
from tocsin.incidents.classifying import classify, classify_worse, find_level
from tocsin.incidents.lifecycle import GroupMove
from tocsin.incidents.model import DetectionSource, Incident, Status
from tocsin.simulation.beside import Beside
from tocsin.simulation.climbing import Case, Climbing
from tocsin.simulation.holding import Holding
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers
from tocsin.simulation.waiting import Waiting


class Joined(NamedTuple):
    """An alert that joined a group: what an incident is told of it. `reasons`: the routing's, the grouping's, and why
    it was muted until now.
    """

    routed: Routed
    title: str
    summary: str
    reasons: tuple[str, ...]
    started_at: datetime
    total: int


class Cases:
    """Every incident so far, by number from 1."""

    def __init__(self, rules: Rules, timers: Timers, climbing: Climbing) -> None:
        self._rules = rules
        self._timers = timers
        self._climbing = climbing
        self._numbers = count(1)
        self.cases: list[Case] = []
        self._grades: dict[tuple[int, str], tuple[str | None, str]] = {}
        self._holding = Holding(rules, timers, climbing, self.cases)
        self._beside = Beside(rules, timers, climbing)
        self._waiting = Waiting(rules, timers, climbing)

    def join(self, case: Case | None, alerts: Joined) -> Case:
        """One group, one incident: declared, joined, or brought back (ALR-6, RES-2). Gives the group's case."""
        move = lifecycle.decide_group_move(case.incident if case is not None else None)
        if case is None or move is GroupMove.DECLARE:
            return self._declare_for(alerts)
        if move is GroupMove.ATTACH:
            self._attach(case, alerts)
            return case
        why = f"it fires again: {alerts.title}"
        case.incident = lifecycle.moved(case.incident, Status.INVESTIGATING, self._timers.now)
        if move is GroupMove.RELAPSE:
            self._climbing.tell("IncidentRelapsed", case, lambda: sentences.relapsed(1, alerts.title))
        else:
            self._climbing.tell("IncidentReopened", case, lambda: sentences.reopened("tocsin", why))
            self._beside.arm(case, self._timers.now)
        if not self._holding.hold_back(case):
            self._climbing.begin(case, why)
        return case

    def _attach(self, case: Case, alerts: Joined) -> None:
        """One that is worse than anything before calls again, once a level, unless people are being called (PAG-10)."""
        worse, why = self._grade(case.incident, alerts.routed)
        self._climbing.tell("AlertsAttached", case, lambda: sentences.attached(1, alerts.total, alerts.title) + why)
        if worse is None or worse in case.worse:
            return
        case.worse.add(worse)
        if case.climb is None or case.climb.is_climbing or self._holding.hold_back(case):
            return
        self._climbing.begin(case, sentences.attached(1, alerts.total, alerts.title) + why, worse)

    def _grade(self, incident: Incident, routed: Routed) -> tuple[str | None, str]:
        """Remembered by incident and route: the alerts of a storm are graded alike."""
        key = (incident.number, routed.digest)
        known = self._grades.get(key)
        if known is None:
            known = classify_worse(self._rules.setup.profile, incident, routed.severity, routed.facts)
            self._grades[key] = known
        return known

    def _declare_for(self, alerts: Joined) -> Case:
        routed = alerts.routed
        severity, why, _ = classify(self._rules.setup.profile, routed.severity, routed.facts)
        return self.declare(
            title=alerts.title or sentences.NAMELESS,
            severity=severity,
            service=routed.service,
            urgency=Urgency(routed.urgency),
            policy=routed.policy,
            source=DetectionSource.MONITORING_ALERT,
            reason=" ".join(filter(None, (sentences.full_stop("; ".join(filter(None, alerts.reasons))), why))),
            summary=alerts.summary or None,
            started_at=alerts.started_at,
            alerts=alerts.total,
        )

    def declare(
        self,
        *,
        title: str,
        severity: str | None,
        service: str | None,
        urgency: Urgency,
        policy: str | None,
        source: DetectionSource,
        reason: str = "",
        summary: str | None = None,
        started_at: datetime | None = None,
        alerts: int = 0,
    ) -> Case:
        """A new incident; who is called for it follows at once."""
        known = self._rules.setup.services.get(service or "")
        number, now = next(self._numbers), self._timers.now
        incident = Incident(
            id=number,
            number=number,
            title=title,
            status=Status.TRIGGERED,
            severity=severity,
            urgency=urgency,
            source=source,
            reason=reason,
            declared_by="tocsin",
            policy=policy or (known.escalation_policy if known else None),
            services=(known.name,) if known else (),
            alerts=alerts,
            alert_group_id=None,
            scope_id=1,
            is_private=False,
            is_drill=False,
            started_at=started_at,
            detected_at=now,
            declared_at=now,
            acknowledged_at=None,
            acknowledged_by=None,
            identified_at=None,
            mitigated_at=None,
            resolved_at=None,
            closed_at=None,
            summary=summary,
            resolution=None,
            root_cause=None,
        )
        case = Case(incident)
        self.cases.append(case)
        if severity is None:
            self._climbing.tell("TimelineNoted", case, lambda: sentences.UNCLASSIFIED)
        self._climbing.tell("IncidentDeclared", case, lambda: sentences.declared(incident))
        self._climbing.begin(case, "the incident is new")
        self._beside.arm(case, now)
        return case

    def acknowledge(self, case: Case, by: str, via: str) -> None:
        """Somebody takes it; of one that is over there is nothing to take."""
        if not case.incident.is_open:
            return
        case.incident = lifecycle.acknowledged(case.incident, by, self._timers.now)
        case.is_held = False
        self._climbing.tell("IncidentAcknowledged", case, lambda: sentences.acknowledged(by, via))
        self._climbing.answer(case, by)
        self._waiting.watch(case)

    def resolve(self, case: Case, by: str, reason: str) -> None:
        """It is over: everything stops."""
        if not case.incident.is_open:
            return
        case.incident = lifecycle.moved(case.incident, Status.RESOLVED, self._timers.now)
        case.is_held = False
        self._climbing.tell("IncidentResolved", case, lambda: sentences.resolved(by, reason))
        self._climbing.stop(case, "the incident is resolved")
        case.rules_due.clear()

    def note_act(self, case: Case) -> None:
        """A person has done something about it: a sign of work."""
        case.acted_at = self._timers.now

    def clear(self, case: Case, how: str, closed: Callable[[], None]) -> None:
        """The last alert has ended (LIF-8); `closed` is called when the incident resolves by itself."""
        incident = case.incident
        if how == "person" or not incident.is_open or incident.status is Status.MONITORING:
            return
        level = find_level(self._rules.setup.profile, incident.severity)
        decided = lifecycle.decide_cleared(incident, level, how, self._timers.now)
        case.incident = lifecycle.moved(incident, Status.MONITORING, self._timers.now)
        self._climbing.tell("AlertsCleared", case, lambda: decided.reason)
        if decided.resolves_at is None:
            return
        self._climbing.stop(case, "the alerts have cleared")
        since = case.incident.mitigated_at
        self._timers.at(decided.resolves_at, lambda: self._resolve_quiet(case, since, closed))

    def _resolve_quiet(self, case: Case, since: datetime | None, closed: Callable[[], None]) -> None:
        """The window is over, if it is still the one that began at `since`."""
        if since is None or case.incident.mitigated_at != since or not lifecycle.is_quiet_enough(case.incident):
            return
        self.resolve(case, "tocsin", sentences.stayed_clear(since))
        closed()
