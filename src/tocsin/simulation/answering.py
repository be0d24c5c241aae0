"""What each target of a ladder means at this moment of a simulation: found out when a rung asks, remembered for as long
as it stays true: a month asks a hundred thousand times, and a schedule changes once a week.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from tocsin.oncall.rotation import who_is_on_call
from tocsin.paging.model import Answer, Call, Target, TargetKind
from tocsin.paging.targets import answers_of
from tocsin.simulation.setup import Rules
from tocsin.simulation.timers import Timers


class Answering(Mapping[Target, Answer]):
    """Has an answer for every target; those of round-robins know whose turn it is."""

    def __init__(self, rules: Rules, timers: Timers) -> None:
        self._rules = rules
        self._timers = timers
        self._turns = dict(rules.setup.registry.turns)
        self._known: dict[Target, tuple[Answer, datetime | None]] = {}

    def __getitem__(self, target: Target) -> Answer:
        if target.among:
            return self._ask(target)
        known = self._known.get(target)
        if known is None or (known[1] is not None and known[1] <= self._timers.now):
            known = self._known[target] = (self._ask(target), self._valid_until(target))
        return known[0]

    def __iter__(self) -> Iterator[Target]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def note_turn(self, call: Call) -> None:
        """A page by a round-robin is a turn: whoever had it comes last."""
        kind, _, name = call.target.partition(":")
        if kind == TargetKind.ROUND_ROBIN:
            others = (each for each in self._turns.get(name, ()) if each != call.person.name)
            self._turns[name] = (*others, call.person.name)

    def _ask(self, target: Target) -> Answer:
        registry = self._rules.setup.registry
        if target.among:
            registry = replace(registry, turns=self._turns)
        return answers_of((target,), registry, self._rules.listed, self._timers.now)[target]

    def _valid_until(self, target: Target) -> datetime | None:
        """None: for the whole of the simulation, since only a schedule has hours."""
        schedule = self._rules.setup.registry.schedules.get(target.name)
        if target.kind is not TargetKind.SCHEDULE or schedule is None:
            return None
        return who_is_on_call(schedule, self._timers.now).until
