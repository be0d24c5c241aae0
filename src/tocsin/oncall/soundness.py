"""What a schedule must be before it is taken: every check names the field that is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import FIRST_YEAR, LAST_YEAR, is_zone
from tocsin.oncall.model import Layer, OnHolidays, Rotation, Schedule
from tocsin.oncall.public_holidays import check_code
from tocsin.oncall.recurrence import check_rule
from tocsin.oncall.substitution import check_override
from tocsin.oncall.turns import check_handovers

HOUR = timedelta(hours=1)
FAR = Invalid("It is in a far-away year.", f"Use dates from {FIRST_YEAR} to {LAST_YEAR}.", field="starts")


def is_far(moment: datetime) -> bool:
    """The arithmetic of dates ends in the year 9999, and the rules of zones before 1970."""
    return not FIRST_YEAR <= moment.year <= LAST_YEAR


def unsound_places(schedule: Schedule) -> Iterator[tuple[str, Invalid]]:
    """What is wrong, each with the path of its place below the schedule (`.layers[0].rrule`)."""
    if schedule.holidays is not None and (error := _refusal_of_code(schedule.holidays)):
        yield ".holidays", error
    for n, layer in enumerate(schedule.layers):
        for error in unsound_in(layer, schedule.holidays):
            yield f".layers[{n}].{error.field}", error
    names = [layer.name for layer in schedule.layers]
    for n, override in enumerate(schedule.overrides):
        if is_far(override.starts_at) or is_far(override.ends_at):
            yield f".overrides[{n}]", FAR
            continue
        try:
            check_override(override, names)
        except Invalid as error:
            yield f".overrides[{n}].{error.field}" if error.field else f".overrides[{n}]", error


def unsound_in(layer: Layer, holidays: str | None) -> Iterator[Invalid]:
    """What is wrong with a layer; `holidays` are those of its schedule."""
    if layer.time_zone is not None and not is_zone(layer.time_zone):
        yield Invalid(f"There is no time zone {layer.time_zone!r}.", "Write it as Europe/Berlin.", field="time_zone")
    if layer.rotation is not Rotation.CALENDAR and not layer.users:
        yield Invalid("A layer needs somebody.", "Write the rotation in order: `users: [alice, bob]`.", field="users")
    if layer.ends is not None and layer.ends <= layer.starts:
        yield Invalid("The layer ends before it starts.", "Let `ends` be later than `starts`.", field="ends")
    if layer.on_holidays is not OnHolidays.ANY and holidays is None:
        yield Invalid(
            "The schedule does not say whose public holidays count.",
            "Add `holidays: DE-BE` (a country, or a part of one) to the schedule.",
            field="on_holidays",
        )
    dates = [layer.starts, layer.ends, *(date for one in layer.members for date in (one.since, one.until))]
    if any(date is not None and is_far(date) for date in dates):
        yield FAR
        return
    yield from _unsound_rotation(layer)
    yield from _unsound_members(layer)


def _unsound_rotation(layer: Layer) -> Iterator[Invalid]:
    if layer.rotation is Rotation.CUSTOM and (layer.length is None or layer.length < HOUR):
        yield Invalid("A turn lasts at least an hour.", "Write it as `length: 12h`.", field="length")
    if len(layer.handovers) > 1 and layer.every != 1:
        yield Invalid(
            "`every` goes with one hand-over: several say for themselves how long a turn is.",
            "Remove `every`, or keep one hand-over.",
            field="every",
        )
    try:
        check_handovers(layer.rotation, layer.handovers)
        if layer.rotation is Rotation.RRULE:
            check_rule(layer.rrule or "", layer.starts)
    except Invalid as error:
        yield error


def _unsound_members(layer: Layer) -> Iterator[Invalid]:
    users = {user for turn in layer.users for user in turn}
    for n, member in enumerate(layer.members):
        if member.user not in users:
            yield Invalid(
                f"{member.user!r} has no place in the rotation.",
                f"Put {member.user} into `users`, where their turns shall be.",
                field=f"members[{n}].user",
            )
        if member.since is not None and member.until is not None and member.since >= member.until:
            yield Invalid(
                f"{member.user} leaves before they join.", "Let `until` be later than `since`.", field=f"members[{n}]"
            )


def _refusal_of_code(code: str) -> Invalid | None:
    try:
        check_code(code)
    except Invalid as error:
        return error
    return None
