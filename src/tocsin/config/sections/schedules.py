"""`schedules:` – layers of rotations, restricted hours, overrides."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple, cast

from tocsin.accounts.rules import check_slug
from tocsin.config.fields import Fields, Place, read_time
from tocsin.config.sections.hours import read_hours, read_weekday
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours, instant_of, zone_of
from tocsin.oncall.model import Handover, Layer, Override, Rotation, Schedule

HOUR = timedelta(hours=1)
EXAMPLES = {
    Rotation.DAILY: '"09:00"',
    Rotation.WEEKLY: '"Monday 09:00"',
    Rotation.MONTHLY: '"1 09:00" (the first of the month)',
}


def read_schedule(value: Any, place: Place, default_zone: str | None) -> Schedule:
    """`default_zone` is the organisation's; instants without an offset are in the schedule's zone."""
    fields = Fields(value, place, what="A schedule")
    if "time_zone" not in fields and default_zone is None:
        place.problem("A schedule needs 'time_zone' when no organisation gives one.", "Add `time_zone: Europe/Berlin`.")
    zone = fields.zone("time_zone") or default_zone or "UTC"
    layers = [_read_layer(entry, at) for entry, at in fields.items("layers")]
    overrides = [read_override(entry, at, zone) for entry, at in fields.items("overrides")]
    schedule = Schedule(
        name=fields.name(),
        team=fields.find_name("team"),
        time_zone=zone,
        layers=tuple(layer for layer in layers if layer is not None),
        overrides=tuple(override for override in overrides if override is not None),
        managed_by=place.file.name,
    )
    fields.done()
    if not layers:
        place.problem("A schedule needs at least one layer.", "Add `layers:` with a rotation.")
    names = [layer.name for layer in schedule.layers]
    for index, name in enumerate(names):
        if name in names[:index]:
            place.key("layers").item(index).problem(f"Two layers are named {name!r}.", "Name each layer once.")
    return schedule


def read_override(value: Any, place: Place, zone: str) -> Override | None:
    """Somebody takes over from an instant to another."""
    fields = Fields(value, place, what="An override")
    user = fields.find_name("user") or ""
    if "user" not in fields:
        fields.missing("user")
    starts_at, ends_at = read_instant(fields, "from", zone), read_instant(fields, "to", zone)
    fields.done()
    if starts_at is None or ends_at is None:
        return None
    if starts_at >= ends_at:
        place.problem("The override ends before it begins.", "Let `to` be later than `from`.")
    return Override(user=user, starts_at=starts_at, ends_at=ends_at, managed_by=place.file.name)


def read_instant(fields: Fields, key: str, zone: str) -> datetime | None:
    """An ISO 8601 instant, in a zone unless it carries an offset; None and a problem otherwise."""
    text = fields.text(key)
    moment = _iso(text) if text else None
    if moment is None:
        if text:
            fields.place.key(key).problem(f"{text!r} is no date and time.", "Write it as 2026-12-24T09:00.")
        return None
    return moment.astimezone(UTC) if moment.tzinfo else instant_of(moment, zone_of(zone))


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if 1970 <= moment.year < 9000 else None


class _When(NamedTuple):
    """What a layer says about its turns, as far as it could be read."""

    handover: Handover | None
    length: timedelta | None
    every: int


def _read_layer(value: Any, place: Place) -> Layer | None:
    fields = Fields(value, place, what="A layer")
    name = fields.name()
    if "rotation" not in fields:
        fields.missing("rotation")
    rotation = Rotation(fields.choice("rotation", [one.value for one in Rotation], Rotation.WEEKLY))
    when = _read_when(fields, rotation)
    starts = read_local(fields, "starts", when.handover.at if when.handover else time(0))
    ends = read_local(fields, "ends", time(0)) if "ends" in fields else fields.raw("ends")
    users = tuple(turn for entry, at in fields.items("users") if (turn := _read_turn(entry, at)) is not None)
    restrict = _read_restrict(fields)
    fields.done()
    if not users:
        place.key("users").problem("A layer needs somebody.", "Write the rotation in order: `users: [alice, bob]`.")
    if starts is None or not users:
        return None
    if ends is not None and ends <= starts:
        place.key("ends").problem("The layer ends before it starts.", "Let `ends` be later than `starts`.")
    return Layer(
        name=name,
        rotation=rotation,
        starts=starts,
        ends=ends,
        users=users,
        handover=when.handover,
        every=when.every,
        length=when.length,
        restrict=restrict,
    )


def _read_when(fields: Fields, rotation: Rotation) -> _When:
    every = fields.integer("every", 1, 365) or 1
    length = fields.duration("length")
    if rotation is Rotation.CUSTOM:
        if length is None:
            fields.missing("length")
        elif length < HOUR:
            fields.place.key("length").problem("A turn lasts at least an hour.", "Write it as `length: 12h`.")
        if "handover" in fields:
            fields.place.key("handover").problem(
                "A custom rotation hands over each `length` after `starts`.", "Remove `handover`, give `starts` a time."
            )
        fields.raw("handover")
        return _When(None, max(length or HOUR, HOUR), 1)
    if length is not None:
        fields.place.key("length").problem(
            f"`length` belongs to `rotation: custom`, not {rotation}.", "Use `every` for several days or weeks."
        )
    text = fields.text("handover")
    handover = _read_handover(text, rotation) if text else None
    if text and handover is None:
        fields.place.key("handover").problem(
            f"{text!r} is no hand-over of a {rotation} rotation.", f"Write it as {EXAMPLES[rotation]}."
        )
    return _When(handover, None, every)


def _read_handover(text: str, rotation: Rotation) -> Handover | None:
    words = text.split()
    at = read_time(words[-1])
    if at is None:
        return None
    if rotation is Rotation.DAILY:
        return Handover(at=at) if len(words) == 1 else None
    if len(words) != 2:
        return None
    if rotation is Rotation.WEEKLY:
        weekday = read_weekday(words[0])
        return None if weekday is None else Handover(at=at, weekday=weekday)
    day = int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) <= 2 else 0
    return Handover(at=at, day=day) if 1 <= day <= 31 else None


def read_local(fields: Fields, key: str, at: time = time(0)) -> datetime | None:
    """A local date, at that time, or a local date and time; it carries no offset."""
    text = fields.text(key)
    moment = _iso(text) if text else None
    if text and (moment is None or moment.tzinfo is not None):
        fields.place.key(key).problem(
            f"{text!r} is no local date.", "Write it as 2026-01-05 or 2026-01-05T09:00, without an offset."
        )
        return None
    if moment is None:
        return None
    return datetime.combine(moment, at) if len(text) <= len("2026-01-05") else moment


def _read_turn(value: Any, place: Place) -> tuple[str, ...] | None:
    """One name, several who hold the turn together, or `[]`: a turn of nobody. None after a problem."""
    together = isinstance(value, list)
    entries = cast("list[Any]", value) if together else [value]
    names: list[str] = []
    for index, one in enumerate(entries):
        at = place.item(index) if together else place
        if not isinstance(one, str):
            at.problem("A turn must name somebody.", "Write a name, [alice, bob] for two at once, or [] for nobody.")
            return None
        try:
            names.append(check_slug(str(one)))
        except Invalid as error:
            at.refuse(error)
            return None
    return tuple(names)


def _read_restrict(fields: Fields) -> tuple[Hours, ...]:
    """One window or a list of them."""
    value = fields.raw("restrict")
    if value is None:
        return ()
    entries = list(fields.items("restrict")) if isinstance(value, list) else [(value, fields.place.key("restrict"))]
    windows = [read_hours(entry, at, "restrict") for entry, at in entries]
    return tuple(window for window in windows if window is not None)
