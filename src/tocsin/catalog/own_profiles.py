"""Severity profiles that an organisation writes itself: what they say, and the table that comes of it. Pure.

What a level leaves out is that of the same rank in the preset it is based on; so are the criteria.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tocsin.catalog.profiles import DEFAULT, PRESETS
from tocsin.catalog.severity import Escalation, Level, Postmortem, Profile, Reach


class OwnRule(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told beside the policy, so long after `since`: `declared` or `impact`."""

    tell: str
    after: timedelta
    since: str = "declared"


class OwnLevel(msgspec.Struct, frozen=True, kw_only=True):
    """One level as it was written; None: as in the preset."""

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


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """`levels` from the worst on."""

    name: str
    based_on: str = DEFAULT
    levels: tuple[OwnLevel, ...]
    managed_by: str | None = None


def profile_of(own: OwnProfile) -> Profile:
    """The whole table. A preset with more levels gives its criteria for the rest to the last one."""
    base = PRESETS[own.based_on]
    levels = [_level(said, rank, _of_rank(base, rank)) for rank, said in enumerate(own.levels, 1)]
    rest = base.levels[len(levels) :]
    levels[-1] = levels[-1]._replace(criteria=levels[-1].criteria + tuple(c for each in rest for c in each.criteria))
    return base._replace(name=own.name, levels=tuple(levels))


def _of_rank(base: Profile, rank: int) -> Level:
    """Below the preset's last level there is nothing to go by but that, without its criteria."""
    if rank <= len(base.levels):
        return base.of_rank(rank)
    return base.levels[-1]._replace(criteria=())


def _level(said: OwnLevel, rank: int, base: Level) -> Level:
    own: dict[str, Any] = {
        field: value
        for field in said.__struct_fields__
        if field != "escalations" and (value := getattr(said, field)) is not None
    }
    if said.escalations is not None:
        own["escalations"] = tuple(Escalation(rule.tell, rule.after, rule.since) for rule in said.escalations)
    return base._replace(**own, rank=rank, chosen=base.chosen - frozenset(own))
