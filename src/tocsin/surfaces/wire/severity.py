"""Severity on the wire: what is known of an incident's impact, what it assesses to, and the requests that say more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.catalog.assess import Assessment
from tocsin.incidents.model import Incident
from tocsin.incidents.proposing import Proposal
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.incidents import Fact

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.facts_store import Assessed as Stored


class FactsRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What has become known, by fact, as `tocsin assess` takes it: {"users_affected": "30%", "breach": "no"}.

    "unknown" takes a fact back.
    """

    facts: dict[str, Fact]


class SeverityRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Another level, or the incident's own against a proposal; the reason is told on the timeline."""

    severity: str
    reason: str = ""


class CouldRaise(msgspec.Struct, kw_only=True):
    """A fact that is not known and could make it worse: up to which level, and what it would take."""

    fact: str
    level: str
    when: str


class AssessedThen(msgspec.Struct, kw_only=True):
    """What was known at an instant, the level that it assessed to, and the one that people kept for it; `kept` null:
    nobody has answered the suggestion yet.
    """

    at: datetime
    by: str
    facts: dict[str, str]
    suggested: str | None
    criteria: list[str]
    kept: str | None
    kept_at: datetime | None
    kept_by: str | None
    reason: str | None


class Known(msgspec.Struct, kw_only=True):
    """What is known of an incident's impact. `level` is what that assesses to, null: the profile grades none of it;
    `proposal` the same where the incident has another one and nobody has answered.
    """

    incident: str
    severity: str | None
    facts: dict[str, str]
    level: str | None
    reason: str
    proposal: str | None
    could_raise: list[CouldRaise]
    history: list[AssessedThen]


def known(incident: Incident, found: Assessment, proposal: Proposal, history: Sequence[Stored]) -> Known:
    return Known(
        incident=incident_ref(incident.number),
        severity=incident.severity,
        facts=dict(history[-1].facts) if history else {},
        level=found.level.name if found.level else None,
        reason=found.reason,
        proposal=proposal.level if history and history[-1].kept is None else None,
        could_raise=[CouldRaise(fact=each.fact, level=each.level, when=each.when) for each in found.could_raise],
        history=[msgspec.convert(each, AssessedThen, from_attributes=True) for each in history],
    )
