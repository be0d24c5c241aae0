"""`schedules:` – layers of rotations, public holidays, overrides."""

from __future__ import annotations

from typing import Any

from tocsin.config.fields import Fields, Place
from tocsin.config.sections.layers import read_layer
from tocsin.config.sections.limits import read_limits
from tocsin.config.sections.moments import read_instant
from tocsin.kernel.errors import Invalid
from tocsin.oncall.model import RESERVED_NAMES, Override, Part, Schedule
from tocsin.oncall.public_holidays import check_code
from tocsin.oncall.substitution import check_override


def read_schedule(value: Any, place: Place, default_zone: str | None) -> Schedule:
    """`default_zone` is the organisation's; instants without an offset are in the schedule's zone."""
    fields = Fields(value, place, what="A schedule")
    if "time_zone" not in fields and default_zone is None:
        place.problem("A schedule needs 'time_zone' when no organisation gives one.", "Add `time_zone: Europe/Berlin`.")
    zone = fields.zone("time_zone") or default_zone or "UTC"
    holidays = fields.find_text("holidays")
    if holidays is not None:
        fields.read_with("holidays", check_code, holidays)
    layers = [read_layer(entry, at, holidays) for entry, at in fields.items("layers")]
    names = [layer.name for layer in layers if layer is not None]
    overrides = [read_override(entry, at, zone, names) for entry, at in fields.items("overrides")]
    schedule = Schedule(
        name=fields.name(),
        team=fields.find_name("team"),
        time_zone=zone,
        holidays=holidays,
        layers=tuple(layer for layer in layers if layer is not None),
        overrides=tuple(override for override in overrides if override is not None),
        limits=read_limits(fields.raw("limits"), place.key("limits"), "limits", of_schedule=True),
        managed_by=place.file.name,
    )
    fields.done()
    if schedule.name in RESERVED_NAMES:
        place.key("name").problem(f"{schedule.name!r} is the address of a page of its own.", "Give it another name.")
    if not layers:
        place.problem("A schedule needs at least one layer.", "Add `layers:` with a rotation.")
    for index, name in enumerate(names):
        if name in names[:index]:
            place.key("layers").item(index).problem(f"Two layers are named {name!r}.", "Name each layer once.")
    return schedule


def read_override(value: Any, place: Place, zone: str, layers: list[str]) -> Override | None:
    """Somebody is on call from an instant to another, instead of others or beside them."""
    fields = Fields(value, place, what="An override")
    user = fields.find_name("user") or ""
    if "user" not in fields:
        fields.missing("user")
    starts_at, ends_at = read_instant(fields, "from", zone), read_instant(fields, "to", zone)
    part = Part(fields.choice("part", [one.value for one in Part], Part.INSTEAD))
    layer, instead_of = fields.find_name("layer"), fields.find_name("instead_of")
    reason = fields.find_text("reason") or ""
    fields.done()
    if starts_at is None or ends_at is None:
        return None
    override = Override(
        user=user,
        starts_at=starts_at,
        ends_at=ends_at,
        part=part,
        layer=layer,
        instead_of=instead_of,
        reason=reason,
        managed_by=place.file.name,
    )
    try:
        check_override(override, layers)
    except Invalid as error:
        (place.key(error.field) if error.field in ("layer", "instead_of") else place).refuse(error)
    return override
