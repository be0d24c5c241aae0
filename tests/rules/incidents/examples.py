"""An incident as a value, for rules: whatever a test does not say is that of a page at three in the morning."""

from datetime import UTC, datetime
from typing import Any

from tocsin.delivery.model import Urgency
from tocsin.incidents.model import DetectionSource, Incident, Status

T0 = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def incident(**changes: Any) -> Incident:
    known: dict[str, Any] = {
        "id": 42,
        "number": 7,
        "title": "Checkout fails",
        "status": Status.TRIGGERED,
        "severity": "SEV-3",
        "urgency": Urgency.HIGH,
        "source": DetectionSource.MONITORING_ALERT,
        "reason": "Route 1 matched",
        "declared_by": "tocsin",
        "policy": "payments",
        "services": ("checkout",),
        "alerts": 1,
        "alert_group_id": 9,
        "scope_id": 1,
        "is_private": False,
        "is_drill": False,
        "started_at": T0,
        "detected_at": T0,
        "declared_at": T0,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "identified_at": None,
        "mitigated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "summary": None,
        "resolution": None,
        "root_cause": None,
    }
    return Incident(**known | changes)
