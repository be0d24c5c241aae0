"""Every alert has exactly one heading under which it is listed and counted (ALR-8)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tocsin.alerts.maintenance import Cover
from tocsin.alerts.model import Alert, Disposition, State, Urgency
from tocsin.alerts.outcome import Outcome, count_outcomes, outcome_of

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

COVER = Cover(1, "checkout", "upgrade", "minor upgrade", NOW, NOW)


def alert(**given: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": 1, "integration": "prometheus", "integration_id": 1, "identity": "0" * 32, "occurrence": 1,
        "state": State.FIRING, "labels": {"alertname": "Slow"}, "annotations": {}, "title": "Slow", "summary": "",
        "url": "", "severity_hint": "", "starts_at": NOW, "received_at": NOW, "updated_at": NOW, "last_seen_at": NOW,
        "lease_until": None, "ended_at": None, "ended_by": None, "acknowledged_at": None, "repeat_count": 0,
        "disposition": Disposition.ROUTED, "reason": "route 1 sends it to checkout", "route": 1, "service": "checkout",
        "severity": None, "urgency": Urgency.HIGH, "policy": None, "group_id": None, "group_labels": {},
        "muted_reason": None, "silenced_by": [], "inhibited_by": [], "scope_id": 1,
    }  # fmt: skip
    return Alert(**(fields | given))


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"group_id": 7}, Outcome.PAGED),
        ({"group_id": 7, "state": State.RESOLVED}, Outcome.PAGED),
        ({"group_id": 7, "urgency": Urgency.LOW}, Outcome.LOW_URGENCY),
        ({"group_id": 7, "muted_reason": "silenced", "silenced_by": ["x"]}, Outcome.PAGED),
        ({"muted_reason": "silenced by @alice", "silenced_by": ["x"]}, Outcome.SILENCED),
        ({"muted_reason": "silenced", "silenced_by": ["x"], "inhibited_by": [3]}, Outcome.SILENCED),
        ({"muted_reason": "inhibited", "inhibited_by": [3]}, Outcome.INHIBITED),
        ({"muted_reason": "inhibited", "inhibited_by": [3], "state": State.RESOLVED}, Outcome.INHIBITED),
        ({"muted_reason": f"held: {COVER}"}, Outcome.MAINTENANCE),
        ({"muted_reason": f"held: {COVER}", "state": State.RESOLVED}, Outcome.MAINTENANCE),
        ({"muted_reason": "something else"}, Outcome.MUTED),
        ({"disposition": Disposition.HELD}, Outcome.HELD),
        ({"disposition": Disposition.DROPPED}, Outcome.DROPPED),
        ({"state": State.RESOLVED, "muted_reason": "it was over"}, Outcome.UNSEEN),
        ({"state": State.RESOLVED}, Outcome.UNSEEN),
        ({}, Outcome.WAITING),
    ],
)
def test_where_it_went_in_one_word(given: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(alert(**given)) is outcome


def test_counts_come_in_the_order_of_the_words_and_leave_none_out() -> None:
    alerts = [alert(disposition=Disposition.DROPPED), alert(group_id=1), alert(group_id=1), alert()]
    counts = count_outcomes(alerts)
    assert list(counts.items()) == [(Outcome.PAGED, 2), (Outcome.DROPPED, 1), (Outcome.WAITING, 1)]
    assert sum(counts.values()) == len(alerts)
