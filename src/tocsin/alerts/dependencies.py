"""A firing cause on a service mutes its effects on the services that depend on it (ALR-7): pure.

A cause counts only while it has called somebody itself, and an effect that says critical is muted only by a cause that
says so, too: what is muted must never be worse than what has woken somebody.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

DependsOn = Mapping[str, Sequence[str]]
"""By service: those it needs itself, as the catalogue has them."""


class Cause(NamedTuple):
    """A firing alert that has called somebody: high urgency, not muted, its incident open."""

    alert_id: int
    title: str
    is_critical: bool


class Upstream(NamedTuple):
    """The service that is to blame and what fires there, at least one."""

    service: str
    causes: tuple[Cause, ...]

    def why(self, service: str) -> str:
        """ "inhibited: checkout depends on payments-db, where alert 7 (Slow) fires and has paged"."""
        cause = self.causes[0]
        where = f"{service} depends on {self.service}, where alert {cause.alert_id} ({cause.title})"
        return f"inhibited: {where} fires and has paged"


def upstream_of(service: str, depends_on: DependsOn) -> tuple[str, ...]:
    """All that it depends on, directly or not, the nearest first, never itself."""
    known = {service}
    found: list[str] = []
    waiting = deque(depends_on.get(service, ()))
    while waiting:
        name = waiting.popleft()
        if name not in known:
            known.add(name)
            found.append(name)
            waiting.extend(depends_on.get(name, ()))
    return tuple(found)


def find_upstream(
    service: str, *, is_critical: bool, depends_on: DependsOn, causes: Mapping[str, Sequence[Cause]]
) -> Upstream | None:
    """The nearest service with a cause that mutes an alert of `service`, None: the alert speaks for itself."""
    for name in upstream_of(service, depends_on):
        heavy = tuple(cause for cause in causes.get(name, ()) if cause.is_critical or not is_critical)
        if heavy:
            return Upstream(name, heavy)
    return None
