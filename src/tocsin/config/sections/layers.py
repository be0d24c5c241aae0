"""One layer of a schedule: its rotation, whose turns there are, and when it counts."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, NamedTuple, cast

from tocsin.accounts.rules import check_slug
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.hours import read_hours
from tocsin.config.sections.moments import read_local
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours
from tocsin.kernel.text import whole_number
from tocsin.kernel.week_words import read_time, read_weekday
from tocsin.oncall.model import SINCE_EVER, Handover, Layer, Member, OnHolidays, Rotation
from tocsin.oncall.soundness import unsound_in
from tocsin.oncall.turns import ORDINALS

ROTATIONS = [one.value for one in Rotation]
EXAMPLES = {
    Rotation.DAILY: '"09:00"',
    Rotation.WEEKLY: '"Monday 09:00", or [Monday 09:00, Friday 17:00]',
    Rotation.MONTHLY: '"1 09:00" (the first of the month), "first Monday 09:00" or "last Friday 17:00"',
}
_OWN_KEYS = {Rotation.CUSTOM: "length", Rotation.RRULE: "rrule"}
_NTH = {word: number for number, word in ORDINALS.items()}


class _When(NamedTuple):
    """What a layer says about its turns, as far as it could be read."""

    handovers: tuple[Handover, ...] = ()
    length: timedelta | None = None
    rrule: str | None = None

    @property
    def clock(self) -> time:
        """The time that a mere date means."""
        return self.handovers[0].at if self.handovers else time(0)


def read_layer(value: Any, place: Place, holidays: str | None) -> Layer | None:
    """`holidays` are those of the schedule."""
    fields = Fields(value, place, what="A layer")
    name = fields.name()
    if "rotation" not in fields and "calendar" not in fields:
        fields.missing("rotation")
    usual = Rotation.CALENDAR if "calendar" in fields else Rotation.WEEKLY
    rotation = Rotation(fields.choice("rotation", ROTATIONS, usual))
    if rotation is Rotation.CALENDAR:
        return _read_calendar_layer(fields, name, holidays)
    when = _read_when(fields, rotation)
    starts = read_local(fields, "starts", when.clock)
    users = tuple(turn for entry, at in fields.items("users") if (turn := _read_turn(entry, at)) is not None)
    members = [_read_member(entry, at, when.clock) for entry, at in fields.items("members")]
    layer = Layer(
        name=name,
        rotation=rotation,
        starts=starts or SINCE_EVER,
        ends=read_local(fields, "ends") if "ends" in fields else fields.raw("ends"),
        time_zone=fields.zone("time_zone"),
        users=users,
        members=tuple(member for member in members if member is not None),
        handover=when.handovers if len(when.handovers) > 1 else next(iter(when.handovers), None),
        every=fields.integer("every", 1, 365) or 1,
        length=when.length,
        rrule=when.rrule,
        restrict=_read_restrict(fields),
        on_holidays=_read_on_holidays(fields),
        additive=fields.flag("additive"),
        shadow=fields.flag("shadow"),
    )
    fields.done()
    if starts is None or (rotation in _OWN_KEYS and _OWN_KEYS[rotation] not in fields):
        return None
    for error in unsound_in(layer, holidays):
        place.key(error.field or "").refuse(error)
    return layer if users else None


def _read_calendar_layer(fields: Fields, name: str, holidays: str | None) -> Layer | None:
    """One whose shifts are the events of a calendar: it has no turns of its own."""
    if "calendar" not in fields:
        fields.missing("calendar")
    calendar = fields.find_name("calendar")
    layer = Layer(
        name=name,
        rotation=Rotation.CALENDAR,
        calendar=calendar,
        time_zone=fields.zone("time_zone"),
        restrict=_read_restrict(fields),
        on_holidays=_read_on_holidays(fields),
        additive=fields.flag("additive"),
        shadow=fields.flag("shadow"),
    )
    fields.done()
    for error in unsound_in(layer, holidays):
        fields.place.key(error.field or "").refuse(error)
    return layer if calendar is not None else None


def _read_on_holidays(fields: Fields) -> OnHolidays:
    return OnHolidays(fields.choice("on_holidays", [one.value for one in OnHolidays], OnHolidays.ANY))


def _read_when(fields: Fields, rotation: Rotation) -> _When:
    for owner, key in _OWN_KEYS.items():
        if key in fields and rotation is not owner:
            fields.place.key(key).problem(
                f"`{key}` belongs to `rotation: {owner}`, not {rotation}.", "Use `every` for several days or weeks."
            )
    length, rrule = fields.duration("length"), fields.find_text("rrule")
    if rotation in _OWN_KEYS:
        key = _OWN_KEYS[rotation]
        if key not in fields:
            fields.missing(key)
        if "handover" in fields:
            fields.place.key("handover").problem(
                f"A {rotation} rotation hands over by its `{key}`, from `starts` on.",
                "Remove `handover`, give `starts` a time.",
            )
        fields.raw("handover")
        return _When((), length, rrule)
    return _When(_read_handovers(fields, rotation))


def _read_handovers(fields: Fields, rotation: Rotation) -> tuple[Handover, ...]:
    """One, or a list of them; () after a problem."""
    if isinstance(fields.raw("handover"), list):
        texts = list(fields.texts("handover"))
    else:
        texts = [(fields.text("handover"), fields.place.key("handover"))]
    found: list[Handover] = []
    for text, place in texts:
        handover = _handover(text, rotation) if text else None
        if handover is not None:
            found.append(handover)
        elif text:
            place.problem(f"{text!r} is no hand-over of a {rotation} rotation.", f"Write it as {EXAMPLES[rotation]}.")
    return tuple(found)


def _handover(text: str, rotation: Rotation) -> Handover | None:
    *day, clock = text.split()
    at = read_time(clock)
    if at is None:
        return None
    match rotation, day:
        case Rotation.DAILY, []:
            return Handover(at=at)
        case Rotation.WEEKLY, [word] if (weekday := read_weekday(word)) is not None:
            return Handover(at=at, weekday=weekday)
        case Rotation.MONTHLY, [number] if _day_of_month(number) is not None:
            return Handover(at=at, day=_day_of_month(number))
        case Rotation.MONTHLY, [nth, word] if nth.casefold() in _NTH and (weekday := read_weekday(word)) is not None:
            return Handover(at=at, weekday=weekday, nth=_NTH[nth.casefold()])
        case _:
            return None


def _day_of_month(word: str) -> int | None:
    number = whole_number(word, 2)
    return number if number is not None and 1 <= number <= 31 else None


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


def _read_member(value: Any, place: Place, clock: time) -> Member | None:
    """From when until when somebody takes part; a mere date means the hand-over of that day."""
    fields = Fields(value, place, what="A member")
    user = fields.find_name("user")
    if "user" not in fields:
        fields.missing("user")
    since = read_local(fields, "since", clock) if "since" in fields else fields.raw("since")
    until = read_local(fields, "until", clock) if "until" in fields else fields.raw("until")
    fields.done()
    if "since" not in fields and "until" not in fields:
        place.problem("A member without a date is one always.", "Give `since`, `until` or both – or remove this.")
    return None if user is None else Member(user=user, since=since, until=until)


def _read_restrict(fields: Fields) -> tuple[Hours, ...]:
    """One window or a list of them."""
    value = fields.raw("restrict")
    if value is None:
        return ()
    entries = list(fields.items("restrict")) if isinstance(value, list) else [(value, fields.place.key("restrict"))]
    windows = [read_hours(entry, at, "restrict") for entry, at in entries]
    return tuple(window for window in windows if window is not None)
