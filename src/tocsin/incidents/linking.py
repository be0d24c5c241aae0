"""Incidents that have to do with each other: related, or one the cause of the other (LIF-6). A link changes neither."""

from enum import StrEnum

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.incidents import link_store, service
from tocsin.incidents.events import IncidentLinked, IncidentUnlinked
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


class LinkKind(StrEnum):
    """What the other incident is to this one."""

    RELATED = "related"
    CAUSE = "cause"


class Link(msgspec.Struct, frozen=True):
    """The other incident and what it is: related, its cause, or its effect."""

    other: Incident
    relation: str


def read_kind(text: str) -> LinkKind:
    """Raises Invalid that lists them."""
    try:
        return LinkKind(text.strip().casefold())
    except ValueError:
        raise Invalid(f"{text[:40]!r} is no kind of link.", f"Use one of {', '.join(LinkKind)}.", field="as") from None


async def link(tx: Tx, incident_id: int, other_id: int, kind: LinkKind, by: str) -> None:
    """The other one is related, or the cause; said before, the newer word counts. Both timelines say so."""
    locked = {each: await service.lock(tx, each) for each in sorted({incident_id, other_id})}
    incident, other = locked[incident_id], locked[other_id]
    ref, other_ref = incident_ref(incident.number), incident_ref(other.number)
    if incident_id == other_id:
        raise Invalid(f"{ref} is not linked to itself.", "Name another incident: --to INC-1.", field="to")
    if incident.scope_id != other.scope_id and (incident.is_private or other.is_private):
        raise Refused(
            f"{ref} and {other_ref} are not seen by the same people.",
            "A private incident is linked to none that others see.",
            field="to",
        )
    await link_store.delete_link(tx.conn, incident_id, other_id)
    await link_store.insert_link(tx.conn, incident_id, other_id, kind, by, tx.now)
    words = {
        LinkKind.RELATED: (f"{other_ref} is related", f"{ref} is related"),
        LinkKind.CAUSE: (f"{other_ref} is the cause", f"This is the cause of {ref}"),
    }[kind]
    for each, there, said in ((incident, other, words[0]), (other, incident, words[1])):
        await tx.emit(
            IncidentLinked(
                **service.about(each, by), sentence=f"{said}, says {by}.", other_number=there.number, kind=kind
            )
        )


async def unlink(tx: Tx, incident_id: int, other_id: int, by: str) -> None:
    """They have nothing to do with each other after all. Raises Refused where nobody has said so."""
    locked = {each: await service.lock(tx, each) for each in sorted({incident_id, other_id})}
    incident, other = locked[incident_id], locked[other_id]
    if not await link_store.delete_link(tx.conn, incident_id, other_id):
        raise Refused(
            f"{incident_ref(incident.number)} and {incident_ref(other.number)} are not linked.",
            f"tocsin show {incident_ref(incident.number)} names its links.",
            field="to",
        )
    for each, there in ((incident, other), (other, incident)):
        sentence = f"{incident_ref(there.number)} has nothing to do with it after all, says {by}."
        await tx.emit(IncidentUnlinked(**service.about(each, by), sentence=sentence, other_number=there.number))


async def list_links(conn: Conn, viewer: Viewer, incident: Incident) -> list[Link]:
    """Those whose other end the viewer may see, by number."""
    rows = await link_store.list_links(conn, incident.id)
    found = {each.id: each for each in await service.list_incidents_by_id(conn, [row.other_id for row in rows])}
    visible = [Link(found[row.other_id], row.relation) for row in rows if found[row.other_id].scope_id in viewer.scopes]
    return sorted(visible, key=lambda link: link.other.number)
