"""Checks of an incident on the wire, and how the wish to resolve it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.wire.body import Body
from tocsin.verification.model import Attempt, CheckState, Stage, Standing


class Check(msgspec.Struct, kw_only=True):
    """`state` is passing, failing, unknown, to-tick or ticked; `service` null: it is about the incident itself.
    `is_own`: people added it to this incident, and may remove it. `remedy` says what to do about one that is not met.
    """

    name: str
    service: str | None
    kind: str
    state: str
    is_met: bool
    is_own: bool = False
    detail: str
    remedy: str = ""
    at: datetime | None = None
    by: str | None = None


class Resolution(msgspec.Struct, kw_only=True):
    """The latest wish to resolve it. `state` is checking, waiting (until `resolves_at`, if it stays healthy), done,
    refused or called-off; `detail` says so in a sentence.
    """

    state: str
    asked_by: str
    asked_at: datetime
    resolves_at: datetime | None = None
    detail: str


class Checks(msgspec.Struct, kw_only=True):
    """The checks of one incident. `is_running`: a run has been asked for and has not ended; `ran_at` is the end of the
    last one."""

    incident: str
    checks: list[Check]
    is_met: bool
    is_running: bool
    ran_at: datetime | None = None
    resolution: Resolution | None = None


class CheckRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """A check for this incident alone, in the shape of the configuration: exactly one of `http` (a URL), `promql`
    (asked of the organisation's Prometheus), `tcp` (host:port) and `manual` (what a person has to see).
    `latency_below` and `below` may be "slo": the latency that the incident's services promise.
    """

    name: str
    http: str | None = None
    status: int | None = None
    contains: str | None = None
    latency_below: str | None = None
    promql: str | None = None
    below: float | str | None = None
    above: float | str | None = None
    lasts: str | None = msgspec.field(name="for", default=None)
    baseline: str | None = None
    tolerance: float | str | None = None
    better: str | None = None
    tcp: str | None = None
    manual: str | None = None
    timeout: str | None = None


class TickRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`name` of a check that a person ticks, "queue" or "checkout/queue"; `ticked` false takes the tick back."""

    name: str
    ticked: bool = True


class RemovalRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`name` of a check that was added to this incident."""

    name: str


def said(request: CheckRequest) -> dict[str, Any]:
    """In the shape of the configuration, without what was not said."""
    return {key: value for key, value in msgspec.to_builtins(request).items() if value is not None}


def checks(number: int, standing: Standing) -> Checks:
    run = standing.run
    return Checks(
        incident=incident_ref(number),
        checks=[check(state) for state in standing.states],
        is_met=all(state.is_met for state in standing.states),
        is_running=run is not None and run.ended_at is None,
        ran_at=run.ended_at if run is not None else None,
        resolution=_resolution(standing.attempt) if standing.attempt is not None else None,
    )


def check(state: CheckState) -> Check:
    return msgspec.convert(state, Check, from_attributes=True)


def _resolution(attempt: Attempt) -> Resolution:
    return Resolution(
        state=attempt.stage.value,
        asked_by=attempt.asked_by,
        asked_at=attempt.asked_at,
        resolves_at=attempt.ends_at if attempt.stage is Stage.WAITING else None,
        detail=attempt.detail,
    )
