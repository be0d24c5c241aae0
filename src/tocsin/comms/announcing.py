"""The announce channel of the organisation (LIF-9): every declaration, change of level and all-clear of an incident
that is not private is posted there, once and durably, by the channels that exist.
"""

from collections.abc import Sequence

from tocsin.catalog import service as catalog
from tocsin.catalog.model import AnnounceAddress
from tocsin.catalog.notifying import notify
from tocsin.comms import messages, values, wording
from tocsin.comms.model import TemplateKind
from tocsin.comms.scenes import load_scene
from tocsin.delivery.model import BULK, MessageView, Notification, Outsider, Purpose, Urgency
from tocsin.delivery.wording import shown_address
from tocsin.incidents import service as incidents
from tocsin.incidents.events import SeverityChanged
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx

ANNOUNCE = "comms.announce"

NAME = "announce"
"""Who the receiver of an announcement is in the delivery ledger."""


async def announcement(tx: Tx, incident: Incident) -> Sequence[jobs.NewJob]:
    """The job that announces a new incident, to be armed; none where nobody is to hear of it."""
    addresses = (await catalog.organisation_in(tx)).announce
    if incident.is_private or not addresses_for(addresses, is_drill=incident.is_drill):
        return ()
    job = jobs.NewJob(
        kind=ANNOUNCE,
        payload={"incident_id": incident.id},
        lane="timers",
        run_at=tx.now,
        prio=BULK,
        key=f"announce:{incident.id}",
    )
    return (job,)


async def declared(tx: Tx, incident_id: int) -> None:
    """A new incident is announced, in the wording of declarations."""
    incident = await incidents.lock(tx, incident_id)
    scene = await load_scene(tx.conn, incident, tx.now)
    rendered = await wording.word(tx.conn, TemplateKind.DECLARATION, values.of_declaration(scene))
    await messages.tell_of_broken(tx, incident, TemplateKind.DECLARATION, rendered)
    message = messages.of_template(incident, messages.marked(incident, rendered), "incident.declared")
    await announce(tx, incident, message)


async def level_changed(tx: Tx, event: SeverityChanged) -> None:
    """Raised or lowered, and why."""
    incident = await incidents.get(tx.conn, event.incident_id)
    await announce(tx, incident, messages.level_changed(incident, event.sentence, event.before))


async def announce(tx: Tx, incident: Incident, message: MessageView) -> None:
    """Posts it to every address that is to hear of this incident."""
    await post(tx, incident, await list_addresses(tx.conn, incident), message)


async def post(tx: Tx, incident: Incident, addresses: Sequence[AnnounceAddress], message: MessageView) -> None:
    """Posts it there. Nothing overtakes it."""
    for address in addresses:
        await notify(
            tx,
            Notification(
                user_id=None,
                outsider=Outsider(NAME, address.kind, address.address),
                topic=incident.topic,
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                scope_id=incident.scope_id,
                cause=NAME,
            ),
        )


async def list_addresses(conn: Conn, incident: Incident) -> Sequence[AnnounceAddress]:
    """Who hears of this incident: of a private one nobody (LIF-7), of a drill those who did not ask to be left out."""
    if incident.is_private:
        return ()
    return addresses_for((await catalog.organisation(conn)).announce, is_drill=incident.is_drill)


def addresses_for(addresses: Sequence[AnnounceAddress], *, is_drill: bool) -> Sequence[AnnounceAddress]:
    return tuple(each for each in addresses if each.drills or not is_drill)


def shown(address: AnnounceAddress) -> str:
    """As others may see it: "email incidents@example.com", "webhook hooks.example.com"."""
    return f"{address.kind} {shown_address(address.kind, address.address)}"
