"""What the owner of a postmortem reads who is reminded of it. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.delivery.model import Line, MessageView
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.localtime import moment
from tocsin.postmortems.due import Reminder


def reminder(incident: Incident, what: Reminder, until: datetime, zone: ZoneInfo) -> MessageView:
    """`until` is when it is to be talked about, or published."""
    ref = incident_ref(incident.number)
    said, remedy = _WORDS[what]
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=f"{said.format(ref=ref, until=moment(until, zone))} {remedy}",
        lines=(Line("Or type", f"tocsin postmortem {'draft' if what is Reminder.DRAFT else 'show'} {ref}"),),
        time_zone=zone.key,
        url=f"/incidents/{ref}",
        subject=f"{_SUBJECTS[what]} of {ref}: {incident.title}",
        event=f"postmortem.{what}",
    )


_WORDS = {
    Reminder.DRAFT: (
        "{ref} is talked about by {until}, and nobody has drafted its postmortem.",
        "Draft it from the record: that takes one command, and the gaps are marked as questions.",
    ),
    Reminder.PUBLISH: (
        "The postmortem of {ref} is to be published by {until}.",
        "Answer its open questions and publish it, or give it to somebody who can.",
    ),
    Reminder.OVERDUE: (
        "The postmortem of {ref} was to be published by {until}.",
        "Publish it, or close the incident with the reason why there is none.",
    ),
}
_SUBJECTS = {
    Reminder.DRAFT: "Not drafted yet: postmortem",
    Reminder.PUBLISH: "Due soon: postmortem",
    Reminder.OVERDUE: "Overdue: postmortem",
}
