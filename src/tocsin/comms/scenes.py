"""An incident as messages speak of it, gathered from what lies beneath: its level, who leads, where it is spoken of."""

from datetime import datetime

from tocsin.catalog import service as catalog
from tocsin.comms.people import find_commander
from tocsin.comms.values import Scene
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident, TeamSize
from tocsin.incidents.roles import cadence_of, team_size_of
from tocsin.kernel.db import Conn

NO_CHANNEL = "the room of the incident"


async def load_scene(conn: Conn, incident: Incident, now: datetime) -> Scene:
    organisation = await catalog.organisation(conn)
    level = find_level(await catalog.severity_profile(conn), incident.severity)
    return Scene(
        incident=incident,
        level=level,
        commander=await find_commander(conn, incident) or "",
        channel=f"#{organisation.announce_channel.lstrip('#')}" if organisation.announce_channel else NO_CHANNEL,
        interval=cadence_of(level, is_solo=team_size_of(incident, level) is TeamSize.SOLO),
        now=now,
    )
