"""Everything that decides who is called, as one frozen value: of the live installation, or of files that nobody has
applied; and the same compiled, so that a million alerts can be asked of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tocsin.accounts.model import Role
from tocsin.alerts.dependencies import upstream_of
from tocsin.alerts.maintenance import Maintenance
from tocsin.alerts.model import Integration
from tocsin.alerts.routing import Route, RouteDefinition, Router, read_route
from tocsin.alerts.silencing import Inhibition, Silence, read_inhibition
from tocsin.alerts.windows import Windows
from tocsin.catalog.model import Organisation, Service
from tocsin.catalog.severity import Profile
from tocsin.delivery.model import Contact, MessageView, Notification, NotificationRule, Purpose, QuietHours, Urgency
from tocsin.delivery.rules import with_account_email
from tocsin.paging.model import Person, Policy
from tocsin.paging.targets import DISABLED, UNREACHABLE, Listed, Registry

ANY = Integration(id=0, name="any", type="any")
"""Through which an alert comes when a simulation names no integration: one that belongs to no service."""


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A person as far as they may be called; `contacts` are the enabled ones, those that wait for their code or are
    broken too, and the account's own address where that is broken; `rules` those of both urgencies, `quiet` their quiet
    hours.
    """

    id: int
    name: str
    role: Role
    email: str | None
    contacts: tuple[Contact, ...] = ()
    rules: tuple[NotificationRule, ...] = ()
    quiet: QuietHours | None = None
    time_zone: str | None = None
    is_disabled: bool = False

    @property
    def has_way(self) -> bool:
        ways = with_account_email(self.contacts, self.id, self.email)
        return any(way.broken_at is None for way in ways)

    def as_listed(self) -> Listed:
        """The same person as the targets of a ladder ask for them."""
        hindrance = DISABLED if self.is_disabled else "" if self.has_way else UNREACHABLE
        return Listed(Person(self.id, self.name), hindrance)


def page_to(user_id: int, urgency: Urgency) -> Notification:
    """Any page to a person, of which only the urgency decides how it comes."""
    return Notification(user_id=user_id, topic="", purpose=Purpose.PAGE, message=MessageView(title=""), urgency=urgency)


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """`routes`, `default_route` and `inhibitions` are as the file has them."""

    organisation: Organisation
    profile: Profile
    registry: Registry
    people: Mapping[str, Somebody]
    policies: Mapping[str, Policy]
    services: Mapping[str, Service]
    integrations: Mapping[str, Integration]
    routes: tuple[dict[str, Any], ...] = ()
    default_route: dict[str, Any] | None = None
    inhibitions: tuple[dict[str, Any], ...] = ()
    silences: tuple[Silence, ...] = ()
    maintenances: tuple[Maintenance, ...] = ()

    def listed(self) -> dict[str, Listed]:
        """The people as the targets of a ladder ask for them, by name."""
        return {name: somebody.as_listed() for name, somebody in self.people.items()}


class Rules:
    """A setup with its routes and inhibitions compiled, and people as paging and delivery ask for them."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._windows = Windows(setup.organisation)
        self._during = [each["during"] for each in setup.routes if each.get("during")]
        self.router = _router(setup, self._windows)
        self.inhibitions: tuple[Inhibition, ...] = tuple(
            read_inhibition(each, position) for position, each in enumerate(setup.inhibitions, 1)
        )
        self.depends_on = {service.name: service.depends_on for service in setup.services.values()}
        self.upstream = {name: upstream_of(name, self.depends_on) for name in self.depends_on}
        self.listed = setup.listed()
        self.by_id = {somebody.id: somebody for somebody in setup.people.values()}
        self.administrators = tuple(
            self.listed[each.name].person
            for each in setup.people.values()
            if each.role is Role.ADMIN and not self.listed[each.name].hindrance
        )

    def next_turn(self, now: datetime) -> datetime | None:
        """When a time window of the routes next begins or ends, None: never."""
        turns = (self._windows.turn_after(each, now) for each in self._during)
        return min((turn for turn in turns if turn is not None and turn > now), default=None)

    def policy_of(self, name: str | None) -> Policy | None:
        """The policy of that name; where nothing names one, the only one there is."""
        policies = self.setup.policies
        if name is None:
            return next(iter(policies.values())) if len(policies) == 1 else None
        return policies.get(name)


def _router(setup: Setup, windows: Windows) -> Router:
    routes: list[Route] = [read_route(each, position) for position, each in enumerate(setup.routes, 1)]
    default: RouteDefinition | None = None
    if setup.default_route is not None:
        default = read_route(setup.default_route, 0).definition
    return Router(routes, default, windows.is_during)
