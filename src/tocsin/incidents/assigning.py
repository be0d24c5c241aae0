"""Who takes which role of an incident (ROL-1, ROL-2): assign, release, and what an acknowledgement brings with it.

Every change locks the incident first. Handing a role on, with a brief and the other's consent, is in `handoffs`.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User
from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.incidents import handoff_store, privacy, role_messages, role_store, role_words, roles, service, store
from tocsin.incidents.classifying import find_level
from tocsin.incidents.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    RoleAssigned,
    RoleReleased,
    SeverityChanged,
    TeamSizeChanged,
)
from tocsin.incidents.model import Incident, Status, TeamSize
from tocsin.incidents.roles import HELD_BY_MANY, Holding, RoleName, holders_of
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `before` held the role until now; `warning` is empty unless the person commands elsewhere."""

    role: RoleName
    user: str
    before: str | None
    warning: str


async def list_holdings(conn: Conn, incident_id: int) -> list[Holding]:
    """Who holds a role, and who has handed one on and is available, in the order in which they took it."""
    return (await list_holdings_of(conn, (incident_id,))).get(incident_id, [])


async def list_holdings_of(conn: Conn, incident_ids: Sequence[int]) -> dict[int, list[Holding]]:
    """The same for a page of incidents in one query; an incident without any is left out."""
    found: dict[int, list[Holding]] = {}
    for row in await role_store.list_holdings(conn, incident_ids):
        found.setdefault(row.incident_id, []).append(row.holding)
    return found


async def assign(tx: Tx, incident_id: int, role: RoleName, user: str, by: str, why: str = "") -> Assigned:
    """`user` ("alice" or "@alice") holds the role from now on; of a role for one person, whoever had it is told.

    Raises NotFound for somebody unknown, Refused for who may not take it or has it already, and on a closed incident.
    """
    incident = await _lock_for_roles(tx, incident_id)
    person = await get_eligible(tx, incident, user)
    holdings = await list_holdings(tx.conn, incident_id)
    if person.name in holders_of(holdings, role):
        raise Refused(
            f"{person.name} is {role_words.article(role)} {role.words} of {incident_ref(incident.number)} already.",
            "Name somebody else, or leave it so.",
            field="user",
        )
    return await seat(tx, incident, role, person, by, holdings, why=why)


async def seat(
    tx: Tx,
    incident: Incident,
    role: RoleName,
    person: User,
    by: str,
    holdings: Sequence[Holding],
    *,
    why: str = "",
) -> Assigned:
    """Write who takes a role, when that has been decided; whoever had a role for one person holds it no more."""
    replaced = () if role in HELD_BY_MANY else holders_of(holdings, role)
    if replaced:
        await _leave(tx, incident, role, replaced, "released")
    before = next(iter(replaced), None)
    sentence = role_words.assigned(role, person.name, by, before, why)
    done = await _take(tx, incident, role, person, by, before, sentence)
    await tell(tx, incident, person.name, by, role_messages.yours(incident, role, by))
    if done.before:
        await tell(tx, incident, done.before, by, role_messages.no_longer_yours(incident, role, person.name, by))
    return done


async def pass_on(
    tx: Tx, incident: Incident, role: RoleName, person: User, giver: str, holdings: Sequence[Holding], sentence: str
) -> Assigned:
    """Write a hand-off that both have agreed to, in one `sentence` of the new holder's: the giver stays available
    (ROL-3). Who tells whom is the caller's."""
    if person.name in holders_of(holdings, role):
        await role_store.update_holding_ended(tx.conn, incident.id, role, (person.name,), "released", tx.now)
    await _leave(tx, incident, role, (giver,), "available")
    return await _take(tx, incident, role, person, f"@{person.name}", giver, sentence)


async def _leave(tx: Tx, incident: Incident, role: RoleName, names: Sequence[str], left_as: str) -> None:
    """With the role go the offers to hand it on."""
    await role_store.update_holding_ended(tx.conn, incident.id, role, names, left_as, tx.now)
    await handoff_store.update_offers_withdrawn(tx.conn, incident.id, role, names, tx.now)


async def _take(
    tx: Tx, incident: Incident, role: RoleName, person: User, by: str, before: str | None, sentence: str
) -> Assigned:
    await role_store.update_available_released(tx.conn, incident.id, person.id)
    await role_store.insert_holding(tx.conn, incident.id, role, person.id, tx.now)
    await privacy.admit(tx, incident, [person.id], f"they are {role_words.article(role)} {role.words}")
    also = await _commands_also(tx, incident, role, person)
    await tx.emit(
        RoleAssigned(
            **service.about(incident, by),
            sentence=sentence,
            role=role,
            user=person.name,
            before=before,
            also_commands=also,
        )
    )
    warning = role_words.commands_too(person.name, also) if also else ""
    if warning:
        await service.note(tx, incident, entry_type="finding", text=warning, by="tocsin")
    return Assigned(role=role, user=person.name, before=before, warning=warning)


