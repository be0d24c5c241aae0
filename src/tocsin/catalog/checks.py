"""What shows that a service works again (RES-1), as the configuration says it. Values only: `verification` decides what
a result means, `integrations.checks` asks the world.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

USUAL_TIMEOUT = timedelta(seconds=10)
LONGEST_TIMEOUT = timedelta(seconds=30)
MAX_CHECKS = 20
"""Of one service."""

ENV = "env:"
"""`env:NAME` is kept as it is written: the worker that runs the check reads the variable, and nothing stores it."""


SLO = "slo"
"""In place of a latency: the one that the service's SLO names."""


class Baseline(StrEnum):
    """What a value is compared with: the median of the same query, over one of these times."""

    BEFORE_IMPACT = "before-impact"  # the hour before the impact began
    FOUR_WEEKS = "four-weeks"  # the same hour of the last four weeks


class Better(StrEnum):
    """On which side of its baseline a value may stray as far as it likes."""

    LOWER = "lower"
    HIGHER = "higher"


class Bounds(Struct, frozen=True, kw_only=True):
    """What a number has to be; both are strict, and with both it lies between them."""

    below: float | None = None
    above: float | None = None
    equals: float | None = None


class _Check(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """`name` is unique within its service; a check that has not ended within `timeout` has failed."""

    name: str
    timeout: timedelta = USUAL_TIMEOUT


class HttpCheck(_Check, frozen=True, kw_only=True, tag="http"):
    """A GET. `status` None: any of 200 to 299. `within_slo`: `latency_below` is what the service promises."""

    url: str
    status: int | None = None
    contains: str | None = None
    latency_below: timedelta | None = None
    within_slo: bool = False


class PromqlCheck(_Check, frozen=True, kw_only=True, tag="promql"):
    """A query against `bounds` or against its baseline, from which it strays by the share `tolerance` at most.

    `prometheus` is a base URL or `env:NAME`, None: the organisation's. `lasts`: the bounds hold all that time.
    `within_slo`: `bounds.below` is the latency that the service promises, in seconds.
    """

    query: str
    prometheus: str | None = None
    bounds: Bounds = Bounds()
    lasts: timedelta | None = None
    baseline: Baseline | None = None
    tolerance: float = 0.0
    better: Better | None = None
    within_slo: bool = False


class SqlCheck(_Check, frozen=True, kw_only=True, tag="sql"):
    """A statement that reads one number. `dsn` is `env:NAME`: it holds a password."""

    query: str
    dsn: str
    bounds: Bounds


class TcpCheck(_Check, frozen=True, kw_only=True, tag="tcp"):
    """A port that takes connections."""

    host: str
    port: int


class CommandCheck(_Check, frozen=True, kw_only=True, tag="command"):
    """A program and its arguments, run without a shell; status 0 is good."""

    argv: tuple[str, ...]


class ManualCheck(_Check, frozen=True, kw_only=True, tag="manual"):
    """What only a person can see; they tick it. `asks` says what has to be true."""

    asks: str


Check = HttpCheck | PromqlCheck | SqlCheck | TcpCheck | CommandCheck | ManualCheck


def kind_of(check: Check) -> str:
    """The key by which the configuration names it: http, promql, sql, tcp, command, manual."""
    return str(type(check).__struct_config__.tag)
