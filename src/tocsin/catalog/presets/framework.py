"""`framework`: SEV1 to SEV4 by scope of the outage and by who is hit."""

from __future__ import annotations

from datetime import timedelta

from tocsin.catalog.presets.build import DAY, level, phases, profile, when
from tocsin.catalog.severity import HOUR, MINUTE, Reach

_SAID = {"stability_window": 30 * MINUTE, "phases": phases(5, 10, 30, 60), "schedule_by": 48 * HOUR}

FRAMEWORK = profile(
    "framework",
    level(
        "SEV1",
        1,
        (
            when("service_status", is_="down"),
            when("data_corruption", is_=True),
            when("data_loss_risk", is_="high"),
            when("breach", is_=True),
            when("revenue_impact", is_=("critical", "high")),
            when("customers", is_="all"),
        ),
        response="at once",
        response_time=timedelta(),
        update_cadence=15 * MINUTE,
        team="the full on-call rotation",
        **_SAID,
    ),
    level(
        "SEV2",
        2,
        (
            when("service_status", is_="degraded"),
            when("data_loss_risk", is_="medium"),
            when("feature", is_=("critical", "major")),
            when("customers", is_="several"),
            when("revenue_impact", is_="medium"),
        ),
        response="within 15 minutes",
        response_time=15 * MINUTE,
        update_cadence=30 * MINUTE,
        team="primary on-call and a specialist",
        **_SAID,
    ),
    level(
        "SEV3",
        3,
        (
            when("service_status", is_="slow"),
            when("data_loss_risk", is_="low"),
            when("feature", is_="minor"),
            when("users_affected", at_least=2),
            when("customers", is_="one"),
            when("workaround", is_=True),
            when("revenue_impact", is_="low"),
        ),
        response="within 1 hour",
        response_time=HOUR,
        team="primary on-call",
        **_SAID,
    ),
    level(
        "SEV4",
        4,
        (
            when("service_status", is_="minor"),
            when("data_loss_risk", is_="none"),
            when("feature", is_="cosmetic"),
            when("users_affected", at_most=1),
        ),
        response="next business day",
        response_time=DAY,
        team="business hours",
        page=Reach.BUSINESS_HOURS,
        **_SAID,
    ),
)