async def release(tx: Tx, incident_id: int, role: RoleName, user: str | None, by: str) -> str:
    """The role is given back; `user` may be left out where there is one holder. Returns who held it.

    Raises Refused when nobody, or not this person, holds it, and when several do and nobody is named.
    """
    incident = await _lock_for_roles(tx, incident_id)
    holders = holders_of(await list_holdings(tx.conn, incident_id), role)
    name = _which(holders, role, user.removeprefix("@") if user else None, incident)
    await _leave(tx, incident, role, (name,), "released")
    await tx.emit(
        RoleReleased(
            **service.about(incident, by),
            sentence=role_words.released(role, name, by, is_empty=len(holders) == 1),
            role=role,
            user=name,
        )
    )
    await tell(tx, incident, name, by, role_messages.no_longer_yours(incident, role, None, by))
    return name


def _which(holders: Sequence[str], role: RoleName, user: str | None, incident: Incident) -> str:
    """Who of the holders is meant. Raises Refused."""
    ref = incident_ref(incident.number)
    if not holders:
        raise Refused(
            f"Nobody is {role_words.article(role)} {role.words} of {ref}.", f"tocsin role {ref} shows who is."
        )
    if user is None and len(holders) == 1:
        return holders[0]
    if user is None or user not in holders:
        named = f"{user} is not {role_words.article(role)} {role.words} of {ref}." if user else "Several people are."
        raise Refused(named, f"Name one of {', '.join(holders)}.", field="user")
    return user


async def set_team_size(tx: Tx, incident_id: int, size: TeamSize, by: str) -> Incident:
    """Another set of roles is expected from now on; nobody loses a role. Raises Refused when it is that already."""
    incident = await _lock_for_roles(tx, incident_id)
    before = await team_size_in(tx, incident)
    if before is size:
        raise Refused(
            f"The team of {incident_ref(incident.number)} is {size} already.", "Name another size.", field="team_size"
        )
    after = replace(incident, team_size=size)
    await store.update_incident(tx.conn, after)
    await tx.emit(
        TeamSizeChanged(
            **service.about(after, by),
            sentence=role_words.size_changed(before, size, by),
            before=before,
            after=size,
        )
    )
    return after


async def team_size_in(tx: Tx, incident: Incident) -> TeamSize:
    """What was said, else what the level asks for."""
    return roles.team_size_of(incident, find_level(await catalog.severity_profile_in(tx), incident.severity))


async def name_commander(tx: Tx, event: IncidentDeclared) -> None:
    """Whoever was named in the declaration commands from the first moment (LIF-5)."""
    if event.commander is not None:
        await assign(tx, event.incident_id, RoleName.COMMANDER, event.commander, event.actor)


async def take_up(tx: Tx, event: IncidentAcknowledged | SeverityChanged) -> None:
    """Who has taken it gets the role that falls to them: they command, or they are the one responder (ROL-1, ROL-2).

    The one responder needs no entry of their own: the acknowledgement says it.
    """
    if isinstance(event, SeverityChanged) and not event.raised:
        return
    incident = await service.get(tx.conn, event.incident_id)
    taken_by = incident.acknowledged_by or ""
    users = await accounts.list_users_by_name(tx.conn, [taken_by[1:]]) if taken_by.startswith("@") else []
    if not users or not incident.is_open:
        return
    person, holdings = users[0], await list_holdings(tx.conn, incident.id)
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    role = roles.decide_role_of_taker(incident, level, holdings, person.name, is_senior=person.senior)
    if role is RoleName.COMMANDER:
        await seat(tx, incident, role, person, "tocsin", holdings, why=role_words.CHOSEN)
    elif role is RoleName.RESPONDER:
        others = holders_of(holdings, role)
        await _leave(tx, incident, role, others, "released")
        await role_store.insert_holding(tx.conn, incident.id, role, person.id, tx.now)


async def get_eligible(tx: Tx, incident: Incident, user: str) -> User:
    """The person, if they may act on this incident: one who is given a role in a private incident becomes a member.

    Raises NotFound or Refused.
    """
    person = await accounts.get_user_by_name(tx.conn, user)
    viewer = await accounts.find_viewer(tx.conn, person.id)
    may_see = viewer is not None and (incident.is_private or viewer.may_read(incident.scope_id))
    if viewer is None or not may_see or not viewer.may(Permission.RESPOND):
        raise Refused(f"{person.name} may not act on this incident.", "Name somebody else.", field="user")
    return person


async def tell(tx: Tx, incident: Incident, user: str, by: str, message: MessageView) -> None:
    """One person, unless they did it themselves; it can wait until they look."""
    if by == f"@{user}":
        return
    for person in await accounts.list_users_by_name(tx.conn, [user]):
        await notify(
            tx,
            Notification(
                user_id=person.id,
                topic=incident.topic,
                purpose=Purpose.INFO,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                scope_id=incident.scope_id,
            ),
        )


async def _commands_also(tx: Tx, incident: Incident, role: RoleName, person: User) -> tuple[str, ...]:
    if role is not RoleName.COMMANDER:
        return ()
    others = await role_store.list_commanded(tx.conn, person.id, beside=incident.id)
    return tuple(incident_ref(number) for number in others)


async def _lock_for_roles(tx: Tx, incident_id: int) -> Incident:
    """Raises Refused on a closed incident: nobody works on it any more."""
    incident = await service.lock(tx, incident_id)
    if incident.status is Status.CLOSED:
        ref = incident_ref(incident.number)
        raise Refused(f"{ref} is closed: there are no roles in it any more.", "Declare a new incident.")
    return incident
