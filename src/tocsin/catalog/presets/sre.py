"""`sre`, the default: graded by share of users, revenue per hour and the SLA."""

from __future__ import annotations

from tocsin.catalog.presets.build import CHOSEN_CRITERIA, by_share, level, phases, profile, when
from tocsin.catalog.severity import HOUR, MINUTE, Postmortem, Reach, Targets

_USERS = by_share("users_affected_share")
_REVENUE = CHOSEN_CRITERIA["revenue_per_hour"]
_SLA = CHOSEN_CRITERIA["sla_at_risk"]
_POSTMORTEM = {"schedule_by": 48 * HOUR, "publish_by": 72 * HOUR}
_PHASES = phases(5, 60)

SRE = profile(
    "sre",
    level(
        "SEV-1",
        1,
        (_USERS[1], _REVENUE[1], _SLA[1]),
        response="at once, 24/7",
        update_cadence=15 * MINUTE,
        phases=_PHASES,
        team="all hands",
        stability_window=15 * MINUTE,
        targets=Targets(5 * MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR),
        postmortem=Postmortem.REQUIRED,
        **_POSTMORTEM,
    ),
    level(
        "SEV-2",
        2,
        (_USERS[2], _REVENUE[2], _SLA[2]),
        response="urgent",
        update_cadence=30 * MINUTE,
        phases=_PHASES,
        team="the specialised team",
        stability_window=15 * MINUTE,
        targets=Targets(5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR),
        **_POSTMORTEM,
    ),
    level(
        "SEV-3",
        3,
        (_USERS[3], _REVENUE[3]),
        response="standard on-call",
        phases=_PHASES,
        team="standard on-call",
        page=Reach.WAKE,
        stability_window=15 * MINUTE,
        **_POSTMORTEM,
    ),
    level(
        "SEV-4",
        4,
        (_USERS[4], _REVENUE[4], _SLA[4], when("internal_only", is_=True), when("workaround", is_=True)),
        response="business hours",
        phases=_PHASES,
        team="business hours",
        page=Reach.BUSINESS_HOURS,
        stability_window=15 * MINUTE,
        **_POSTMORTEM,
    ),
    reassess_every=30 * MINUTE,
)
