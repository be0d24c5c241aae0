"""What another level asks for from now on, beside the one before, in the words of the timeline (CLS-3). Pure.

Only what the profile's data say; whom it calls is told by the part that calls them.
"""

from collections.abc import Iterator

from tocsin.catalog.severity import Level, Postmortem
from tocsin.incidents.model import Incident, TeamSize
from tocsin.incidents.roles import cadence_of, team_size_of
from tocsin.kernel.durations import format_duration

GOES_ON = "Whoever was called stays called, and what is under way goes on."


def in_words(incident: Incident, before: Level | None, after: Level) -> str:
    """ " From now on: updates every 15m (every 30m before); a postmortem is required."; empty when nothing differs.

    Lowering stops nothing that is under way, and says so.
    """
    differences = "; ".join((*_cadence(incident, before, after), *_differences(before, after)))
    sentence = f" From now on: {differences}." if differences else ""
    is_lowered = before is not None and before.rank < after.rank
    return f"{sentence} {GOES_ON}" if is_lowered else sentence


def _cadence(incident: Incident, before: Level | None, after: Level) -> Iterator[str]:
    """With the level the size of the team may change, and who works alone writes more often."""
    was, is_now = (
        cadence_of(level, is_solo=team_size_of(incident, level) is TeamSize.SOLO) for level in (before, after)
    )
    if before is None or was != is_now:
        yield f"updates every {format_duration(is_now)}{f' ({format_duration(was)} before)' if before else ''}"


def _differences(before: Level | None, after: Level) -> Iterator[str]:
    if before is None or before.ack_timeout != after.ack_timeout:
        yield f"whoever has it is called again after {format_duration(after.ack_timeout)} without a sign of work"
    if before is None or before.stability_window != after.stability_window:
        yield f"stable for {format_duration(after.stability_window)} before it is resolved"
    if after.postmortem is not (before.postmortem if before else Postmortem.NONE):
        yield _POSTMORTEM[after.postmortem]
    if after.tell_stakeholders is not (before.tell_stakeholders if before else False):
        yield "stakeholders are told" if after.tell_stakeholders else "stakeholders need not be told"


_POSTMORTEM = {
    Postmortem.REQUIRED: "a postmortem is required",
    Postmortem.OPTIONAL: "a postmortem is optional",
    Postmortem.NONE: "no postmortem is asked for",
}
