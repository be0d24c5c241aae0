"""`command`: SEV-1 to SEV-4 for organisations that run incidents by an incident commander."""

from __future__ import annotations

from datetime import timedelta

from tocsin.catalog.presets.build import level, profile, when
from tocsin.catalog.severity import HOUR, MINUTE

_TOP = {"update_cadence": 15 * MINUTE, "tell_stakeholders": True, "schedule_by": 72 * HOUR, "publish_by": 120 * HOUR}

COMMAND = profile(
    "command",
    level(
        "SEV-1",
        1,
        (
            when("service_status", is_="down"),
            when("data_corruption", is_=True),
            when("data_loss_risk", is_="high"),
            when("breach", is_=True),
        ),
        response="at once",
        response_time=timedelta(),
        **_TOP,
    ),
    level(
        "SEV-2",
        2,
        (
            when("service_status", is_="degraded"),
            when("feature", is_="critical"),
            when("error_rate", at_least=10),
            when("data_loss_risk", is_="medium"),
        ),
        response="within 15 minutes",
        response_time=15 * MINUTE,
        **_TOP,
    ),
    level(
        "SEV-3",
        3,
        (
            when("service_status", is_="slow"),
            when("feature", is_="major"),
            when("error_rate", at_least=1),
            when("data_loss_risk", is_="low"),
        ),
        response="within 1 hour",
        response_time=HOUR,
    ),
    level(
        "SEV-4",
        4,
        (
            when("service_status", is_="minor"),
            when("feature", is_=("minor", "cosmetic")),
            when("error_rate", below=1),
            when("data_loss_risk", is_="none"),
        ),
        response="within 4 hours",
        response_time=4 * HOUR,
    ),
)
