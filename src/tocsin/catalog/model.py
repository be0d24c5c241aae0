"""The organisation and its services as values; field names are the keys of the configuration file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tocsin.catalog.checks import Check
from tocsin.catalog.compensation import Compensation
from tocsin.catalog.oncall_limits import Limits
from tocsin.catalog.slo import Slo, SloPolicy
from tocsin.catalog.working_time import OnCallTerms
from tocsin.delivery.model import Delivery
from tocsin.kernel.localtime import Hours


class AnnounceAddress(msgspec.Struct, frozen=True):
    """One address of the announce channel (LIF-9), in the normal form of its channel; `drills`: it hears of drills."""

    kind: str
    address: str
    drills: bool = True


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """The one organisation of an installation. The patterns of channels and links are kept as written.

    `prometheus` is asked by the checks that name none of their own (`catalog.checks`). `monthly_report`: the users, by
    name, who get the report of each month.
    """

    name: str = "Organisation"
    time_zone: str = "UTC"
    severity_profile: str = "sre"
    business_hours: Hours | None = None
    oncall_limits: Limits = Limits()
    incident_channel: str | None = None
    announce_channel: str | None = None
    war_room: str | None = None
    announce: tuple[AnnounceAddress, ...] = ()
    prometheus: str | None = None
    on_call: OnCallTerms = OnCallTerms()
    compensation: Compensation | None = None
    slo_policy: SloPolicy = SloPolicy()
    monthly_report: tuple[str, ...] = ()
    managed_by: str | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can break, who owns it and whose ladder is climbed for it.

    `tier` 1 matters most. `experts` are the users that `expert:NAME` calls. `more` holds what later parts read:
    runbooks, transaction_value.
    """

    name: str
    team: str | None = None
    escalation_policy: str | None = None
    tier: int | None = None
    depends_on: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    slo: Slo | None = None
    more: dict[str, Any] = {}
    managed_by: str | None = None
    scope_id: int = 1

    @property
    def promised_latency(self) -> timedelta | None:
        """The `latency` of its SLO, for the checks that say `slo`."""
        return self.slo.latency.below if self.slo is not None and self.slo.latency is not None else None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """People who are told together, such as the executives; `members` are users by name."""

    name: str
    members: tuple[str, ...]
    managed_by: str | None = None


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier who is asked for help: how, by which contract, and where its tickets are opened."""

    name: str
    email: str | None = None
    phone: str | None = None
    contract: str | None = None
    ticket: str | None = None
    hours: str | None = None
    managed_by: str | None = None


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """A room that a step may post to by name; `kind` is that of a channel, `address` a secret."""

    name: str
    kind: str
    address: str
    managed_by: str | None = None


class ChatStanding(msgspec.Struct, frozen=True):
    """A chat with its last test message, None: there was none."""

    chat: Chat
    test: Delivery | None
