"""The installation as a simulation takes it: as it is, as it would be after a document, or from files alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from tocsin.accounts.model import Role
from tocsin.alerts import rulebook, silences
from tocsin.alerts.maintenance import Maintenance, MaintenanceDraft
from tocsin.alerts.model import Integration
from tocsin.alerts.silencing import Silence
from tocsin.catalog.model import Organisation
from tocsin.config.check import find_problems, normalise
from tocsin.config.document import Document, Item, Notify, Routing, User
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.world import EVERYTHING, World, as_served, load_world, own_of, profile_in, world_after
from tocsin.delivery.model import Contact, NotificationRule, Urgency
from tocsin.delivery.quiet import quiet_of
from tocsin.delivery.sealing import EMAIL
from tocsin.kernel.db import Conn
from tocsin.paging.answers import load_turns
from tocsin.paging.targets import Crew, Registry
from tocsin.paging.variants import ladders
from tocsin.simulation.setup import Setup, Somebody

NOTHING = World(
    organisation=Item(value=Organisation(), file="", path=""),
    users={},
    teams={},
    schedules={},
    escalation_policies={},
    services={},
    integrations={},
    routing=Item(value=Routing(), file="", path=""),
    stored={},
)
"""An installation before anything was applied to it."""


class Setups(msgspec.Struct, frozen=True):
    """What is in force, and what would be after the draft; None: no draft was given."""

    live: Setup
    draft: Setup | None


async def load_setups(conn: Conn, document: Document | None, now: datetime) -> Setups:
    """Raises ConfigurationInvalid for a document that could not be applied."""
    world = await load_world(conn)
    in_force = await silences.list_silences(conn, None, now)
    ids = {one.name: one.id for one in await rulebook.list_integrations(conn)}
    worlds = [world] if document is None else [world, _after(world, document)]
    setups = [await _with_turns(conn, setup_of(each, in_force, ids)) for each in worlds]
    return Setups(setups[0], setups[1] if document is not None else None)


async def _with_turns(conn: Conn, setup: Setup) -> Setup:
    """Whose turn it is in each round-robin hangs on who was called so far."""
    targets = {target for policy in setup.policies.values() for each in ladders(policy) for target in each.targets()}
    registry = replace(setup.registry, turns=await load_turns(conn, targets))
    return replace(setup, registry=registry)


def setup_of_files(document: Document) -> Setup:
    """Of files alone, as if nothing else were there. Raises ConfigurationInvalid."""
    return setup_of(_after(NOTHING, document))


def _after(before: World, document: Document) -> World:
    document, problems = normalise(document)
    after = world_after(before, document)
    problems += find_problems(document, before, after)
    if problems:
        raise ConfigurationInvalid(problems)
    return after


def setup_of(world: World, in_force: Sequence[Silence] = (), ids: Mapping[str, int] = MappingProxyType({})) -> Setup:
    """`in_force` are the silences, which no file decides on; they may belong to integrations, whose `ids` these are."""
    routing: Routing = world.routing.value
    services = {name: item.value for name, item in world.services.items()}
    organisation = world.organisation.value
    people = {
        name: _somebody(number, item.value, world, organisation)
        for number, (name, item) in enumerate(world.users.items(), 1)
    }
    return Setup(
        organisation=organisation,
        profile=profile_in(world),
        registry=_registry(world),
        people=people | _disabled(world, len(people)),
        policies={name: item.value for name, item in world.escalation_policies.items()},
        services=services,
        integrations={
            name: Integration(
                id=ids.get(name, -number),
                name=name,
                type=item.value.type,
                service=item.value.service,
                timeout=item.value.timeout,
            )
            for number, (name, item) in enumerate(world.integrations.items(), 1)
        },
        routes=routing.routes,
        default_route=routing.default_route,
        inhibitions=routing.inhibitions,
        silences=tuple(in_force),
        maintenances=tuple(_maintenance(n, item.value) for n, item in enumerate(world.maintenance.values(), 1)),
    )


def _maintenance(number: int, draft: MaintenanceDraft) -> Maintenance:
    """As if it had always been there; one that a person has ended early is taken as it was planned."""
    return Maintenance(**msgspec.structs.asdict(draft), id=number, set_by="", set_at=EVERYTHING)


def _registry(world: World) -> Registry:
    return Registry(
        schedules={name: as_served(item.value, world) for name, item in world.schedules.items()},
        teams={name: Crew(item.value.members, item.value.leads) for name, item in world.teams.items()},
        experts={name: item.value.experts for name, item in world.services.items()},
        groups={name: item.value.members for name, item in world.groups.items()},
        vendors={name: item.value for name, item in world.vendors.items()},
        chats={name: item.value for name, item in world.chats.items()},
    )


def _somebody(number: int, user: User, world: World, organisation: Organisation) -> Somebody:
    """With what they added and chose by themselves, where the file leaves that to them."""
    own = own_of(world, user.name)
    rules = tuple(
        NotificationRule(urgency=urgency, kind=rule.kind, delay=rule.after)
        for urgency, said in ((Urgency.HIGH, user.notify.high), (Urgency.LOW, user.notify.low))
        for rule in said or ()
    )
    hours = user.notify.quiet_hours
    quiet = quiet_of(hours, organisation.time_zone) if hours is not None else None
    is_said = user.notify != Notify()
    return Somebody(
        id=number,
        name=user.name,
        role=Role(user.role),
        email=user.email,
        time_zone=user.time_zone,
        contacts=_given(number, user, world) + own.contacts,
        rules=rules if is_said else own.rules,
        quiet=quiet if is_said else own.habit.quiet,
    )


def _given(number: int, user: User, world: World) -> tuple[Contact, ...]:
    """The contacts of the file, and the account's own address where nothing arrives there."""
    contacts = [
        Contact(id=place, user_id=number, kind=contact.kind, address=contact.address)
        for place, contact in enumerate(user.contacts, 1)
    ]
    is_named = any((one.kind, one.address) == (EMAIL, user.email) for one in user.contacts)
    if user.email is not None and not is_named and (user.name, EMAIL, user.email) in world.broken:
        contacts.append(Contact(id=None, user_id=number, kind=EMAIL, address=user.email))
    known = ((one, world.broken.get((user.name, one.kind, one.address))) for one in contacts)
    return tuple(replace(one, broken_at=how.at, broken_why=how.why) if how else one for one, how in known)


def _disabled(world: World, known: int) -> dict[str, Somebody]:
    """People who may still be named somewhere, and cannot be called."""
    names = sorted(world.disabled - world.users.keys())
    return {
        name: Somebody(id=known + n, name=name, role=Role.VIEWER, email=None, is_disabled=True)
        for n, name in enumerate(names, 1)
    }
