"""What people with a role read when a mitigation made things worse. Pure."""

from tocsin.delivery.model import Line, MessageView
from tocsin.incidents import role_messages
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import full_stop
from tocsin.mitigation.model import Mitigation


def made_worse(incident: Incident, mitigation: Mitigation, by: str, way_back: str, asked: str) -> MessageView:
    """`asked`: what the reader is to decide, empty for those who are only told."""
    lines = [Line("The way back", way_back)]
    if asked:
        lines.append(Line("Please decide", asked))
    what = f"A mitigation made it worse, says {by}: {full_stop(mitigation.what)} It is stopped."
    return role_messages.about(incident, what, tuple(lines))
