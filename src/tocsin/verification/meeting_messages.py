"""What people read who are invited to a postmortem, or whose invitation is taken back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tocsin.delivery.model import Invitation, Line, MessageView
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import joined
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import moment
from tocsin.verification.aftermath import LENGTH
from tocsin.verification.model import Meeting


def invitation(incident: Incident, meeting: Meeting, names: Sequence[str], zone: ZoneInfo) -> MessageView:
    """`names` are all who are invited."""
    ref = incident_ref(incident.number)
    when = moment(meeting.starts_at, zone)
    what = (
        f"{ref} is no longer over: its postmortem on {when} is called off."
        if meeting.is_cancelled
        else f"{ref} is over, and you took part: its postmortem is on {when}. Thank you for your work."
    )
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=what,
        lines=(Line("Invited", joined(names)),),
        time_zone=zone.key,
        url=f"/incidents/{ref}",
        subject=f"{'Called off: postmortem' if meeting.is_cancelled else 'Postmortem'} of {ref}: {incident.title}",
        event="postmortem.called_off" if meeting.is_cancelled else "postmortem.scheduled",
        invitation=_appointment(incident, meeting),
    )


def _appointment(incident: Incident, meeting: Meeting) -> Invitation:
    ref = incident_ref(incident.number)
    said = ((incident.resolution, "What put it right"), (incident.root_cause, "Root cause"))
    return Invitation(
        uid=f"postmortem-incident-{incident.id}",
        sequence=meeting.sequence,
        is_cancelled=meeting.is_cancelled,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + LENGTH,
        summary=f"Postmortem of {ref}: {incident.title}",
        description="\n".join(
            [
                "What happened, why, and what we change so that it does not happen again. Blameless.",
                *(f"{label}: {text}" for text, label in said if text),
            ]
        ),
    )


def scheduled(meeting: Meeting, names: Sequence[str], zone: ZoneInfo) -> str:
    return f"The postmortem is on {moment(meeting.starts_at, zone)}; {joined(names)} {_are(names)} invited."


def called_off(meeting: Meeting, names: Sequence[str], zone: ZoneInfo) -> str:
    return f"The postmortem on {moment(meeting.starts_at, zone)} is called off; {joined(names)} {_are(names)} told."


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
