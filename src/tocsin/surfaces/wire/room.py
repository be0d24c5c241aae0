"""What is said of a room on the wire: what was found to be wrong."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.incidents.model import Finding as StoredFinding
from tocsin.kernel.ids import incident_ref


class Finding(msgspec.Struct, kw_only=True):
    """What is wrong by which rule, and what mends it; `settled_at` null: it still is."""

    rule: str
    text: str
    remedy: str
    raised_at: datetime
    settled_at: datetime | None


class FindingList(msgspec.Struct, kw_only=True):
    incident: str
    findings: list[Finding]


def findings(number: int, found: Sequence[StoredFinding]) -> FindingList:
    return FindingList(
        incident=incident_ref(number),
        findings=[
            Finding(
                rule=each.rule,
                text=each.text,
                remedy=each.remedy,
                raised_at=each.raised_at,
                settled_at=each.settled_at,
            )
            for each in found
        ],
    )
