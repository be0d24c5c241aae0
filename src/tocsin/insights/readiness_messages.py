"""What people read before a shift. Pure; times are on the clock of the schedule."""

from __future__ import annotations

from tocsin.delivery.model import Line, MessageView
from tocsin.insights.handoff_text import moment
from tocsin.insights.readiness_model import Readiness, State
from tocsin.kernel.localtime import zone_of


def page_of(schedule: str) -> str:
    """The path of the page of readiness."""
    return f"/oncall/{schedule}/readiness"


def reminder(found: Readiness) -> MessageView:
    """A day before: when the shift begins, and what is missing."""
    ready = "You are ready." if found.is_ready else "You are not ready yet: mend what is missing before."
    return MessageView(
        title=f"You are on call for {found.schedule} from {_when(found)}",
        what=f"Your shift begins {_when(found)}. {ready}",
        why_you=f"The schedule {found.schedule} names you.",
        lines=_lines(found, with_notes=True),
        url=page_of(found.schedule),
    )


def not_ready(found: Readiness) -> MessageView:
    """Shortly before, to the person and to the lead: what is still missing."""
    return MessageView(
        title=f"{found.person} is not ready for {found.schedule}",
        what=f"The shift of {found.person} begins {_when(found)}, and something is missing still.",
        lines=_lines(found, with_notes=False),
        url=page_of(found.schedule),
    )


def _when(found: Readiness) -> str:
    return moment(found.starts_at, zone_of(found.time_zone))


def _lines(found: Readiness, *, with_notes: bool) -> tuple[Line, ...]:
    """What is missing with its remedy, then what is to be read."""
    missing = [item for item in found.items if item.state is State.MISSING]
    notes = [item for item in found.items if item.state is State.NOTE] if with_notes else []
    return tuple(Line(item.name.capitalize(), f"{item.sentence} {item.remedy}".strip()) for item in (*missing, *notes))
