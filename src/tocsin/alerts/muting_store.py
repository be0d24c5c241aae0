"""The one statement that reads everything which may mute an alert: grouping asks for it with every batch."""

from datetime import datetime
from typing import Any, LiteralString

import msgspec

from tocsin.alerts.maintenance import Maintenance
from tocsin.alerts.silence_store import SilenceRow
from tocsin.db.rows import struct_row
from tocsin.kernel.questions import Question

LOAD: LiteralString = """
    select
        array(select to_jsonb(s) from silence s where ends_at > %(now)s and starts_at <= %(now)s
              order by ends_at, starts_at, id) as silences,
        array(select to_jsonb(m) from maintenance m
              where starts_at <= %(now)s and (ended_at is null or ended_at > %(now)s)
                and (repeat is not null or ends_at > %(now)s) order by id) as maintenances,
        array(select definition from inhibition order by position) as inhibitions
"""


class InForce(msgspec.Struct, frozen=True):
    """Silences that are active, maintenance of which a window may be under way, the rules of inhibition as they were
    written."""

    silences: list[SilenceRow]
    maintenances: list[Maintenance]
    inhibitions: list[dict[str, Any]]


def in_force_at(now: datetime) -> Question[InForce]:
    return Question(LOAD, {"now": now}, _only_row, struct_row(InForce))


def _only_row(rows: list[InForce]) -> InForce:
    [row] = rows  # a select without a table gives one row
    return row
