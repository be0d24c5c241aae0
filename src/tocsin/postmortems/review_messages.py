"""What the people around a postmortem read: who is asked to review it, who owns it. Pure."""

from tocsin.delivery.model import Line, MessageView
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.text import one_line
from tocsin.postmortems.review_model import Comment, Reviewer, Verdict

_SHOWN = 300


def asked(incident: Incident, by: str, note: str = "") -> MessageView:
    """Somebody shall read it."""
    ref = incident_ref(incident.number)
    what = (
        f"{by} asks you to review the postmortem of {ref}. Say approved or wants changes on its page, or by: "
        f"tocsin postmortem review {ref} --approve"
    )
    return _about(incident, what, (Line("Note", note),) if note else ())


def reminded(incident: Incident, reviewer: Reviewer) -> MessageView:
    """They have not said anything yet."""
    ref = incident_ref(incident.number)
    return _about(
        incident,
        f"The postmortem of {ref} still waits for your review, which {reviewer.asked_by} asked for. "
        "Approve it, say what shall change, or ask somebody else to.",
    )


def commented(incident: Incident, comment: Comment) -> MessageView:
    """For the owner."""
    lines = (Line("About", one_line(comment.quote, _SHOWN)),) if comment.quote else ()
    what = f"{comment.by} commented on the postmortem of {incident_ref(incident.number)}."
    return _about(incident, what, (*lines, Line("Comment", one_line(comment.text, _SHOWN))))


def resolved(incident: Incident, comment: Comment) -> MessageView:
    """For whoever had commented."""
    what = f"{comment.resolved_by} resolved your comment on the postmortem of {incident_ref(incident.number)}."
    lines = [Line("Your comment", one_line(comment.text, _SHOWN))]
    if comment.answer:
        lines.append(Line("Answer", one_line(comment.answer, _SHOWN)))
    return _about(incident, what, tuple(lines))


def reviewed(incident: Incident, reviewer: Reviewer) -> MessageView:
    """For the owner."""
    lines = (Line("Note", one_line(reviewer.note, _SHOWN)),) if reviewer.note else ()
    return _about(incident, f"{said(incident, reviewer)}.", lines)


def not_in_wiki(incident: Incident, wiki: str, trouble: str) -> MessageView:
    """For the owner, when nobody waits for it."""
    what = f"The postmortem of {incident_ref(incident.number)} could not be published in {wiki} by itself."
    return _about(incident, what, (Line("Why", trouble),))


def said(incident: Incident, reviewer: Reviewer) -> str:
    """ "bob approved version 3 of the postmortem of INC-1"; without a full stop."""
    what = f"version {reviewer.version} of the postmortem of {incident_ref(incident.number)}"
    verb = "approved" if reviewer.verdict is Verdict.APPROVED else "wants changes in"
    return f"{reviewer.user} {verb} {what}"


def _about(incident: Incident, what: str, lines: tuple[Line, ...] = ()) -> MessageView:
    ref = incident_ref(incident.number)
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=what,
        lines=lines,
        url=f"/postmortems/{ref}",
        subject=f"Postmortem of {ref}: {incident.title}",
    )
