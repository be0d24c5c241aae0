"""Make a level or a profile from what its source says; fill the rest with our choice, and mark it so (CLS-5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tocsin.catalog.severity import (
    HOUR,
    MINUTE,
    Criterion,
    Level,
    Op,
    Phase,
    Postmortem,
    Profile,
    Reach,
    Targets,
)

DAY = timedelta(days=1)


def phases(*ends: int) -> tuple[Phase, ...]:
    """Time boxes that end after so many minutes: the last ones to mitigate and to resolve, first ones to get there."""
    names = {2: ("respond", "mitigate"), 3: ("respond", "assess", "mitigate")}.get(
        len(ends), ("respond", "assess", "mitigate", "resolve")
    )
    begins = (0, *ends[:-1])
    return tuple(Phase(n, b * MINUTE, e * MINUTE) for n, b, e in zip(names, begins, ends, strict=True))


# What we choose for a level by its rank where the source of a table says nothing.
CHOICE: Mapping[int, Mapping[str, Any]] = {
    1: {
        "title": "Critical",
        "response": "at once",
        "response_time": timedelta(),
        "ack_timeout": 15 * MINUTE,
        "update_cadence": 15 * MINUTE,
        "phases": phases(15, 60),
        "escalations": (),
        "team": "the full on-call rotation",
        "page": Reach.WAKE,
        "tell_stakeholders": True,
        "mail_customers": False,
        "postmortem": Postmortem.REQUIRED,
        "schedule_by": 48 * HOUR,
        "publish_by": 72 * HOUR,
        "stability_window": 30 * MINUTE,
        "targets": Targets(5 * MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR),
    },
    2: {
        "title": "Major",
        "response": "within 15 minutes",
        "response_time": 15 * MINUTE,
        "ack_timeout": 30 * MINUTE,
        "update_cadence": 30 * MINUTE,
        "phases": phases(30, 120),
        "escalations": (),
        "team": "primary on-call and a specialist",
        "page": Reach.WAKE,
        "tell_stakeholders": True,
        "mail_customers": False,
        "postmortem": Postmortem.REQUIRED,
        "schedule_by": 48 * HOUR,
        "publish_by": 72 * HOUR,
        "stability_window": 15 * MINUTE,
        "targets": Targets(5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR),
    },
    3: {
        "title": "Minor",
        "response": "within 4 hours",
        "response_time": 4 * HOUR,
        "ack_timeout": 30 * MINUTE,
        "update_cadence": 4 * HOUR,
        "phases": phases(240, 480),
        "escalations": (),
        "team": "primary on-call",
        "page": Reach.BUSINESS_HOURS,
        "tell_stakeholders": False,
        "mail_customers": False,
        "postmortem": Postmortem.OPTIONAL,
        "schedule_by": 5 * DAY,
        "publish_by": 10 * DAY,
        "stability_window": 15 * MINUTE,
        "targets": Targets(15 * MINUTE, HOUR, 4 * HOUR, DAY),
    },
    4: {
        "title": "Low",
        "response": "next business day",
        "response_time": DAY,
        "ack_timeout": 30 * MINUTE,
        "update_cadence": DAY,
        "phases": phases(1440, 4320),
        "escalations": (),
        "team": "the owning team in business hours",
        "page": Reach.TICKET,
        "tell_stakeholders": False,
        "mail_customers": False,
        "postmortem": Postmortem.NONE,
        "schedule_by": 5 * DAY,
        "publish_by": 10 * DAY,
        "stability_window": 15 * MINUTE,
        "targets": Targets(HOUR, DAY, 3 * DAY, 7 * DAY),
    },
}


def when(fact: str, **by_op: float | str | tuple[str, ...]) -> tuple[Criterion, ...]:
    """Criteria on one fact, such as `when("error_rate", above=50)` or `when("feature", is_=("minor", "cosmetic"))`."""
    found: list[Criterion] = []
    for op, value in by_op.items():
        values = value if isinstance(value, tuple) else (value,)
        found += [Criterion(fact, Op(op.rstrip("_").replace("_", " ")), one) for one in values]
    return tuple(found)


def by_share(fact: str) -> Mapping[int, tuple[Criterion, ...]]:
    """More than 50 %, 10–50 %, 1–10 %, less than 1 %; lower ends included, above 50 is strict (CLS-6)."""
    return {
        1: when(fact, above=50),
        2: when(fact, at_least=10),
        3: when(fact, at_least=1),
        4: when(fact, below=1),
    }


def by_word(fact: str, *words: str) -> Mapping[int, tuple[Criterion, ...]]:
    """One word a level, from the worst on."""
    return {rank: when(fact, is_=word) for rank, word in enumerate(words, 1)}


# How each fact grades in a profile whose source does not speak of it at all.
CHOSEN_CRITERIA: Mapping[str, Mapping[int, tuple[Criterion, ...]]] = {
    "users_affected_share": by_share("users_affected_share"),
    "error_rate": by_share("error_rate"),
    "customers": by_word("customers", "all", "several", "one"),
    "service_status": by_word("service_status", "down", "degraded", "slow", "minor"),
    "data_loss_risk": by_word("data_loss_risk", "high", "medium", "low", "none"),
    "data_corruption": {1: when("data_corruption", is_=True)},
    "breach": {1: when("breach", is_=True)},
    "revenue_per_hour": {
        1: when("revenue_per_hour", above=10_000),
        2: when("revenue_per_hour", at_least=1_000),
        3: when("revenue_per_hour", above=0),
        4: when("revenue_per_hour", at_most=0),
    },
    "revenue_impact": by_word("revenue_impact", "critical", "high", "medium", "low"),
    "sla_at_risk": {
        1: when("sla_at_risk", is_="yes"),
        2: when("sla_at_risk", is_="maybe"),
        4: when("sla_at_risk", is_="no"),
    },
    "systems_down": {2: when("systems_down", at_least=2), 3: when("systems_down", at_least=1)},
    "feature": {
        2: when("feature", is_="critical"),
        3: when("feature", is_="major"),
        4: when("feature", is_=("minor", "cosmetic")),
    },
    "workaround": {4: when("workaround", is_=True)},
    "internal_only": {4: when("internal_only", is_=True)},
    "getting_worse": {3: when("getting_worse", is_=True)},
}


def level(name: str, rank: int, criteria: Iterable[tuple[Criterion, ...]], **said: Any) -> Level:
    """A level from what the source says of it."""
    return Level(
        name=name,
        rank=rank,
        criteria=tuple(one for group in criteria for one in group),
        chosen=frozenset(CHOICE[rank]) - frozenset(said),
        **{**CHOICE[rank], **said},
    )


def profile(name: str, *levels: Level, **said: Any) -> Profile:
    """A profile from its levels; facts that no level grades are graded by our choice."""
    graded = {one.fact for one_level in levels for one in one_level.criteria}
    choice: dict[str, Any] = {
        "currency": "USD",
        "mttr_from": "started",
        "postmortem_completion": 100,
        "reassess_every": 30 * MINUTE,
    }
    return Profile(
        name=name,
        levels=tuple(_complete(one, graded) for one in levels),
        chosen=frozenset(choice) - frozenset(said),
        **{**choice, **said},
    )


def _complete(level: Level, graded: set[str]) -> Level:
    ours = tuple(
        one._replace(chosen=True)
        for fact, ranks in CHOSEN_CRITERIA.items()
        if fact not in graded
        for one in ranks.get(level.rank, ())
    )
    return level._replace(criteria=level.criteria + ours)
