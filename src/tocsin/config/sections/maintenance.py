"""`maintenance:` – services on which somebody works, once or again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tocsin.alerts.maintenance import (
    FREQUENCIES,
    MaintenanceDraft,
    check_maintenance,
    check_rule,
    default_name,
    rule_in_words_of,
)
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.hours import read_days
from tocsin.config.sections.moments import read_instant, read_local
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import local_of, zone_of


def read_maintenance(value: Any, place: Place, default_zone: str | None) -> MaintenanceDraft | None:
    """`default_zone` is the organisation's; a maintenance without `name` is called after its service and its start."""
    fields = Fields(value, place, what="A maintenance")
    services = fields.names("services")
    if not services:
        fields.missing("services")
    own_zone = fields.zone("time_zone")
    zone = own_zone or default_zone or "UTC"
    starts_at, ends_at = read_instant(fields, "from", zone), read_instant(fields, "to", zone)
    if own_zone is None and default_zone is None and not _has_offset(fields):
        place.problem("A maintenance needs 'time_zone' when no organisation gives one.", "Add `time_zone: UTC`.")
    repeat = _read_repeat(fields)
    reason = fields.find_text("reason") or ""
    name = fields.name() if "name" in fields else fields.find_text("name") or ""
    fields.done()
    if starts_at is None or ends_at is None or not services:
        return None
    draft = MaintenanceDraft(
        name=name or default_name(services, local_of(starts_at, zone_of(zone))),
        services=services,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        time_zone=zone,
        repeat=repeat,
        managed_by=place.file.name,
    )
    try:
        return check_maintenance(draft)
    except Invalid as error:
        (place.key(error.field) if error.field in fields.value else place).refuse(error)
        return None


def _has_offset(fields: Fields) -> bool:
    """Whether both instants are the same to every reader, and nothing follows the wall clock."""
    moments = [str(fields.value.get(key, "")) for key in ("from", "to")]
    return "repeat" not in fields and all(_is_exact(moment) for moment in moments)


def _is_exact(moment: str) -> bool:
    try:
        return datetime.fromisoformat(moment).tzinfo is not None
    except ValueError:
        return True  # `read_instant` has said so


def _read_repeat(fields: Fields) -> str | None:
    """`repeat: weekly` with `every`, `days` and `until`, or a recurrence rule that says all of it."""
    word = fields.find_text("repeat")
    every = fields.integer("every", 1, 366) or 1
    days = read_days(fields) if "days" in fields else ()
    until = read_local(fields, "until") if "until" in fields else None
    if word in FREQUENCIES:
        return rule_in_words_of(str(word), every=every, days=days, until=until)
    if word is None and (every != 1 or days or until):
        fields.missing("repeat")
    if word is None:
        return None
    if every != 1 or days or until:
        fields.place.key("repeat").problem(
            "A rule says everything itself.", "Take out `every`, `days` and `until`, or write daily, weekly or monthly."
        )
    return fields.read_with("repeat", check_rule, word)
