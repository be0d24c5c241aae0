"""What people read about their hand-offs. Pure; times are on the clock of the schedule."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tocsin.delivery.model import Line, MessageView
from tocsin.insights.handoff_model import Handover, Report
from tocsin.insights.handoff_text import between, moment, people, sections

_MOST_SAID = 450
"""Characters of a line; the page has the rest."""


def page_of(schedule: str) -> str:
    """The path of the hand-off's page."""
    return f"/oncall/{schedule}/handoff"


def draft(report: Report, zone: ZoneInfo) -> MessageView:
    """Some hours before the end: what the report says already, and what is asked of the outgoing people."""
    return MessageView(
        title=_title(report),
        what=f"Your shift ends {moment(report.ends_at, zone)}. This is the draft of your hand-off to"
        f" {people(report.incoming)}: add what they need to know, then sign it.",
        why_you=f"You are on call for {report.schedule}.",
        lines=_lines(report, zone),
        url=page_of(report.schedule),
    )


def signed(report: Report, by: str, zone: ZoneInfo) -> MessageView:
    """To the incoming people, once it is signed."""
    return MessageView(
        title=_title(report),
        what=f"{by} has signed the hand-off. Read it and accept it.",
        why_you=f"You are on call for {report.schedule} from {moment(report.starts_at, zone)}.",
        lines=_lines(report, zone),
        url=page_of(report.schedule),
    )


def missed(handover: Handover, zone: ZoneInfo) -> MessageView:
    """To both sides, at the hand-over."""
    return MessageView(
        title=f"Hand-off of {handover.schedule} is not signed",
        what=f"{between(handover.outgoing, handover.incoming)} without a signed hand-off:"
        f" the shift ended {moment(handover.ends_at, zone)}. Speak to each other; it can still be signed.",
        url=page_of(handover.schedule),
    )


def missed_for_lead(handover: Handover, zone: ZoneInfo) -> MessageView:
    """To the lead, the next morning."""
    return MessageView(
        title=f"Hand-off of {handover.schedule} was never signed",
        what=f"{people(handover.outgoing)} did not sign the hand-off to {people(handover.incoming)}"
        f" of {moment(handover.ends_at, zone)}.",
        why_you="You lead the team of this schedule.",
        url=page_of(handover.schedule),
    )


def _title(report: Report) -> str:
    return f"Hand-off of {report.schedule}: {people(report.outgoing)} to {people(report.incoming)}"


def _lines(report: Report, zone: ZoneInfo) -> tuple[Line, ...]:
    """A line for each section that says something."""
    said = [Line(s.title, _joined([line.text for line in s.lines])) for s in sections(report, zone) if s.lines]
    return (*said, Line("Notes", report.note[:_MOST_SAID])) if report.note else tuple(said)


def _joined(texts: list[str]) -> str:
    """As many as fit, and how many more there are."""
    kept: list[str] = []
    for place, text in enumerate(texts):
        if kept and sum(map(len, kept)) + len(text) > _MOST_SAID:
            return f"{'; '.join(kept)}; and {len(texts) - place} more"
        kept.append(text)
    return "; ".join(kept)
