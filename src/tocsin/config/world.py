"""The installation as sections of named things: as it is, and as it would be after a document. Pure but for `load`.

A thing that no file manages has `file` "". Disabled people are not in it, except by name: they come back when a file
names them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User as StoredUser
from tocsin.alerts import maintenances, rulebook
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Chat, Group, Organisation, Service, Vendor
from tocsin.catalog.own_profiles import OwnProfile, profile_of
from tocsin.catalog.profiles import active
from tocsin.catalog.severity import Profile
from tocsin.config import store
from tocsin.config.document import Contact, Document, Integration, Item, Notify, Routing, Rule, Stored, Team, User
from tocsin.config.store import FileRow
from tocsin.delivery import contacts as delivery
from tocsin.delivery.model import Contact as StoredContact
from tocsin.delivery.model import Habit, NotificationRule, Told, Urgency
from tocsin.delivery.sealing import EMAIL
from tocsin.insights import digest, reachability, readiness
from tocsin.insights.digest_model import Digest
from tocsin.insights.reachability_model import Responder
from tocsin.kernel.db import Conn
from tocsin.kernel.localtime import Hours
from tocsin.oncall import calendars, leave
from tocsin.oncall import service as oncall
from tocsin.oncall.calendar_model import CalendarDraft
from tocsin.oncall.findings import Away
from tocsin.oncall.model import Schedule
from tocsin.paging import policies
from tocsin.paging.model import Policy
from tocsin.postmortems import own_templates
from tocsin.postmortems.templates import Template

EVERYTHING = datetime.min.replace(tzinfo=UTC)
FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Broken(NamedTuple):
    """Since when nothing arrives at an address, and in which words its provider says so."""

    at: datetime
    why: str


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Sections by name; `stored` by "section/name". `proven`: the (user, kind, address) somebody answered by."""

    organisation: Item[Organisation]
    users: dict[str, Item[User]]
    teams: dict[str, Item[Team]]
    groups: dict[str, Item[Group]] = {}
    vendors: dict[str, Item[Vendor]] = {}
    chats: dict[str, Item[Chat]] = {}
    severity_profiles: dict[str, Item[OwnProfile]] = {}
    schedules: dict[str, Item[Schedule]]
    escalation_policies: dict[str, Item[Policy]]
    services: dict[str, Item[Service]]
    integrations: dict[str, Item[Integration]]
    routing: Item[Routing]
    stored: dict[str, Item[Stored]]
    maintenance: dict[str, Item[MaintenanceDraft]] = {}
    digests: dict[str, Item[Digest]] = {}
    postmortem_templates: dict[str, Item[Template]] = {}
    disabled: frozenset[str] = frozenset()
    files: tuple[FileRow, ...] = ()
    proven: frozenset[tuple[str, str, str]] = frozenset()
    calendars: dict[str, Item[CalendarDraft]] = {}
    people_overrides: dict[str, Schedule] = {}
    """Schedules with what no file decides on: the overrides that people made, and the events of calendars."""
    leave: tuple[Away, ...] = ()
    broken: dict[tuple[str, str, str], Broken] = {}
    """By person, kind and address: where nothing arrives, contacts and the account's own."""
    own: dict[str, Told] = {}
    """By person, what no file decides on: contacts they added, rules and quiet hours they chose."""
    responders: dict[str, Responder] = {}
    """How each person who is there is reached now, by name."""


SECTIONS = (
    "users",
    "teams",
    "groups",
    "vendors",
    "chats",
    "severity_profiles",
    "calendars",
    "schedules",
    "escalation_policies",
    "services",
    "integrations",
    "maintenance",
    "digests",
    "postmortem_templates",
    "stored",
)
"""The sections of many things, in the order in which they are put in place."""


