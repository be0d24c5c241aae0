"""What a person reads at three in the morning: what is wrong, how bad, since when, why you, who else. Pure.

Channels render these values; `url` is a path that delivery makes absolute.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.delivery.model import Line, MessageView
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.ids import incident_ref
from tocsin.paging.model import Call, Decision, Outside, Person


def page(
    incident: Incident, decision: Decision, call: Call, again: str = "", *, joins_at: str | None = None
) -> MessageView:
    """The page itself; `again` says why people are called once more ("It fires again …"), empty for a first time.
    `joins_at` is the link of the call, if there is one; an outsider is not invited.
    """
    others = [other.person.name for other in decision.calls if other.person != call.person]
    lines = _facts(incident)
    if isinstance(call.person, Outside):
        lines += call.person.lines
    if others:
        lines.append(Line("Also paged", joined(others)))
    if incident.summary and incident.reason:
        lines.append(Line("Why an incident", full_stop(incident.reason)))
    if joins_at and isinstance(call.person, Person):
        lines.append(Line("Join the call", joins_at))
    if decision.next_at is not None:
        lines.append(Line("If nobody answers", f"the next step is called at {decision.next_at:%H:%M} UTC"))
    return _view(
        incident,
        what=" ".join(filter(None, (full_stop(again), _what(incident)))),
        why_you=full_stop(f"{capital(decision.label)}: {call.why}"),
        lines=lines,
        can_acknowledge=isinstance(call.person, Person),
    )


def handed_over(incident: Incident, by: str, names: Sequence[str]) -> MessageView:
    """Somebody else is called instead of whoever has it, or was being called."""
    return _view(incident, what=f"{by} has handed {incident_ref(incident.number)} to {joined(names)}.")


def of_helper(incident: Incident, sentence: str) -> MessageView:
    """What somebody who was asked to help has answered."""
    return _view(incident, what=sentence)


def taken(incident: Incident, by: str) -> MessageView:
    """Somebody else has answered: no need to get up."""
    return _view(incident, what=f"{by} has acknowledged {incident_ref(incident.number)}. You need not act.")


def taken_by_you(incident: Incident) -> MessageView:
    """To the other ways of whoever has just answered by one."""
    return _view(incident, what=f"You have {incident_ref(incident.number)}. Nobody else is woken for it.")


def joined_by_you(incident: Incident) -> MessageView:
    """To the other ways of a helper who has just answered by one."""
    ref = incident_ref(incident.number)
    return _view(incident, what=f"{incident.acknowledged_by} has {ref}, and knows that you come.")


def declined_by_you(incident: Incident) -> MessageView:
    """To the other ways of whoever has just declined by one."""
    ref = incident_ref(incident.number)
    what = f"You are not called for {ref} any more."
    return replace(_view(incident, what=what), subject=f"[NOT CALLED] {ref} {incident.title}")


def quiet(incident: Incident, sentence: str) -> MessageView:
    """The alerts have cleared; whether a person still has to end it is in the sentence."""
    return _view(incident, what=full_stop(sentence))


def held(incident: Incident, sentence: str) -> MessageView:
    """Maintenance has begun on what somebody was called for: no need to act for now."""
    return _view(incident, what=sentence)


def joined_alerts(incident: Incident, sentence: str) -> MessageView:
    """Further alerts came to what somebody is working on (PAG-10)."""
    return _view(incident, what=full_stop(sentence), lines=_facts(incident))


def told_by_profile(incident: Incident, rule: str) -> MessageView:
    """Somebody who is to know of it and need not answer: leadership, executives (PAG-2)."""
    return _view(incident, what=_what(incident), why_you=full_stop(rule), lines=_facts(incident))


def _view(
    incident: Incident, *, what: str, why_you: str = "", lines: Sequence[Line] = (), can_acknowledge: bool = False
) -> MessageView:
    ref = incident_ref(incident.number)
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=what,
        why_you=why_you,
        since=_since(incident),
        lines=tuple(lines),
        url=f"/incidents/{ref}",
        can_acknowledge=can_acknowledge,
    )


def _facts(incident: Incident) -> list[Line]:
    lines: list[Line] = []
    if incident.services:
        lines.append(Line("Service" if len(incident.services) == 1 else "Services", joined(incident.services)))
    if incident.alerts > 1:
        lines.append(Line("Alerts", str(incident.alerts)))
    if incident.severity is None:
        lines.append(Line("Severity", "not set: nobody has said how bad it is"))
    return lines


def _what(incident: Incident) -> str:
    return full_stop(incident.summary or incident.reason)


def _since(incident: Incident) -> datetime:
    return incident.started_at or incident.detected_at


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def duration(start: datetime, end: datetime) -> str:
    """ "40 seconds", "12 minutes", "3 h 05 min", "2 days 4 h": as exact as a person needs it."""
    seconds = max(0, int((end - start).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes < 1:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    if hours < 1:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    if days < 1:
        return f"{hours} h {minutes % 60:02} min"
    return f"{'1 day' if days == 1 else f'{days} days'} {hours % 24} h"
