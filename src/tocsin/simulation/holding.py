"""Maintenance of a simulated incident's services: nobody is called while it lasts, and what is still wrong at its end
is paged (ALR-7). The decisions are `alerts.maintenance`'s.
"""

from functools import partial

from tocsin.alerts.maintenance import Cover, Maintenance, cover_of, covers_at, next_turn
from tocsin.incidents.model import Status
from tocsin.paging import sentences
from tocsin.paging.escalation import is_held_back
from tocsin.simulation.climbing import Case, Climbing
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


class Holding:
    """Looks at the open incidents at each beginning and end of a window."""

    def __init__(self, rules: Rules, timers: Timers, climbing: Climbing, cases: list[Case]) -> None:
        self._rules = rules
        self._timers = timers
        self._climbing = climbing
        self._cases = cases
        for maintenance in rules.setup.maintenances:
            self._wait_for_turn(maintenance)

    def hold_back(self, case: Case) -> bool:
        """Whether a call that alerts were about to cause is held instead."""
        cover = self._cover_of(case)
        if cover is not None:
            self._hold(case, cover)
        return cover is not None

    def _wait_for_turn(self, maintenance: Maintenance) -> None:
        turn = next_turn(maintenance, self._timers.now)
        if turn is not None:
            self._timers.at(turn, partial(self._turn, maintenance))

    def _turn(self, maintenance: Maintenance) -> None:
        for case in self._cases:
            if case.incident.is_open and set(case.incident.services) & set(maintenance.services):
                self._look(case)
        self._wait_for_turn(maintenance)

    def _look(self, case: Case) -> None:
        cover, climb = self._cover_of(case), case.climb
        if case.is_held and cover is None:
            case.is_held = False
            if case.incident.status is not Status.MONITORING or case.incident.acknowledged_at is not None:
                self._climbing.begin(case, "it was held by maintenance, which is over")
        elif cover is not None and climb is not None and is_held_back(climb.state, climb.started_at, cover.since):
            self._hold(case, cover)

    def _hold(self, case: Case, cover: Cover) -> None:
        self._climbing.stop(case, str(cover))
        case.is_held = True
        self._climbing.tell("EscalationHeld", case, lambda: sentences.held(cover))

    def _cover_of(self, case: Case) -> Cover | None:
        maintenances, services = self._rules.setup.maintenances, case.incident.services
        if not maintenances or not services:
            return None
        return cover_of(services, covers_at(maintenances, self._timers.now))