async def load_world(conn: Conn) -> World:
    """The installation as it is now."""
    organisation = await catalog.organisation(conn)
    people = await _load_people(conn)
    schedules = await oncall.list_schedules(conn, EVERYTHING)
    routes, default, inhibitions = await rulebook.list_routing(conn)
    files = await store.list_files(conn)
    owner = next((file.name for file in files if {"routes", "default_route", "inhibitions"} & set(file.sections)), "")
    return World(
        organisation=_item(organisation, organisation.managed_by),
        users={user.name: _item(user, user.managed_by) for user in people.users},
        teams=await _load_teams(conn),
        groups={one.name: _item(one, one.managed_by) for one in await directory.list_groups(conn)},
        vendors={one.name: _item(one, one.managed_by) for one in await directory.list_vendors(conn)},
        chats={one.name: _item(one, one.managed_by) for one in await directory.list_chats(conn)},
        severity_profiles={one.name: _item(one, one.managed_by) for one in await catalog.list_profiles(conn)},
        calendars={one.name: _item(one, one.managed_by) for one in await calendars.list_drafts(conn)},
        schedules={one.name: _item(_of_file(one), one.managed_by) for one in schedules},
        escalation_policies={
            one.policy.name: _item(one.policy, one.managed_by) for one in await policies.list_policies(conn)
        },
        services={one.name: _item(one, one.managed_by) for one in await catalog.list_services(conn)},
        integrations=await _load_integrations(conn),
        routing=_item(
            Routing(routes=tuple(routes), default_route=default, inhibitions=tuple(inhibitions)), owner or None
        ),
        stored={_stored_key(one): _item(one, one.managed_by) for one in await store.list_stored(conn)},
        maintenance={one.name: _item(one, one.managed_by) for one in await maintenances.list_drafts(conn)},
        digests={one.name: _item(digest.as_written(one), one.managed_by) for one in await digest.list_digests(conn)},
        postmortem_templates={one.name: _item(one, one.managed_by) for one in await own_templates.list_templates(conn)},
        disabled=people.disabled,
        files=tuple(files),
        proven=people.proven,
        broken=people.broken,
        own=people.own,
        responders={one.name: one for one in await reachability.load_people(conn)},
        people_overrides={one.name: one for one in schedules},
        leave=tuple(
            Away(one.user, one.starts_at, one.ends_at) for one in await leave.list_leave(conn, EVERYTHING, FOR_EVER)
        ),
    )


def own_of(world: World, name: str) -> Told:
    """What a person has added and chosen by themselves."""
    return world.own.get(name, Told())


def as_served(schedule: Schedule, world: World) -> Schedule:
    """With what stays whatever a file says: the overrides that people made, and what was read of its calendars."""
    known = world.people_overrides.get(schedule.name)
    own = tuple(one for one in known.overrides if one.managed_by is None) if known is not None else ()
    events = {layer.calendar: layer.events for each in world.people_overrides.values() for layer in each.layers}
    layers = tuple(
        msgspec.structs.replace(layer, events=events.get(layer.calendar, ())) if layer.calendar is not None else layer
        for layer in schedule.layers
    )
    return msgspec.structs.replace(schedule, layers=layers, overrides=schedule.overrides + own)


def profile_in(world: World) -> Profile:
    """The severity profile that is active there; raises NotFound."""
    name = world.organisation.value.severity_profile
    own = world.severity_profiles.get(name)
    return active(name) if own is None else profile_of(own.value)


def world_after(before: World, document: Document) -> World:
    """As it would be: what the document says, and everything that its files do not decide on."""
    owners = document.owners

    def merge(section: str, said: Mapping[str, Item[Any]]) -> dict[str, Item[Any]]:
        kept = {n: item for n, item in getattr(before, section).items() if item.file not in owners}
        return kept | dict(said)

    organisation = before.organisation
    if document.organisation is not None:
        organisation = document.organisation
    elif organisation.file in owners:
        organisation = _item(msgspec.structs.replace(organisation.value, managed_by=None), None)
    routing = document.routing or before.routing
    if document.routing is None and before.routing.file in owners:
        routing = _item(Routing(), None)
    return msgspec.structs.replace(
        before,
        organisation=organisation,
        routing=routing,
        **{section: merge(section, said_in(document, section)) for section in SECTIONS},
    )


def said_in(document: Document, section: str) -> dict[str, Item[Any]]:
    """What a document says in one section, by name."""
    items: tuple[Item[Any], ...] = getattr(document, section)
    return {_stored_key(i.value) if isinstance(i.value, Stored) else i.value.name: i for i in items}


def _stored_key(stored: Stored) -> str:
    return f"{stored.section}/{stored.name}"


def _item(value: Any, managed_by: str | None) -> Item[Any]:
    return Item(value=value, file=managed_by or "", path="")


