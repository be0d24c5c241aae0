"""One slow or dead peer delays no other (REL-7): how many sends to an endpoint run at once in this process, and a
circuit that lets only one probe through while the endpoint does not answer.

Monotonic time, in memory: every worker finds out for itself, within a few sends. What the workers of an installation
have found out together is read from the attempts (`service.list_endpoints`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.kernel.outbound import FailureReason

NO_ANSWER = frozenset({FailureReason.TIMEOUT, FailureReason.UNREACHABLE})
TRIPS_AT = 3
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 30.0
_BUSY_PAUSE = 0.2


class CircuitState(StrEnum):
    """What an operator is shown of an endpoint."""

    CLOSED = "closed"  # it answers
    FAILING = "failing"  # the last sends got no answer
    OPEN = "open"  # held back: one probe at a time, and people are told by their next way meanwhile


def circuit_state(failures: int) -> CircuitState:
    """`failures`: sends in a row without an answer."""
    if failures >= TRIPS_AT:
        return CircuitState.OPEN
    return CircuitState.FAILING if failures else CircuitState.CLOSED


@dataclass(frozen=True)
class TurnedAway:
    """Not now: come back in so many seconds. `is_failing`: the endpoint does not answer; otherwise it is only busy."""

    seconds: float
    is_failing: bool


@dataclass
class Circuit:
    """What one process knows of one endpoint. `failures` counts sends without an answer since the last answer."""

    busy: int = 0
    failures: int = 0
    open_until: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.failures >= TRIPS_AT


@dataclass
class Bulkheads:
    """`limit`: sends to one endpoint at once. Every `enter` that is not turned away is followed by one `leave`."""

    limit: int = 8
    clock: Callable[[], float] = time.monotonic
    _circuits: dict[str, Circuit] = field(default_factory=dict[str, Circuit])

    def enter(self, endpoint: str) -> TurnedAway | None:
        circuit = self._circuits.setdefault(endpoint, Circuit())
        if circuit.is_open:
            pause = circuit.open_until - self.clock()
            if pause > 0 or circuit.busy:
                return TurnedAway(max(pause, _FIRST_PAUSE), is_failing=True)
        elif circuit.busy >= self.limit:
            return TurnedAway(_BUSY_PAUSE, is_failing=False)
        circuit.busy += 1
        return None

    def leave(self, endpoint: str, failure: FailureReason | None) -> None:
        """Any answer closes the circuit, a refusal too."""
        circuit = self._circuits[endpoint]
        circuit.busy -= 1
        if failure not in NO_ANSWER:
            circuit.failures = 0
        else:
            circuit.failures += 1
            if circuit.is_open:
                pause = min(_FIRST_PAUSE * 2 ** min(circuit.failures - TRIPS_AT, 8), _LONGEST_PAUSE)
                circuit.open_until = self.clock() + pause
        if not circuit.busy and not circuit.failures:
            del self._circuits[endpoint]

    def abandon(self, endpoint: str) -> None:
        """A send that was called off says nothing about its endpoint."""
        circuit = self._circuits[endpoint]
        circuit.busy -= 1
