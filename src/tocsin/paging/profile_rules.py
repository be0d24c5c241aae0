"""The rules of a severity profile that run beside the ladder (PAG-2): which holds, whom it names, when. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tocsin.catalog.model import Service
from tocsin.catalog.severity import Escalation, Level
from tocsin.paging.model import Answer, Target, TargetKind, parse_target
from tocsin.paging.variants import teams_of

OWNING_LEAD = "lead:"
"""The target without a name: the leads of the team that owns the service."""


def due_at(rule: Escalation, counted_from: datetime, impact_began: datetime, now: datetime) -> datetime:
    """When a rule is due, never in the past: `since` the impact, or since the incident was declared or reopened."""
    since = impact_began if rule.since == "impact" else counted_from
    return max(now, since + rule.after)


def find_rule(level: Level | None, target: str) -> Escalation | None:
    """The rule of the level that names this target."""
    return next((rule for rule in level.escalations if rule.target == target), None) if level is not None else None


def targets_of_rule(rule: Escalation, services: Iterable[Service], names: Collection[str]) -> tuple[Target, ...]:
    """Whom it names for an incident of the services of these names."""
    if rule.target != OWNING_LEAD:
        return (parse_target(rule.target),)
    return tuple(Target(TargetKind.LEAD, team.name) for team in teams_of(services, names))


def why_nobody(answers: Iterable[Answer]) -> str:
    """ "carol is disabled": why those whom a rule names cannot be told."""
    reasons = [
        clause
        for answer in answers
        for clause in ([f"{out.name} {out.why}" for out in answer.left_out] or ([] if answer.people else [answer.why]))
    ]
    return "; ".join(dict.fromkeys(reasons)) or "no team owns its services"
