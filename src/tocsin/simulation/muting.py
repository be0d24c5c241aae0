"""What mutes a simulated alert: silences, maintenance, and firing alerts that are its cause (ALR-7). In the order of
production: the first that mutes gives the reason.
"""

from datetime import datetime
from typing import NamedTuple

from tocsin.alerts.dependencies import Cause, find_upstream
from tocsin.alerts.maintenance import cover_of, covers_at
from tocsin.alerts.model import Urgency, says_critical
from tocsin.alerts.silencing import Causes, mute_reason, silenced_by
from tocsin.simulation.known import Known
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


class Muting(NamedTuple):
    """Why an alert calls nobody for now: until an instant, or until one of its causes ends."""

    reason: str
    until: datetime | None = None
    causes: tuple[int, ...] = ()


class Mutings:
    """Everything that may mute, and which firing alerts may be causes."""

    def __init__(self, rules: Rules, timers: Timers) -> None:
        self._rules = rules
        self._timers = timers
        self._by_rule = [Causes[int](rule) for rule in rules.inhibitions]
        self._on_service: dict[str, dict[int, Known]] = {}

    def find(self, known: Known) -> Muting | None:
        return self._silence(known) or self._maintenance(known) or self._rule(known) or self._dependency(known)

    def note(self, known: Known) -> None:
        """It fires: it may mute others by a rule."""
        for causes in self._by_rule:
            causes.note(known.signal.labels, known.id)

    def note_free(self, known: Known) -> None:
        """It calls somebody: from here on it may mute what depends on its service."""
        if known.routed.service is not None and known.routed.urgency is Urgency.HIGH:
            self._on_service.setdefault(known.routed.service, {})[known.id] = known

    def forget(self, known: Known) -> None:
        """It fires no more."""
        for causes in self._by_rule:
            causes.forget(known.signal.labels, known.id)
        self._on_service.get(known.routed.service or "", {}).pop(known.id, None)

    def _silence(self, known: Known) -> Muting | None:
        if not self._rules.setup.silences:
            return None
        found = silenced_by(self._rules.setup.silences, known.signal.labels, known.integration.id, self._timers.now)
        return Muting(mute_reason(found), max(silence.ends_at for silence in found)) if found else None

    def _maintenance(self, known: Known) -> Muting | None:
        maintenances, service = self._rules.setup.maintenances, known.routed.service
        if not maintenances or service is None:
            return None
        cover = cover_of([service], covers_at(maintenances, self._timers.now))
        return Muting(f"held: {cover}", cover.until) if cover is not None else None

    def _rule(self, known: Known) -> Muting | None:
        for causes in self._by_rule:
            found = causes.find(known.signal.labels)
            if found:
                return Muting(f"inhibited: alert {found[0]} fires and is the cause", None, tuple(found))
        return None

    def _dependency(self, known: Known) -> Muting | None:
        service, depends_on = known.routed.service, self._rules.depends_on
        upstream = self._rules.upstream.get(service or "", ())
        if service is None or not any(self._on_service.get(name) for name in upstream):
            return None
        causes = {name: self._causes_on(name) for name in upstream}
        critical = says_critical(known.signal.severity_hint)
        found = find_upstream(service, is_critical=critical, depends_on=depends_on, causes=causes)
        if found is None:
            return None
        return Muting(found.why(service), None, tuple(cause.alert_id for cause in found.causes))

    def _causes_on(self, service: str) -> list[Cause]:
        """Those whose incident is open."""
        found: list[Cause] = []
        for known in self._on_service.get(service, {}).values():
            if known.group is not None and known.group.case is not None and known.group.case.incident.is_open:
                found.append(Cause(known.id, known.signal.title, says_critical(known.signal.severity_hint)))
        return found
