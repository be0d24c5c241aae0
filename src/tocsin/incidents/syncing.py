"""The recurring sync of a large team (ROL-1): every half hour everybody with a role is reminded, with the agenda and
the link of the call. One timer an incident; it can be switched off for an incident, and ends with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.delivery.model import Line
from tocsin.incidents import assigning, role_messages, service, store
from tocsin.incidents.conference import conference_url
from tocsin.incidents.events import IncidentReopened, SyncDue, SyncSwitched, TeamSizeChanged
from tocsin.incidents.model import Incident, TeamSize
from tocsin.incidents.sentences import full_stop
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx

SYNC = "incidents.sync"
EVERY = timedelta(minutes=30)

AGENDA = (
    "What has changed since the last time, and what is the impact now",
    "What was tried, and what each of you does until the next time",
    "What blocks us, and whom we need",
    "What we tell others, and when",
    "The commander speaks last: decisions, and who does what",
)


async def arm(tx: Tx, incident: Incident) -> None:
    """A round begins now, instead of one that had begun; none where no sync is held."""
    await jobs.cancel(tx, key=_key(incident.id))
    await jobs.enqueue(tx, *await next_round(tx, incident))


async def next_round(tx: Tx, incident: Incident) -> Sequence[jobs.NewJob]:
    """The timer of a round that begins now, to be armed; none where no sync is held."""
    if not await _is_held(tx, incident):
        return ()
    job = jobs.NewJob(
        kind=SYNC,
        payload={"incident_id": incident.id},
        lane="timers",
        run_at=tx.now + EVERY,
        prio=2,
        key=_key(incident.id),
    )
    return (job,)


async def begin_again(tx: Tx, event: TeamSizeChanged | IncidentReopened) -> None:
    """The team has another size, or the incident is open again."""
    await arm(tx, await service.get(tx.conn, event.incident_id))


async def call_together(tx: Tx, incident_id: int) -> None:
    """The round is over: a timeline entry, a message to everybody with a role, and the next round."""
    incident = await service.lock(tx, incident_id)
    if not await _is_held(tx, incident):
        return
    link = conference_url(incident, (await catalog.organisation_in(tx)).war_room)
    sentence = f"Sync now{f' at {link}' if link else ''}: {_agenda()}"
    await tx.emit(SyncDue(**service.about(incident), sentence=sentence, url=link))
    lines = [Line("Agenda", _agenda())] + ([Line("Join the call", link)] if link else [])
    message = role_messages.about(incident, f"The sync of {incident_ref(incident.number)} is now.", tuple(lines))
    names = {each.user for each in await assigning.list_holdings(tx.conn, incident_id) if each.holds}
    for name in sorted(names):
        await assigning.tell(tx, incident, name, "tocsin", message)
    await arm(tx, incident)


async def switch(tx: Tx, incident_id: int, by: str, *, on: bool) -> Incident:
    """Hold the sync of this incident, or hold it no more. Raises Refused when it is so already."""
    incident = await service.lock(tx, incident_id)
    if incident.has_sync is on:
        ref = incident_ref(incident.number)
        raise Refused(f"The sync of {ref} is {'on' if on else 'off'} already.", "Leave it so.", field="on")
    after = replace(incident, has_sync=on)
    await store.update_incident(tx.conn, after)
    sentence = f"{by} has the sync held every 30 minutes again." if on else f"{by} has switched the sync off."
    await tx.emit(SyncSwitched(**service.about(after, by), sentence=sentence, on=on))
    await arm(tx, after)
    return after


async def next_sync_at(conn: Conn, incident_id: int) -> datetime | None:
    """None: no sync is held."""
    return await jobs.find_due(conn, _key(incident_id))


async def _is_held(tx: Tx, incident: Incident) -> bool:
    return incident.is_open and incident.has_sync and await assigning.team_size_in(tx, incident) is TeamSize.LARGE


def _agenda() -> str:
    return " ".join(f"{n}. {full_stop(words)}" for n, words in enumerate(AGENDA, start=1))


def _key(incident_id: int) -> str:
    return f"sync:{incident_id}"
