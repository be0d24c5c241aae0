"""A schedule for tests, put in place through the use case: weeks from Monday 09:00, one person after the other."""

from datetime import datetime, time

from tocsin.catalog.oncall_limits import Limits
from tocsin.db.database import Database
from tocsin.oncall.model import Handover, Layer, Rotation, Schedule
from tocsin.oncall.service import put_schedule


def weeks(*users: str, name: str = "week") -> Layer:
    """From 5 January 2026 on; several names with commas hold a turn together."""
    return Layer(
        name=name,
        rotation=Rotation.WEEKLY,
        starts=datetime(2026, 1, 5, 9),  # noqa: DTZ001  local to the schedule's zone
        users=tuple(tuple(turn.split(",")) for turn in users),
        handover=Handover(at=time(9), weekday=0),
    )


async def rotate(
    db: Database, *users: str, name: str = "primary", team: str | None = "payments", time_zone: str = "UTC"
) -> None:
    """A schedule whose turns these are, with no limit to how long or how often somebody is on call."""
    free = Limits(days_in_a_row=None, days_between=None)
    async with db.transaction() as tx:
        await put_schedule(
            tx, Schedule(name=name, time_zone=time_zone, layers=(weeks(*users),), team=team, limits=free)
        )
