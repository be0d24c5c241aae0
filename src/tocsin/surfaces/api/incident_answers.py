"""An incident as the API answers with it: the row, and what stands around it in other tables, gathered once for a whole
page of them.
"""

from collections.abc import Sequence

from tocsin.catalog import service as catalog
from tocsin.comms import cadence
from tocsin.incidents import assigning, findings
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.conference import conference_url
from tocsin.incidents.model import Incident, IncidentPage
from tocsin.incidents.roles import team_size_of
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.mitigation import service as mitigation
from tocsin.surfaces.api.site import Site
from tocsin.surfaces.wire import incidents as wire


async def answer(conn: Conn, stored: Incident, site: Site) -> wire.Incident:
    """One incident that the caller may see."""
    return (await _answers(conn, (stored,), site))[0]


async def answer_page(conn: Conn, page: IncidentPage, site: Site) -> wire.IncidentList:
    """A page of a list."""
    return wire.IncidentList(
        incidents=await _answers(conn, page.incidents, site),
        next_cursor=str(page.next_before) if page.next_before is not None else None,
    )


async def _answers(conn: Conn, stored: Sequence[Incident], site: Site) -> list[wire.Incident]:
    ids = [each.id for each in stored]
    holdings = await assigning.list_holdings_of(conn, ids)
    mitigating = await mitigation.list_mitigating(conn, ids)
    due = await cadence.list_next_updates(conn, ids)
    wrong = await findings.list_open_findings(conn, ids)
    organisation, profile = await catalog.organisation(conn), await catalog.severity_profile(conn)
    targets = sorted({each.merged_into for each in stored if each.merged_into is not None})
    into = {each.id: each.number for each in await incidents.list_incidents_by_id(conn, targets)} if targets else {}
    return [
        wire.incident(
            each,
            site.public_url,
            wire.Around(
                holdings=tuple(holdings.get(each.id, ())),
                team_size=team_size_of(each, find_level(profile, each.severity)),
                conference_url=conference_url(each, organisation.war_room),
                is_mitigating=each.id in mitigating,
                next_update_at=due.get(each.id),
                merged_into=incident_ref(into[each.merged_into]) if each.merged_into is not None else None,
                stage=wire.stage(find_level(profile, each.severity), each),
                findings=wrong.get(each.id, ()),
            ),
        )
        for each in stored
    ]
