"""The organisation and its services as values; field names are the keys of the configuration file."""

from __future__ import annotations

from typing import Any

import msgspec

from tocsin.kernel.localtime import Hours


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """The one organisation of an installation. The patterns of channels and links are kept as written."""

    name: str = "Organisation"
    time_zone: str = "UTC"
    severity_profile: str = "sre"
    business_hours: Hours | None = None
    incident_channel: str | None = None
    announce_channel: str | None = None
    war_room: str | None = None
    managed_by: str | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can break, who owns it and whose ladder is climbed for it.

    `tier` 1 matters most. `more` holds what later parts read: runbooks, slo, checks, transaction_value.
    """

    name: str
    team: str | None = None
    escalation_policy: str | None = None
    tier: int | None = None
    depends_on: tuple[str, ...] = ()
    more: dict[str, Any] = {}
    managed_by: str | None = None
    scope_id: int = 1
