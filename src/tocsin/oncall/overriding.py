"""What makes an override sound, and what becomes of one that is ended. Pure; whom it moves is `moving`'s."""

from datetime import datetime, timedelta

import msgspec

from tocsin.kernel.errors import Invalid, Refused
from tocsin.oncall import moving, words
from tocsin.oncall.change_model import Interval, OverrideDraft
from tocsin.oncall.model import Override, Part, Schedule

LONGEST = timedelta(days=366)
LONGEST_REASON = 500


def decide_override(schedule: Schedule, draft: OverrideDraft, by: str, now: datetime) -> Override:
    """The override that a draft means; what has passed of it stays as it was. Raises Invalid that names the field."""
    span = check_span(draft.starts_at or now, draft.ends_at, now)
    check_reason(draft.reason)
    if draft.layer is not None and draft.layer not in (layer.name for layer in schedule.layers):
        known = ", ".join(layer.name for layer in schedule.layers)
        raise Invalid(
            f"{schedule.name} has no layer {draft.layer[:80]!r}.",
            f"Name one of: {known or 'it has none'}.",
            field="layer",
        )
    if draft.instead_of is not None:
        _check_replaced(schedule, draft, span)
    override = Override(
        user=draft.user,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        created_by=by,
        part=draft.part,
        layer=draft.layer,
        instead_of=draft.instead_of,
        reason=draft.reason.strip(),
    )
    _check_new(schedule, override)
    return override


def _check_new(schedule: Schedule, wanted: Override) -> None:
    """Raises Invalid for one that stands already: of two that say the same, ending one would end nothing."""
    for one in schedule.overrides:
        if _essence(one) == _essence(wanted):
            raise Invalid(
                f"The override {one.id} says the same already.",
                f"There is nothing to do; to change it, end that one first: tocsin override end {one.id}",
                field="user",
            )


def _essence(one: Override) -> tuple[object, ...]:
    """Who, when and how; not by whom and why."""
    return one.user, one.starts_at, one.ends_at, one.part, one.layer, one.instead_of


def check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> Interval:
    """The part of a span that is still to come. Raises Invalid for one that ends before it begins or before now, or
    is longer than a year."""
    if ends_at <= starts_at:
        raise Invalid("It would end before it begins.", "Give an end later than the beginning.", field="ends_at")
    if ends_at <= now:
        raise Invalid("It would be over already.", "Give an end that is still to come.", field="ends_at")
    if ends_at - max(starts_at, now) > LONGEST:
        raise Invalid(
            "It would last longer than a year.", "Give a nearer end, or change the schedule itself.", field="ends_at"
        )
    return Interval(max(starts_at, now), ends_at)


def check_reason(reason: str) -> None:
    """Raises Invalid for a reason that is a letter rather than a line."""
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"A reason has {LONGEST_REASON} characters at most.", "Say it shorter.", field="reason")


def decide_ending(override: Override, now: datetime) -> datetime | None:
    """The end it gets: now for one under way, None for a future one, of which nothing is left. Raises Refused."""
    if override.managed_by is not None:
        raise Refused(
            f"The override {override.id} is managed by {override.managed_by}.",
            f"Change {override.managed_by} and run: tocsin apply",
        )
    return now if override.starts_at < now else None


def after_ending(schedule: Schedule, override_id: int | None, ends_at: datetime | None) -> Schedule:
    """The schedule once one of its overrides has this end, or is gone."""
    kept = [
        msgspec.structs.replace(one, ends_at=ends_at) if one.id == override_id and ends_at is not None else one
        for one in schedule.overrides
        if one.id != override_id or ends_at is not None
    ]
    return msgspec.structs.replace(schedule, overrides=tuple(kept))


def sentence(schedule: Schedule, override: Override) -> str:
    """`bob is on call in payments-primary instead of alice, Mon … to Mon … (CET): dentist`."""
    where = schedule.name if override.layer is None else f"the layer {override.layer} of {schedule.name}"
    match override.part:
        case Part.INSTEAD:
            how = f"is on call in {where}" + (f" instead of {override.instead_of}" if override.instead_of else "")
        case Part.BESIDE:
            how = f"is on call in {where} beside whoever else is"
        case Part.SHADOW:
            how = f"is a shadow in {where} and is not paged"
    when = words.span(Interval(override.starts_at, override.ends_at), schedule.time_zone)
    why = f": {override.reason}" if override.reason else ""
    return f"{override.user} {how}, {when}{why}"


def _check_replaced(schedule: Schedule, draft: OverrideDraft, span: Interval) -> None:
    if draft.part is not Part.INSTEAD:
        raise Invalid(
            f"Who is on call {draft.part} somebody replaces nobody.",
            "Leave out whom it is instead of.",
            field="instead_of",
        )
    if draft.instead_of == draft.user:
        raise Invalid("Nobody replaces themselves.", "Name somebody else.", field="instead_of")
    if draft.instead_of is not None and moving.first_time_of(schedule, draft.instead_of, span) is None:
        raise Invalid(
            f"{draft.instead_of} is not on call in {schedule.name} in that time.",
            "See who is with: tocsin oncall",
            field="instead_of",
        )
