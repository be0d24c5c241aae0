"""What people read about their shifts: what changes hands, who asks for what, and how to answer. Pure.

Times are shown on the clock of the schedule, and on the reader's where that is another one.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.delivery.model import Line, MessageView
from tocsin.oncall import words
from tocsin.oncall.change_model import Interval
from tocsin.oncall.moving import Move

ANSWER_AT = "/swaps"
_LISTED = 6


def moved(
    schedule: str, time_zone: str, reader_zone: str, move: Move, sentence: str, title: str | None = None
) -> MessageView:
    """Hours change hands: which, and who did it. Without a title somebody has given or taken them."""
    lines = [
        *_times("You are on call", move.gains, time_zone, reader_zone),
        *_times("No longer", move.loses, time_zone, reader_zone),
    ]
    return MessageView(title=title or _title(schedule, move), what=f"{sentence}.", lines=tuple(lines), url="/oncall")


def proposed(
    schedule: str,
    time_zone: str,
    reader_zone: str,
    sentence: str,
    gives: Interval,
    takes: Interval | None,
    command: str,
) -> MessageView:
    """Somebody would like to swap: which hours, and how to answer."""
    lines = [
        *_times("You would take", (gives,), time_zone, reader_zone),
        *_times("You would give", (takes,) if takes is not None else (), time_zone, reader_zone),
        Line("To answer", f"open the page below, or: {command}"),
    ]
    return MessageView(title=f"A swap in {schedule}?", what=f"{sentence}.", lines=tuple(lines), url=ANSWER_AT)


def asked(schedule: str, time_zone: str, reader_zone: str, sentence: str, shift: Interval, command: str) -> MessageView:
    """Somebody cannot keep a shift: who takes it?"""
    lines = [
        *_times("The shift", (shift,), time_zone, reader_zone),
        Line("To take it", f"open the page below, or: {command}"),
    ]
    return MessageView(title=f"Cover is needed in {schedule}", what=f"{sentence}.", lines=tuple(lines), url=ANSWER_AT)


def ended(schedule: str, time_zone: str, reader_zone: str, sentence: str, shift: Interval) -> MessageView:
    """A proposal or a request has come to its end, and no shift has moved."""
    return MessageView(
        title=f"Your shift in {schedule}",
        what=f"{sentence}.",
        lines=tuple(_times("The shift", (shift,), time_zone, reader_zone)),
        url=ANSWER_AT,
    )


def calendar_fails(name: str, failure: str, read_at: datetime | None) -> MessageView:
    """A calendar of elsewhere has not been read for a day: what counts meanwhile, and what to do."""
    last = f"What was read at {read_at:%Y-%m-%d %H:%M} UTC still counts." if read_at else "It was never read."
    return MessageView(
        title=f"The calendar {name} cannot be read",
        what=f"{failure} {last}",
        lines=(Line("To mend it", "see tocsin oncall calendars, correct its url in the configuration, and apply"),),
        url="/oncall/feeds",
    )


def _title(schedule: str, move: Move) -> str:
    if not move.loses:
        return f"You are on call in {schedule}"
    return f"Your shifts in {schedule} change" if move.gains else f"A shift of yours in {schedule} is taken over"


def _times(label: str, times: Sequence[Interval], time_zone: str, reader_zone: str) -> list[Line]:
    """The first few, each on both clocks."""
    lines = [Line(label, _both(time, time_zone, reader_zone)) for time in times[:_LISTED]]
    if len(times) > _LISTED:
        lines.append(Line(label, f"and {len(times) - _LISTED} more times"))
    return lines


def _both(time: Interval, time_zone: str, reader_zone: str) -> str:
    own = words.span(time, time_zone)
    if not words.is_another_clock(time, time_zone, reader_zone):
        return own
    return f"{own}; on your clock {words.span(time, reader_zone)}"
