"""Who does what in a team of which size (ROL-1): the sets of roles and their duties as data, and who speaks for whom.
Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tocsin.catalog.severity import Level
from tocsin.incidents.model import Incident, TeamSize
from tocsin.incidents.sentences import joined
from tocsin.kernel.errors import Invalid


class RoleName(StrEnum):
    """In the order in which they are shown."""

    COMMANDER = "commander"
    TECH_LEAD = "tech-lead"
    OPERATIONS_LEAD = "operations-lead"
    COMMUNICATIONS_LEAD = "communications-lead"
    SCRIBE = "scribe"
    EXPERT = "expert"
    RESPONDER = "responder"

    @property
    def words(self) -> str:
        """ "tech lead": for a sentence."""
        return self.value.replace("-", " ")


HELD_BY_MANY = frozenset({RoleName.EXPERT, RoleName.RESPONDER})
"""Any other role has one holder at a time."""

ROLE_SETS: Mapping[TeamSize, tuple[RoleName, ...]] = {
    TeamSize.SOLO: (RoleName.RESPONDER,),
    TeamSize.SMALL: (RoleName.COMMANDER, RoleName.TECH_LEAD, RoleName.COMMUNICATIONS_LEAD),
    TeamSize.LARGE: (
        RoleName.COMMANDER,
        RoleName.TECH_LEAD,
        RoleName.OPERATIONS_LEAD,
        RoleName.COMMUNICATIONS_LEAD,
        RoleName.SCRIBE,
        RoleName.EXPERT,
    ),
}

SIZE_WORDS: Mapping[TeamSize, str] = {
    TeamSize.SOLO: "one responder",
    TeamSize.SMALL: "two to four people",
    TeamSize.LARGE: "five people or more",
}

DUTIES: Mapping[RoleName, tuple[str, ...]] = {
    RoleName.COMMANDER: (
        "coordinates",
        "assigns tasks",
        "removes blockers",
        "decides",
        "calls for escalation",
        "keeps the team on restoring service",
        "declares the end",
        "sees that the postmortem happens",
    ),
    RoleName.TECH_LEAD: (
        "leads the technical investigation",
        "implements fixes",
        "coordinates engineers",
        "advises the commander",
        "updates technical documents",
    ),
    RoleName.OPERATIONS_LEAD: ("looks after infrastructure", "carries out deployments"),
    RoleName.COMMUNICATIONS_LEAD: (
        "writes internal and external updates",
        "keeps the status page",
        "speaks with customers",
        "informs the support team",
    ),
    RoleName.SCRIBE: ("keeps the timeline", "writes down decisions", "keeps the record"),
    RoleName.EXPERT: ("advises", "carries out specific tasks"),
    RoleName.RESPONDER: ("investigates and restores service", "posts an update when reminded", "asks for help early"),
}

SOLO_REMINDER = timedelta(minutes=15)
"""How often who works alone is reminded to post an update, unless the level's own cadence is shorter."""

UNCLASSIFIED_CADENCE = timedelta(minutes=30)
"""How often updates come while nobody has said how bad it is."""


class HoldingState(StrEnum):
    """`AVAILABLE`: has handed the role on, and can still be asked (ROL-3)."""

    HOLDS = "holds"
    AVAILABLE = "available"


class Holding(Struct, frozen=True, kw_only=True):
    """One person in one role; `user` is their name, `since` when they took it or handed it on."""

    role: RoleName
    user: str
    since: datetime
    state: HoldingState

    @property
    def holds(self) -> bool:
        return self.state is HoldingState.HOLDS


class Slot(Struct, frozen=True, kw_only=True):
    """A role and its holders; none: the slot is empty. `is_expected`: the team's size asks for it."""

    role: RoleName
    holders: tuple[Holding, ...]
    is_expected: bool

    @property
    def is_empty(self) -> bool:
        return not self.holders


def team_size_of(incident: Incident, level: Level | None) -> TeamSize:
    """What was said; else small for the two top levels, one responder below and while nobody knows how bad it is."""
    if incident.team_size is not None:
        return incident.team_size
    return TeamSize.SMALL if level is not None and level.is_top else TeamSize.SOLO


def cadence_of(level: Level | None, *, is_solo: bool) -> timedelta:
    """How often updates come (COM-2); who works alone is asked for one every quarter of an hour at least (ROL-1)."""
    usual = level.update_cadence if level is not None else UNCLASSIFIED_CADENCE
    return min(SOLO_REMINDER, usual) if is_solo else usual


def list_slots(size: TeamSize, holdings: Iterable[Holding]) -> tuple[Slot, ...]:
    """The roles that this team has, and any other that somebody holds all the same, in the order of `RoleName`."""
    held = [holding for holding in holdings if holding.holds]
    return tuple(
        Slot(role=role, holders=tuple(each for each in held if each.role is role), is_expected=role in ROLE_SETS[size])
        for role in RoleName
        if role in ROLE_SETS[size] or any(each.role is role for each in held)
    )


def holders_of(holdings: Iterable[Holding], role: RoleName) -> tuple[str, ...]:
    """By name, in the order in which they took it."""
    return tuple(holding.user for holding in holdings if holding.role is role and holding.holds)


def commander_of(holdings: Iterable[Holding]) -> str | None:
    """The name of whoever commands, None: nobody does."""
    return next(iter(holders_of(holdings, RoleName.COMMANDER)), None)


def communicator(holdings: Sequence[Holding], incident: Incident) -> str | None:
    """Who is reminded to tell others, by name: the communications lead, else the commander, else the responder, else
    who acknowledged; None: nobody has it yet.
    """
    for role in (RoleName.COMMUNICATIONS_LEAD, RoleName.COMMANDER, RoleName.RESPONDER):
        for name in holders_of(holdings, role):
            return name
    taken_by = incident.acknowledged_by or ""
    return taken_by.removeprefix("@") if taken_by.startswith("@") else None


def decide_role_of_taker(
    incident: Incident, level: Level | None, holdings: Sequence[Holding], name: str, *, is_senior: bool
) -> RoleName | None:
    """Which role falls to whoever has acknowledged; None: none. Alone they are the responder (ROL-1); the first senior
    one on a top-level incident commands, unless somebody is named (ROL-2).
    """
    if team_size_of(incident, level) is TeamSize.SOLO:
        return None if name in holders_of(holdings, RoleName.RESPONDER) else RoleName.RESPONDER
    is_vacant = commander_of(holdings) is None
    return RoleName.COMMANDER if is_senior and is_vacant and level is not None and level.is_top else None


def duties_words(role: RoleName) -> str:
    """ "The tech lead leads the technical investigation, …"."""
    return f"The {role.words} {joined(DUTIES[role])}."


def read_role(text: str) -> RoleName:
    """ "Tech lead", "tech_lead" and "tech-lead" are the same. Raises Invalid that lists the roles."""
    wanted = text.strip().lower().replace(" ", "-").replace("_", "-")
    if wanted not in set(RoleName):
        raise Invalid(f"There is no role {text[:40]!r}.", f"Use one of {', '.join(RoleName)}.", field="role")
    return RoleName(wanted)


def read_team_size(text: str) -> TeamSize:
    """Raises Invalid that lists the sizes."""
    if text not in set(TeamSize):
        known = ", ".join(f"{size} ({SIZE_WORDS[size]})" for size in TeamSize)
        raise Invalid(f"There is no team size {text[:40]!r}.", f"Use one of {known}.", field="team_size")
    return TeamSize(text)