def _of_file(schedule: Schedule) -> Schedule:
    """The schedule as its file wrote it: without what people added, and without what the store adds."""
    own = tuple(
        msgspec.structs.replace(one, id=None, created_by="") for one in schedule.overrides if one.managed_by is not None
    )
    return msgspec.structs.replace(schedule.plain, overrides=own)


async def _load_teams(conn: Conn) -> dict[str, Item[Team]]:
    probes = await readiness.list_all_probes(conn)
    teams = [
        Team(
            name=one.name,
            members=one.members,
            leads=one.leads,
            access_probes=probes.get(one.name, ()),
            managed_by=one.managed_by,
        )
        for one in await accounts.list_teams(conn)
    ]
    return {team.name: _item(team, team.managed_by) for team in teams}


async def _load_integrations(conn: Conn) -> dict[str, Item[Integration]]:
    integrations = [
        Integration(
            name=one.name,
            type=one.type,
            key_hash=(one.key_hash or b"").hex(),
            service=one.service,
            timeout=one.timeout,
            options=one.options,
            managed_by=one.managed_by,
        )
        for one in await rulebook.list_integrations(conn)
    ]
    return {one.name: _item(one, one.managed_by) for one in integrations}


class _People(NamedTuple):
    users: list[User]
    disabled: frozenset[str]
    proven: frozenset[tuple[str, str, str]]
    broken: dict[tuple[str, str, str], Broken]
    own: dict[str, Told]


async def _load_people(conn: Conn) -> _People:
    known = await accounts.list_users(conn)
    contacts: dict[int | None, list[StoredContact]] = {}
    for contact in await delivery.list_all_contacts(conn):
        contacts.setdefault(contact.user_id, []).append(contact)
    rules = await delivery.list_all_rules(conn)
    habits = await delivery.list_all_habits(conn)
    told = {
        user.name: Told(
            contacts=tuple(contacts.get(user.id, ())),
            rules=tuple(rules.get(user.id, ())),
            habit=habits.get(user.id, Habit()),
        )
        for user in known
    }
    return _People(
        users=[_user(user, told[user.name]) for user in known if not user.is_disabled],
        disabled=frozenset(user.name for user in known if user.is_disabled),
        proven=frozenset(
            (name, one.kind, one.address) for name, each in told.items() for one in each.contacts if one.proven_at
        ),
        broken=dict(_broken(known, told)),
        own={user.name: _own(told[user.name]) for user in known if not user.is_disabled},
    )


def _broken(known: Sequence[StoredUser], told: Mapping[str, Told]) -> Iterator[tuple[tuple[str, str, str], Broken]]:
    for user in known:
        if user.email is not None and user.email_broken_at is not None:
            yield (user.name, EMAIL, user.email), Broken(user.email_broken_at, user.email_broken_why or "")
        for one in told[user.name].contacts:
            if one.broken_at is not None:
                yield (user.name, one.kind, one.address), Broken(one.broken_at, one.broken_why or "")


def _user(user: StoredUser, told: Told) -> User:
    """As a file has it."""
    return User(
        name=user.name,
        email=user.email,
        role=user.role,
        display_name=user.display_name,
        senior=user.senior,
        time_zone=user.time_zone,
        contacts=tuple(Contact(kind=one.kind, address=one.address) for one in told.contacts if one.is_attested),
        notify=_notify(told) if told.habit.managed_by is not None else Notify(),
        managed_by=user.managed_by,
    )


def _notify(told: Told) -> Notify:
    quiet = told.habit.quiet
    return Notify(
        high=_rules_of(told.rules, Urgency.HIGH),
        low=_rules_of(told.rules, Urgency.LOW),
        quiet_hours=Hours(days=quiet.days, begin=quiet.begin, to=quiet.to) if quiet is not None else None,
    )


def _own(told: Told) -> Told:
    """The part of it that no file gives."""
    contacts = tuple(one for one in told.contacts if not one.is_attested)
    if told.habit.managed_by is not None:
        return Told(contacts=contacts)
    return Told(contacts=contacts, rules=told.rules, habit=told.habit)


def _rules_of(rules: Sequence[NotificationRule], urgency: Urgency) -> tuple[Rule, ...] | None:
    found = tuple(Rule(kind=rule.kind, after=rule.delay) for rule in rules if rule.urgency is urgency)
    return found or None
