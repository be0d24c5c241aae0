"""Messages of this package: those worded by a template, and the reminders to write an update."""

from datetime import datetime, timedelta

import msgspec

from tocsin.comms.events import WordingBroken
from tocsin.comms.model import Rendered, TemplateKind
from tocsin.comms.rules import Reminder, Step
from tocsin.comms.sentences import wording_broken
from tocsin.comms.values import UNCLASSIFIED, address, clock
from tocsin.delivery.model import MessageView
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.paging.messages import duration

DRILL = "[DRILL]"

INVESTIGATE_ALONE = timedelta(minutes=15)
"""How long one person looks for the cause before they are asked whether they want help (ROL-1, ROL-4)."""


def marked(incident: Incident, rendered: Rendered) -> Rendered:
    """The subject of a drill says so, whatever the template says."""
    if not incident.is_drill:
        return rendered
    return msgspec.structs.replace(rendered, subject=f"{DRILL} {rendered.subject}")


def of_template(incident: Incident, rendered: Rendered, event: str) -> MessageView:
    """`event` is what a webhook calls it, such as incident.updated."""
    return MessageView(
        title=incident.title,
        incident_ref=incident_ref(incident.number),
        severity=incident.severity or "",
        what=rendered.body,
        url=f"/incidents/{incident_ref(incident.number)}",
        subject=rendered.subject,
        event=event,
    )


def level_changed(incident: Incident, sentence: str, before: str | None) -> MessageView:
    """To the announce channel: from which level to which, by whom and why."""
    ref = incident_ref(incident.number)
    subject = f"[{incident.severity}] {ref} was {before or UNCLASSIFIED}: {incident.title}"
    made = Rendered(subject=subject, body=f"{sentence}\n\nWar room: {address(incident)}")
    return of_template(incident, marked(incident, made), "incident.severity_changed")


async def tell_of_broken(tx: Tx, incident: Incident, kind: TemplateKind, rendered: Rendered) -> None:
    """The room reads why a message was not worded as it should be."""
    if rendered.problem:
        await tx.emit(
            WordingBroken(
                **incidents.about(incident),
                sentence=wording_broken(kind.value, rendered.problem),
                template=kind.value,
                problem=rendered.problem,
            )
        )


def reminder(incident: Incident, n: int, about: Reminder, is_solo: bool, now: datetime) -> MessageView:
    """To whoever has to write the `n`th update: when it is due, and how to write it."""
    ref, due = incident_ref(incident.number), clock(about.due_at, now)
    said = {
        Step.SOON: f"Update {n} on {ref} is due at {due}.",
        Step.DUE: f"Update {n} on {ref} is due now.",
        Step.LATE: f"Update {n} on {ref} was due at {due}, and nobody has written it.",
    }[about.step]
    how = f'Write it in the room, or: tocsin update {ref} "TEXT".'
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=" ".join(filter(None, (said, how, _time_box(incident, now) if is_solo else ""))),
        url=f"/incidents/{ref}",
        subject=f"[UPDATE DUE] {ref} {incident.title}",
        event="incident.update_due",
    )


def _time_box(incident: Incident, now: datetime) -> str:
    """To who works alone: how long they have looked for the cause, and that help is one command away (ROL-1)."""
    if incident.status not in (Status.ACKNOWLEDGED, Status.INVESTIGATING) or incident.acknowledged_at is None:
        return ""
    if now - incident.acknowledged_at < INVESTIGATE_ALONE:
        return ""
    ref, looked = incident_ref(incident.number), duration(incident.acknowledged_at, now)
    return f"You have looked for the cause for {looked}. Not found? Ask for help: tocsin escalate {ref}."
