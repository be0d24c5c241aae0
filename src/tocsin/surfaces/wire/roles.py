"""Roles on the wire: who does what in an incident, and what each role is for (ROL-1)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import DUTIES, Holding, Slot, list_slots
from tocsin.surfaces.wire.body import Body


class RoleHolder(msgspec.Struct, kw_only=True):
    """A person, by name, and since when."""

    user: str
    since: datetime


class RoleSlot(msgspec.Struct, kw_only=True):
    """A role; without holders it is empty. `expected`: the team's size asks for it."""

    role: str
    holders: list[RoleHolder]
    duties: list[str]
    expected: bool


class FormerHolder(msgspec.Struct, kw_only=True):
    """Somebody who has handed the role on and can still be asked, since then."""

    role: str
    user: str
    since: datetime


class Roles(msgspec.Struct, kw_only=True):
    """The roles of one incident, in the order in which they are shown. `next_sync_at` is when a large team is called
    together next, null: no sync is held. `warning` is empty unless what was just done has a catch: a person who
    commands two incidents.
    """

    incident: str
    team_size: str
    roles: list[RoleSlot]
    available: list[FormerHolder]
    next_sync_at: datetime | None = None
    warning: str = ""


class RoleRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Who takes the role; absent: the caller."""

    role: str
    user: str | None = None


class TeamSizeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """solo, small (two to four) or large (five or more)."""

    team_size: str


class SyncRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Whether the recurring sync of a large team is held."""

    on: bool


def roles(
    ref: str, size: TeamSize, holdings: Sequence[Holding], next_sync_at: datetime | None, warning: str = ""
) -> Roles:
    return Roles(
        incident=ref,
        team_size=size.value,
        roles=[role_slot(slot) for slot in list_slots(size, holdings)],
        available=[
            FormerHolder(role=each.role.value, user=each.user, since=each.since) for each in holdings if not each.holds
        ],
        next_sync_at=next_sync_at,
        warning=warning,
    )


def role_slot(slot: Slot) -> RoleSlot:
    return RoleSlot(
        role=slot.role.value,
        holders=[RoleHolder(user=holder.user, since=holder.since) for holder in slot.holders],
        duties=list(DUTIES[slot.role]),
        expected=slot.is_expected,
    )


def held(holdings: Sequence[Holding]) -> dict[str, list[str]]:
    """`{"commander": ["alice"]}`: the roles that somebody holds."""
    found: dict[str, list[str]] = {}
    for holding in holdings:
        if holding.holds:
            found.setdefault(holding.role.value, []).append(holding.user)
    return found
