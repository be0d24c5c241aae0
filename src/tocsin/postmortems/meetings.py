"""The use cases of the meeting about a postmortem (PMT-7): look at it, invite to it. The appointment is the one that
`verification` makes when an incident is over, so that calendars have one entry.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx
from tocsin.postmortems import actions, service
from tocsin.postmortems.meeting import AgendaItem, Planned, agenda, agenda_lines
from tocsin.postmortems.model import Postmortem
from tocsin.verification import following_up


async def load(conn: Conn, postmortem: Postmortem) -> Planned:
    """The agenda of the text as it is, and the appointment."""
    meeting = await following_up.find_meeting(conn, postmortem.incident_id)
    items = await _agenda(conn, postmortem)
    if meeting is None or meeting.is_cancelled:
        return Planned(items, None, ())
    people = await accounts.list_users_by_id(conn, meeting.invited)
    return Planned(items, meeting.starts_at, tuple(sorted(user.name for user in people)))


async def invite(tx: Tx, incident_id: int, starts_at: datetime, names: Sequence[str], by: str) -> Planned:
    """Everybody who took part, who was invited before, and `names`. Raises as `following_up.invite`, and NotFound where
    there is no postmortem.
    """
    postmortem = await service.get(tx.conn, incident_id)
    lines = agenda_lines(await _agenda(tx.conn, postmortem))
    await following_up.invite(tx, incident_id, starts_at, names, lines, by)
    return await load(tx.conn, postmortem)


async def _agenda(conn: Conn, postmortem: Postmortem) -> tuple[AgendaItem, ...]:
    return agenda(postmortem.body, len(await actions.list_of_incident(conn, postmortem.incident_id)))
