"""Overrides on the wire: who takes over a schedule, or a part of it, for a while (ONC-1)."""

from datetime import datetime

import msgspec

from tocsin.oncall.change_model import Placed
from tocsin.surfaces.wire.body import Body


class Override(msgspec.Struct, kw_only=True):
    """`part`: `instead` of whoever is on call, `beside` them, or a `shadow`, who is shown and not paged. `layer` and
    `instead_of` narrow what is taken over. `managed_by` is the file that alone may change it, `swap_id` the agreed
    swap that it comes from. Times are to be shown in `time_zone`, the schedule's."""

    id: int
    schedule: str
    time_zone: str
    user: str
    starts_at: datetime
    ends_at: datetime
    part: str
    layer: str | None
    instead_of: str | None
    reason: str
    created_by: str
    managed_by: str | None
    swap_id: int | None


class OverrideList(msgspec.Struct, kw_only=True):
    overrides: list[Override]


class OverrideRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """From now on by default, and instead of whoever is on call. `anyway`: why it is meant though the checker says that
    it breaks something."""

    schedule: str
    user: str
    ends_at: datetime
    starts_at: datetime | None = None
    part: str = "instead"
    layer: str | None = None
    instead_of: str | None = None
    reason: str = ""
    anyway: str | None = None


def override(placed: Placed) -> Override:
    one = placed.override
    return Override(
        id=one.id or 0,
        schedule=placed.schedule,
        time_zone=placed.time_zone,
        user=one.user,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        part=one.part.value,
        layer=one.layer,
        instead_of=one.instead_of,
        reason=one.reason,
        created_by=one.created_by,
        managed_by=one.managed_by,
        swap_id=one.swap_id,
    )
