"""The end of an incident, told once to everybody whom it concerns and to the announce channel (RES-3).

One message a person, in the wording of resolutions: whoever was called, has taken it, takes part or holds a role. What
is reopened and resolved again is told again, and says how often it was over.
"""

from tocsin.comms import announcing, messages, people, values, wording
from tocsin.comms.model import Rendered, TemplateKind
from tocsin.comms.scenes import load_scene
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentResolved
from tocsin.incidents.model import Incident
from tocsin.kernel.ledger import count_entries, list_people
from tocsin.kernel.tx import Tx
from tocsin.paging import telling


async def tell_over(tx: Tx, event: IncidentResolved) -> None:
    incident = await incidents.get(tx.conn, event.incident_id)
    rendered = await _worded(tx, incident, event)
    await messages.tell_of_broken(tx, incident, TemplateKind.RESOLUTION, rendered)
    message = messages.of_template(incident, rendered, "incident.resolved")
    told = await telling.list_concerned(tx, incident)
    told |= {user.id for user in await people.list_participants(tx.conn, incident)}
    await telling.tell(tx, incident, told, Purpose.RESOLVED, message, "that it is over")
    await telling.tell_chats(tx, incident, Purpose.RESOLVED, message)
    await announcing.announce(tx, incident, message)


async def _worded(tx: Tx, incident: Incident, event: IncidentResolved) -> Rendered:
    given = values.of_resolution(
        await load_scene(tx.conn, incident, tx.now),
        by=event.actor,
        reason=event.reason,
        times=await count_entries(tx.conn, event.topic, type(event).__name__),
        thanks=[actor.removeprefix("@") for actor in await list_people(tx.conn, event.topic)],
    )
    return messages.marked(incident, await wording.word(tx.conn, TemplateKind.RESOLUTION, given))
