"""`classic`: SEV1 to SEV4 by what is broken."""

from __future__ import annotations

from tocsin.catalog.presets.build import DAY, level, phases, profile, when
from tocsin.catalog.severity import HOUR, MINUTE, Targets

_POSTMORTEM = {"schedule_by": 48 * HOUR, "publish_by": 72 * HOUR}

CLASSIC = profile(
    "classic",
    level(
        "SEV1",
        1,
        (
            when("service_status", is_="down"),
            when("data_corruption", is_=True),
            when("data_loss_risk", is_="high"),
            when("breach", is_=True),
        ),
        response="within 15 minutes",
        response_time=15 * MINUTE,
        update_cadence=15 * MINUTE,
        phases=phases(15, 60),
        targets=Targets(5 * MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR),
        **_POSTMORTEM,
    ),
    level(
        "SEV2",
        2,
        (when("service_status", is_=("degraded", "slow")), when("data_loss_risk", is_="medium")),
        response="within 30 minutes",
        response_time=30 * MINUTE,
        update_cadence=30 * MINUTE,
        phases=phases(30, 120),
        **_POSTMORTEM,
    ),
    level(
        "SEV3",
        3,
        (when("feature", is_=("critical", "major", "minor")), when("data_loss_risk", is_="low")),
        response="within 4 hours",
        response_time=4 * HOUR,
    ),
    level(
        "SEV4",
        4,
        (
            when("feature", is_="cosmetic"),
            when("service_status", is_="minor"),
            when("data_loss_risk", is_="none"),
        ),
        response="next business day",
        response_time=DAY,
    ),
    mttr_from="detected",
    postmortem_completion=100,
)
