"""`p-levels`: P0 to P3, the worst of users, service, data and revenue."""

from __future__ import annotations

from tocsin.catalog.presets.build import CHOSEN_CRITERIA, DAY, level, profile
from tocsin.catalog.severity import HOUR, MINUTE, Criterion, Escalation, Phase, Postmortem, Reach, Targets

_GRADED = ("users_affected_share", "service_status", "data_loss_risk", "revenue_impact")
_PHASES = (
    Phase("respond", 0 * MINUTE, 5 * MINUTE),
    Phase("assess", 5 * MINUTE, 15 * MINUTE),
    Phase("mitigate", 15 * MINUTE, 60 * MINUTE),
    Phase("monitor", 60 * MINUTE, 90 * MINUTE),
)


def _criteria(rank: int) -> tuple[tuple[Criterion, ...], ...]:
    return tuple(CHOSEN_CRITERIA[fact][rank] for fact in _GRADED)


P_LEVELS = profile(
    "p-levels",
    level(
        "P0",
        1,
        _criteria(1),
        response="within 15 minutes",
        response_time=15 * MINUTE,
        update_cadence=15 * MINUTE,
        phases=_PHASES,
        stability_window=30 * MINUTE,
        escalations=(
            Escalation("group:leadership", 15 * MINUTE),
            Escalation("group:executives", HOUR, since="impact"),
        ),
        page=Reach.WAKE,
        mail_customers=True,
        postmortem=Postmortem.REQUIRED,
        schedule_by=48 * HOUR,
        targets=Targets(5 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR),
    ),
    level(
        "P1",
        2,
        _criteria(2),
        response="within 1 hour",
        response_time=HOUR,
        update_cadence=30 * MINUTE,
        phases=_PHASES,
        stability_window=30 * MINUTE,
        escalations=(Escalation("lead:", HOUR),),
        postmortem=Postmortem.REQUIRED,
        schedule_by=48 * HOUR,
        targets=Targets(5 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR),
    ),
    level(
        "P2",
        3,
        _criteria(3),
        response="within 4 hours",
        response_time=4 * HOUR,
        phases=_PHASES,
        stability_window=30 * MINUTE,
        team="a ticket for the team",
        page=Reach.TICKET,
    ),
    level(
        "P3",
        4,
        _criteria(4),
        response="within 24 hours",
        response_time=DAY,
        phases=_PHASES,
        stability_window=30 * MINUTE,
        team="a ticket for the team",
        page=Reach.TICKET,
    ),
)
