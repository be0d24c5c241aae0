"""Private incidents (LIF-7): made so later, their members, and who becomes one without being asked.

Only members see such an incident: for everybody else, administrators too, it does not exist. Whoever is called about
it, or is given a part in it, becomes a member in the same transaction, for nobody can help with what they cannot see.
It stays private: what was said among few is not opened to all afterwards.
"""

from collections.abc import Collection, Sequence

from tocsin.accounts import service as accounts
from tocsin.accounts.model import ORGANISATION_SCOPE, User, Viewer
from tocsin.delivery import service as delivery
from tocsin.incidents import sentences, store
from tocsin.incidents.circle import open_circle
from tocsin.incidents.events import IncidentMadePrivate, MemberAdded, MemberRemoved
from tocsin.incidents.model import Incident
from tocsin.incidents.service import about, get, get_incident, lock
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.kernel.ledger import move_topic
from tocsin.kernel.tx import Tx


async def make_private(tx: Tx, incident_id: int, by: str, reason: str) -> Incident:
    """From now on only whoever has a part in it sees it and what was written before. `paging` adds whom it has called.

    Raises Invalid without a reason, Refused when it is private already.
    """
    incident = await lock(tx, incident_id)
    ref = incident_ref(incident.number)
    if incident.is_private:
        raise Refused(f"{ref} is private already.", f"Who sees it: tocsin members {ref}.")
    if not reason.strip():
        raise Invalid("Making an incident private needs a reason.", "Say why: --why TEXT.", field="reason")
    actors = [by, incident.declared_by, incident.acknowledged_by or ""]
    scope_id = await open_circle(tx, incident.number, actors, by=by)
    await store.update_incident_private(tx.conn, incident_id, scope_id)
    await delivery.move_scope(tx, incident.topic, scope_id)  # first, to wait for what writes down that it was sent
    await move_topic(tx.conn, incident.topic, scope_id)
    after = await get(tx.conn, incident_id)
    await tx.emit(
        IncidentMadePrivate(**about(after, by), sentence=sentences.made_private(by, reason), reason=reason.strip())
    )
    members = [member.id for member in await list_members(tx.conn, after)]
    await delivery.supersede_for_others(tx, after.topic, members, "the incident has become private")
    return after


async def scope_of(conn: Conn, viewer: Viewer, ref: str | None) -> int:
    """Who may read of a deed about what somebody named: its members, if it is private and they see it themselves; else
    the organisation, and what they named may not even exist.
    """
    try:
        return (await get_incident(conn, viewer, ref)).scope_id if ref is not None else ORGANISATION_SCOPE
    except (Invalid, NotFound):
        return ORGANISATION_SCOPE


async def list_members(conn: Conn, incident: Incident) -> list[User]:
    """Who sees a private incident, by name; empty for one that is not private."""
    return await accounts.list_scope_members(conn, incident.scope_id) if incident.is_private else []


async def list_private(conn: Conn, refs: Collection[str]) -> set[str]:
    """Those of these names ("INC-7") that are private, for what was written down when they were not."""
    numbers = [parse_incident_ref(ref) for ref in refs]
    return {incident_ref(number) for number in await store.list_private_numbers(conn, numbers)} if numbers else set()


async def add_members(tx: Tx, incident_id: int, names: Sequence[str], by: str) -> None:
    """These people see it from now on. Raises NotFound for a name that nobody has, Refused for what is not private."""
    incident = await _lock_private(tx, incident_id)
    people = [await accounts.get_user_by_name(tx.conn, name) for name in names]
    if not people:
        raise Invalid("Nobody was named.", "Name who shall see it, such as bob.", field="names")
    await _admit(tx, incident, [person.id for person in people], by, f"{by} has added them")


async def remove_member(tx: Tx, incident_id: int, name: str, by: str) -> None:
    """This person sees it no more.

    Raises NotFound for who is no member, Refused for the last member and for whoever has the incident.
    """
    incident = await _lock_private(tx, incident_id)
    ref = incident_ref(incident.number)
    members = await list_members(tx.conn, incident)
    person = next((member for member in members if member.name == name.removeprefix("@")), None)
    if person is None:
        raise NotFound(f"{name} is no member of {ref}.", f"Who sees it: tocsin members {ref}.", field="name")
    if len(members) == 1:
        raise Refused(f"{person.name} is the only member of {ref}.", "Add somebody else first.", field="name")
    if incident.is_open and incident.acknowledged_by == f"@{person.name}":
        raise Refused(f"{person.name} has {ref}.", f"Hand it over first: tocsin reassign {ref} WHO.", field="name")
    await accounts.remove_from_scope(tx, incident.scope_id, person.id)
    await accounts.audit(tx, by, "removed a member of", f"{ref}: {person.name}", scope_id=incident.scope_id)
    await tx.emit(
        MemberRemoved(**about(incident, by), sentence=sentences.sees_it_no_more(person.name, by), user=person.name)
    )


async def admit(tx: Tx, incident: Incident, user_ids: Collection[int], why: str) -> None:
    """Whoever is called, or given a part in it, becomes a member; `why` completes "bob sees it now: …". Does nothing,
    and asks nothing, about an incident that is not private.
    """
    if incident.is_private and user_ids:
        await _admit(tx, incident, user_ids, "tocsin", why)


async def _admit(tx: Tx, incident: Incident, user_ids: Collection[int], by: str, why: str) -> None:
    ref = incident_ref(incident.number)
    for name in await accounts.add_to_scope(tx, incident.scope_id, user_ids):
        await accounts.audit(tx, by, "added a member of", f"{ref}: {name}", scope_id=incident.scope_id)
        await tx.emit(MemberAdded(**about(incident, by), sentence=sentences.sees_it_now(name, why), user=name, why=why))


async def _lock_private(tx: Tx, incident_id: int) -> Incident:
    incident = await lock(tx, incident_id)
    if not incident.is_private:
        ref = incident_ref(incident.number)
        raise Refused(f"Everybody may see {ref}.", f"Make it private first: tocsin private {ref} --why TEXT.")
    return incident
