"""Who there is in the demo: five teams, their people and schedules, twenty services. As a configuration file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count, takewhile
from typing import NamedTuple

from tocsin.kernel.localtime import instant_of, zone_of

YOU = "alice"
"""Whoever looks at the demo is signed in as this person."""

SILENT = "yasmin"
"""Has answered no test yet."""

KEY = "demo-prometheus-key-0123456789"
"""Of the demo's own intake, which listens on this machine only."""

DRILL = "tocsin-demo"
"""The service of the drill at the end."""

HANDOVER = time(9)
"""On Mondays, on the clock of the team."""

PROFILE = "sre"
LEVELS = ("SEV-1", "SEV-2", "SEV-3", "SEV-4")


class DemoTeam(NamedTuple):
    """A team, where its people live, and what it owns."""

    name: str
    zone: str
    lead: str
    members: tuple[str, ...]
    services: tuple[DemoService, ...]


class DemoService(NamedTuple):
    """`tier` 1 matters most; `slo` as a file writes it, empty: nothing is promised."""

    name: str
    tier: int
    depends_on: tuple[str, ...] = ()
    slo: str = ""


TEAMS = (
    DemoTeam(
        "payments",
        "Europe/Berlin",
        "carol",
        ("alice", "bob", "dave", "erin"),
        (
            DemoService("checkout", 1, ("payments-api", "cart"), "{availability: 99.9%, window: month}"),
            DemoService("payments-api", 1, ("payments-db",), "{availability: 99.95%, window: 30d}"),
            DemoService("payments-db", 1),
            DemoService("invoicing", 3, ("payments-db",)),
        ),
    ),
    DemoTeam(
        "storefront",
        "Europe/London",
        "frank",
        ("grace", "heidi", "ivan", "judy"),
        (
            DemoService("web-shop", 1, ("catalogue", "cart"), "{availability: 99.9%, window: 30d}"),
            DemoService("mobile-api", 1, ("cart", "accounts"), "{availability: 99.5%, window: 30d}"),
            DemoService("cart", 1, ("session-store",), "{availability: 99.9%, window: 90d}"),
            DemoService("newsletter", 4),
        ),
    ),
    DemoTeam(
        "discovery",
        "Europe/Madrid",
        "kim",
        ("leo", "mallory", "nina", "oscar"),
        (
            DemoService("search", 2, ("search-index",), "{availability: 99.5%, window: month}"),
            DemoService("search-index", 2),
            DemoService("catalogue", 2, ("search-index",)),
            DemoService("recommendations", 3, ("warehouse",)),
        ),
    ),
    DemoTeam(
        "platform",
        "America/New_York",
        "peggy",
        ("quinn", "rupert", "sybil", "trent"),
        (
            DemoService("edge", 1, (), "{availability: 99.99%, window: 90d}"),
            DemoService("accounts", 1, ("session-store",), "{availability: 99.9%, window: 30d}"),
            DemoService("session-store", 1),
            DemoService("build", 4),
        ),
    ),
    DemoTeam(
        "data",
        "Asia/Kolkata",
        "uma",
        ("victor", "wendy", "xavier", "yasmin"),
        (
            DemoService("warehouse", 3, ("event-bus",)),
            DemoService("event-bus", 2, (), "{availability: 99.5%, window: 30d}"),
            DemoService("reporting", 4, ("warehouse",)),
            DemoService("fraud-scores", 2, ("event-bus",)),
        ),
    ),
)


def configuration(began: date) -> str:
    """The file that `tocsin apply` would take; rotations began on the Monday before `began`."""
    monday = _monday_before(began)
    sections = {
        "users": [_user(name, team) for team in TEAMS for name in (*team.members, team.lead)],
        "teams": [f"{{name: {team.name}, members: {_list(team.members)}, leads: [{team.lead}]}}" for team in TEAMS],
        "schedules": [_schedule(team, monday) for team in TEAMS],
        "escalation_policies": [*map(_policy, TEAMS), _drill_policy()],
        "services": [*(_service(one, team) for team in TEAMS for one in team.services), _drill_service()],
        "integrations": [f'{{name: prometheus, type: prometheus, key: "{KEY}"}}'],
        "routes": [
            f"{{match: ['drill=\"true\"'], service: {DRILL}, severity: SEV-3, group_by: [alertname, drill, round]}}",
            *(f"{{match: ['level=\"{level}\"'], severity: {level}, continue: true}}" for level in LEVELS),
            *(_route(one) for team in TEAMS for one in team.services),
        ],
    }
    lines = [f"organisation: {{name: Example Shop, time_zone: Europe/Berlin, severity_profile: {PROFILE}}}"]
    for section, entries in sections.items():
        lines += [f"{section}:", *(f"  - {entry}" for entry in entries)]
    return "\n".join([*lines, "default_route: {service: edge}", ""])


def handovers(team: DemoTeam, began: datetime, until: datetime) -> list[datetime]:
    """When each week of the team's rotation begins, of a configuration of the day `began`, the first before it."""
    first, zone = datetime.combine(_monday_before(began.date()), HANDOVER), zone_of(team.zone)
    weeks = (instant_of(first + timedelta(weeks=n), zone) for n in count())
    return list(takewhile(lambda at: at < until, weeks))


def holder_of(team: DemoTeam, week: int) -> str:
    """Who is on call that week, from 0, if nobody has changed it."""
    return team.members[week % len(team.members)]


def schedule_of(team: DemoTeam) -> str:
    return f"{team.name}-primary"


def _monday_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _route(one: DemoService) -> str:
    return f"{{match: ['service=\"{one.name}\"'], service: {one.name}, group_by: [alertname, service, pod]}}"


def _user(name: str, team: DemoTeam) -> str:
    role = "admin" if name == YOU else "manager" if name == team.lead else "responder"
    return (
        f"{{name: {name}, email: {name}@shop.example, role: {role}, time_zone: {team.zone},"
        f" senior: {str(name in (team.members[0], team.members[-1])).lower()}}}"
    )


def _schedule(team: DemoTeam, monday: date) -> str:
    return (
        f"{{name: {schedule_of(team)}, team: {team.name}, time_zone: {team.zone}, layers: [{{name: week,"
        f' rotation: weekly, handover: "Monday {HANDOVER:%H:%M}", starts: {monday}, users: {_list(team.members)}}}]}}'
    )


def _policy(team: DemoTeam) -> str:
    return (
        f'{{name: {team.name}, repeat: 1, steps: [{{notify: ["schedule:{schedule_of(team)}"], wait: 5m}},'
        f' {{notify: ["user:{team.lead}"], wait: 10m}}], last_resort: ["team:{team.name}"]}}'
    )


def _drill_policy() -> str:
    return f'{{name: drill, repeat: 1, steps: [{{notify: ["user:{YOU}"], wait: 30m}}]}}'


def _service(one: DemoService, team: DemoTeam) -> str:
    slo = f", slo: {one.slo}" if one.slo else ""
    depends = f", depends_on: {_list(one.depends_on)}" if one.depends_on else ""
    return f"{{name: {one.name}, team: {team.name}, escalation_policy: {team.name}, tier: {one.tier}{depends}{slo}}}"


def _drill_service() -> str:
    return f"{{name: {DRILL}, team: payments, escalation_policy: drill, tier: 4}}"


def _list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(names)}]"


def lead_of(service: DemoService) -> str:
    return next(team.lead for team in TEAMS if service in team.services)
