"""Severity profiles that an organisation writes itself: what they say, and the table that comes of it. Pure.

What a level leaves out is that of the same rank in the preset it is based on. A fact that any level of the profile has
criteria for is graded by those alone; the others are graded as in the preset.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import msgspec

from tocsin.catalog.criteria_text import graded_facts, read_criteria
from tocsin.catalog.profiles import DEFAULT, PRESETS
from tocsin.catalog.severity import Escalation, Level, Phase, Postmortem, Profile, Reach


class OwnRule(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told beside the policy, so long after `since`: `declared` or `impact`."""

    tell: str
    after: timedelta
    since: str = "declared"


class OwnTargets(msgspec.Struct, frozen=True, kw_only=True):
    """The goals that a level names; None: as in the preset."""

    mttd: timedelta | None = None
    mtta: timedelta | None = None
    mttm: timedelta | None = None
    mttr: timedelta | None = None


class OwnLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One level as it was written; None: as in the preset.

    `criteria` are the words by fact (`criteria_text`), `phases` the time boxes by name with the instant at which each
    ends, counted from the declaration.
    """

    name: str
    title: str | None = None
    response: str | None = None
    response_time: timedelta | None = None
    ack_timeout: timedelta | None = None
    update_cadence: timedelta | None = None
    stability_window: timedelta | None = None
    page: Reach | None = None
    team: str | None = None
    postmortem: Postmortem | None = None
    escalations: tuple[OwnRule, ...] | None = None
    criteria: dict[str, tuple[str, ...]] | None = None
    phases: dict[str, timedelta] | None = None
    targets: OwnTargets | None = None
    schedule_by: timedelta | None = None
    publish_by: timedelta | None = None
    tell_stakeholders: bool | None = None
    mail_customers: bool | None = None


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """`levels` from the worst on. None: as in the preset. Amounts of the preset's criteria count in `currency`."""

    name: str
    based_on: str = DEFAULT
    levels: tuple[OwnLevel, ...]
    currency: str | None = None
    mttr_from: str | None = None
    postmortem_completion: int | None = None
    reassess_every: timedelta | None = None
    managed_by: str | None = None


_OF_PROFILE = ("currency", "mttr_from", "postmortem_completion", "reassess_every")
_BUILT = ("escalations", "criteria", "phases", "targets")


def profile_of(own: OwnProfile) -> Profile:
    """The whole table. A preset with more levels gives its criteria for the rest to the last one. Raises Invalid for
    criteria that cannot be read.
    """
    said = _said(own, _OF_PROFILE)
    base = PRESETS[own.based_on]._replace(name=own.name, **said)
    graded = graded_facts(level.criteria or {} for level in own.levels)
    levels = [_level(level, rank, _of_rank(base, rank)) for rank, level in enumerate(own.levels, 1)]
    rest = base.levels[len(levels) :]
    levels[-1] = levels[-1]._replace(criteria=levels[-1].criteria + tuple(c for each in rest for c in each.criteria))
    written = (read_criteria(level.criteria or {}, base.currency) for level in own.levels)
    levels = [
        level._replace(criteria=criteria + tuple(c for c in level.criteria if c.fact not in graded))
        for level, criteria in zip(levels, written, strict=True)
    ]
    return base._replace(levels=tuple(levels), chosen=base.chosen - frozenset(said))


def _said(own: msgspec.Struct, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(own, name)) is not None}


def _of_rank(base: Profile, rank: int) -> Level:
    """Below the preset's last level there is nothing to go by but that, without its criteria."""
    if rank <= len(base.levels):
        return base.of_rank(rank)
    return base.levels[-1]._replace(criteria=())


def _level(said: OwnLevel, rank: int, base: Level) -> Level:
    own = _said(said, tuple(name for name in said.__struct_fields__ if name not in _BUILT))
    if said.escalations is not None:
        own["escalations"] = tuple(Escalation(rule.tell, rule.after, rule.since) for rule in said.escalations)
    if said.phases is not None:
        own["phases"] = _phases(said.phases)
    if said.targets is not None:
        own["targets"] = base.targets._replace(**_said(said.targets, said.targets.__struct_fields__))
    return base._replace(**own, rank=rank, chosen=base.chosen - frozenset(own))


def _phases(ends: dict[str, timedelta]) -> tuple[Phase, ...]:
    begins = pairwise((timedelta(), *ends.values()))
    return tuple(Phase(name, begin, end) for name, (begin, end) in zip(ends, begins, strict=True))
