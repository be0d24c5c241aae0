"""What somebody has taken and nobody works on is paged again (PAG-5), by the time-out of its level."""

from functools import partial

from tocsin.alerts.maintenance import cover_of, covers_at
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Status
from tocsin.paging import sentences
from tocsin.paging.escalation import in_words
from tocsin.paging.model import RunState
from tocsin.paging.patience import next_look, timeout_of
from tocsin.simulation.climbing import Case, Climbing
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


class Waiting:
    """Looks after each acknowledged incident; what a person does on it is noted in its case."""

    def __init__(self, rules: Rules, timers: Timers, climbing: Climbing) -> None:
        self._rules = rules
        self._timers = timers
        self._climbing = climbing

    def watch(self, case: Case) -> None:
        """Somebody has taken it now."""
        case.acted_at = now = self._timers.now
        level = find_level(self._rules.setup.profile, case.incident.severity)
        self._timers.at(now + timeout_of(level), partial(self._look, case, case.climb))

    def _look(self, case: Case, climb: object) -> None:
        """`climb` is the one that was answered: a later one has timers of its own."""
        incident, now = case.incident, self._timers.now
        if case.climb is None or case.climb is not climb or case.climb.state is not RunState.ACKNOWLEDGED:
            return
        if not incident.is_open or case.acted_at is None:
            return
        if incident.status is Status.MONITORING:  # a relapse begins a climb of its own
            return
        timeout = timeout_of(find_level(self._rules.setup.profile, incident.severity))
        at = next_look(case.acted_at, None, timeout, now)
        if at is None and self._is_covered(case):
            at = now + timeout
        if at is not None:
            self._timers.at(at, partial(self._look, case, climb))
            return
        because = sentences.nobody_acts(incident.acknowledged_by or "Somebody", in_words(timeout))
        self._climbing.begin(case, because)

    def _is_covered(self, case: Case) -> bool:
        services, maintenances = case.incident.services, self._rules.setup.maintenances
        return bool(services) and cover_of(services, covers_at(maintenances, self._timers.now)) is not None
