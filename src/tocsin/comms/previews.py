"""What a template makes of the sample or of an incident as it stands; nothing is sent or kept (COM-1)."""

from datetime import datetime

from tocsin.comms import templates, values
from tocsin.comms.fields import samples
from tocsin.comms.model import Rendered, TemplateKind, UpdateDraft, Values, Wording
from tocsin.comms.scenes import load_scene
from tocsin.incidents.model import Incident
from tocsin.incidents.timeline import read_end
from tocsin.kernel.db import Conn

SAID = "(here stands what the update says)"


async def preview_template(
    conn: Conn, kind: TemplateKind, wording: Wording, incident: Incident | None, now: datetime
) -> Rendered:
    """`incident` None: the sample. Raises Invalid that names the line of what is wrong."""
    templates.check(kind, wording)
    return templates.render(kind, wording, await values_of(conn, kind, incident, now))


async def values_of(conn: Conn, kind: TemplateKind, incident: Incident | None, now: datetime) -> Values:
    """As if the occasion were at this instant."""
    if incident is None:
        return samples(kind)
    scene = await load_scene(conn, incident, now)
    match kind:
        case TemplateKind.DECLARATION:
            return values.of_declaration(scene)
        case TemplateKind.UPDATE:
            timeline = await read_end(conn, incident, limit=values.LOOKED_AT)
            draft, due = UpdateDraft(text=SAID), now + scene.interval
            return values.of_update(scene, draft, n=1, by="", next_update_at=due, timeline=timeline)
        case TemplateKind.RESOLUTION:
            return values.of_resolution(scene, by="tocsin", reason="", times=1, thanks=())
