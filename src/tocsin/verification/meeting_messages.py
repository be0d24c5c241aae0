"""What people read who are invited to a postmortem, or whose invitation is taken back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tocsin.delivery.model import Invitation, Line, MessageView
from tocsin.delivery.wording import BELOW
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import joined
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import moment
from tocsin.verification.aftermath import LENGTH
from tocsin.verification.model import Meeting


def invitation(
    incident: Incident,
    meeting: Meeting,
    names: Sequence[str],
    zone: ZoneInfo,
    *,
    by: str = "tocsin",
    agenda: Sequence[str] = (),
) -> MessageView:
    """`names` are all who are invited, `by` whoever does it, `agenda` lines such as "0:05 What happened (10 min)"."""
    ref = incident_ref(incident.number)
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=_what(ref, moment(meeting.starts_at, zone), by, is_cancelled=meeting.is_cancelled),
        lines=(Line("Invited", joined(names)),),
        time_zone=zone.key,
        url=f"/incidents/{ref}",
        subject=f"{'Called off: postmortem' if meeting.is_cancelled else 'Postmortem'} of {ref}: {incident.title}",
        event="postmortem.called_off" if meeting.is_cancelled else "postmortem.scheduled",
        invitation=_appointment(incident, meeting, agenda),
    )


def _what(ref: str, when: str, by: str, *, is_cancelled: bool) -> str:
    if is_cancelled:
        return f"{ref} is no longer over: its postmortem on {when} is called off."
    if by != "tocsin":
        return f"{by} invites you to the postmortem of {ref} on {when}. Read it before: {BELOW}postmortems/{ref}"
    return f"{ref} is over, and you took part: its postmortem is on {when}. Thank you for your work."


def _appointment(incident: Incident, meeting: Meeting, agenda: Sequence[str]) -> Invitation:
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
                *agenda,
            ]
        ),
    )


def scheduled(meeting: Meeting, names: Sequence[str], zone: ZoneInfo, *, by: str = "tocsin") -> str:
    when = moment(meeting.starts_at, zone)
    if by != "tocsin":
        return f"{by} set the postmortem for {when}; {joined(names)} {_are(names)} invited."
    return f"The postmortem is on {when}; {joined(names)} {_are(names)} invited."


def called_off(meeting: Meeting, names: Sequence[str], zone: ZoneInfo) -> str:
    return f"The postmortem on {moment(meeting.starts_at, zone)} is called off; {joined(names)} {_are(names)} told."


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
