"""What a person reads when a role becomes theirs, or is theirs no more: which incident, which duties. Pure."""

from tocsin.delivery.model import Line, MessageView
from tocsin.incidents import role_words, roles
from tocsin.incidents.model import Incident
from tocsin.incidents.roles import RoleName
from tocsin.kernel.ids import incident_ref


def yours(incident: Incident, role: RoleName, by: str) -> MessageView:
    """Somebody was given a role by another person, or by the program."""
    giver = "Tocsin" if by == "tocsin" else by
    return about(
        incident,
        f"{giver} made you {role_words.article(role)} {role.words} of {incident_ref(incident.number)}.",
        (Line("Your duties", roles.duties_words(role)),),
    )


def offered(incident: Incident, role: RoleName, by: str, brief: str) -> MessageView:
    """Somebody asks the reader to take over; the brief says where it stands."""
    ref = incident_ref(incident.number)
    return about(
        incident,
        f"{by} offers you the role of {role.words} of {ref}. It is yours when you accept, in the room or by: "
        f"tocsin handoff {ref} --accept",
        (Line("Brief", brief), Line("Your duties", roles.duties_words(role))),
    )


def no_longer_yours(incident: Incident, role: RoleName, user: str | None, by: str) -> MessageView:
    """A role was taken from somebody; `user` is who has it now, None: nobody."""
    now = f"{user} is {role_words.article(role)} {role.words} now" if user else f"The role of {role.words} is empty now"
    return about(incident, f"{now}, by {by}. You need not do it any more.")


def about(incident: Incident, what: str, lines: tuple[Line, ...] = ()) -> MessageView:
    """A message about an incident that asks nobody to get up."""
    ref = incident_ref(incident.number)
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=what,
        since=incident.started_at or incident.detected_at,
        lines=lines,
        url=f"/incidents/{ref}",
    )
