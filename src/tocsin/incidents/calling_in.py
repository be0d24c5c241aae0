"""The link of the call that people join, changed for one incident (WAR-4). What the link is otherwise: `conference`."""

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.incidents import service, store
from tocsin.incidents.conference import check_url, conference_url
from tocsin.incidents.events import ConferenceMoved
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


async def set_link(tx: Tx, incident_id: int, url: str | None, by: str) -> Incident:
    """People speak there from now on; None: by the organisation's pattern. Raises Invalid, or Refused when it is so."""
    incident = await service.lock(tx, incident_id)
    link = check_url(url) if url is not None else None
    if link == incident.conference_url:
        ref = incident_ref(incident.number)
        raise Refused(f"The call of {ref} has this link already.", f"tocsin room {ref} shows it.", field="url")
    after = replace(incident, conference_url=link)
    await store.update_incident(tx.conn, after)
    now_at = conference_url(after, (await catalog.organisation_in(tx)).war_room)
    told = f"People speak at {now_at} now, by {by}." if now_at else f"There is no call any more, by {by}."
    await tx.emit(ConferenceMoved(**service.about(after, by), sentence=told, url=now_at))
    return after
