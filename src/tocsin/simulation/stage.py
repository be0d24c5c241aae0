"""The stage on which a setup is played: what is heard and done goes in, time passes, lines and calls come out."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tocsin.simulation.alerting import Alerting
from tocsin.simulation.cases import Cases
from tocsin.simulation.climbing import Climbing
from tocsin.simulation.model import Did, Heard, Recorded
from tocsin.simulation.setup import Rules, Setup
from tocsin.simulation.timers import Timers

LONGEST = timedelta(days=14)
"""How long a simulation waits for a timer: a ladder of the longest waits is at its end by then, and so is a silence
that anybody would call one."""


class Stage:
    """One play; `now` is where it begins."""

    def __init__(self, setup: Setup, now: datetime, *, keeps_story: bool = True) -> None:
        rules = Rules(setup)
        self.timers = Timers(now)
        self.climbing = Climbing(rules, self.timers, keeps_story=keeps_story)
        self.cases = Cases(rules, self.timers, self.climbing)
        self.alerting = Alerting(
            rules, self.timers, self.cases, lambda kind, text: self.climbing.tell(kind, None, text)
        )

    def play(self, recorded: Iterable[Recorded]) -> None:
        """Everything of a history in its order, with the timers that are due in between."""
        for each in recorded:
            if each.at > self.timers.now:
                self.timers.run_until(each.at)
            if isinstance(each, Heard):
                self.alerting.hear(each)
            else:
                self._do(each)

    def _tell(self, kind: str, sentence: Callable[[], str]) -> None:
        self.climbing.tell(kind, None, sentence)

    def _do(self, did: Did) -> None:
        """What a person did; where this setup has no incident of that alert, there was nothing to do it to."""
        case = self.alerting.find_case(did.integration, did.identity)
        if case is None:
            return
        if did.deed == "acted":
            self.cases.note_act(case)
        elif did.deed == "acknowledged":
            self.cases.acknowledge(case, did.by, did.via)
        elif case.incident.is_open:
            self.cases.resolve(case, did.by, did.reason)
            self.alerting.close(case)

    def run_out(self) -> None:
        """Nobody does anything any more: until the last timer."""
        self.timers.run_out(self.timers.now + LONGEST)
