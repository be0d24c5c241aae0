"""Who may call what (SEC-1): every route of the API and of the pages, by the least role that it lets in.

A route that is in none of these tables fails `tests/surfaces/test_route_walk.py`: whoever adds one says here who may.
Below one incident nothing has to be said, `least_of` knows: who sees it reads, responders act, and to whom it is
private it does not exist. `docs/reference/permissions.md` is made from this.
"""

from typing import Any

from tests.support.routes import Route
from tocsin.accounts.model import Role

PUBLIC = (
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/{token}",
    "POST /sign-in/{token}",
    "POST /sign-out",
    "POST /theme",
    "GET /assets/{name}",
    "GET /manifest.webmanifest",
    "GET /calendar/{name}",
    "GET /ack/{token}",
    "POST /ack/{token}",
    "POST /ack/{token}/actionable",
    "POST /ack/{token}/not-actionable",
    "POST /ack/{token}/decline",
    "POST /ack/{token}/escalate",
    "POST /ack/{token}/snooze/{minutes}",
)
"""Nobody is asked who they are: they hold the link of a message, the address of a calendar, or nothing that matters."""

VIEWER = (
    "GET /",
    "GET /alerts",
    "GET /alerts/{number}",
    "GET /incidents",
    "GET /maintenance",
    "GET /me/notifications",
    "GET /now/board",
    "GET /now/stream",
    "GET /oncall",
    "GET /oncall/calendar",
    "GET /oncall/compensation.csv",
    "GET /oncall/feeds",
    "GET /oncall/leave",
    "GET /oncall/load",
    "GET /oncall/load.csv",
    "GET /oncall/{schedule}",
    "GET /oncall/{schedule}/handoff",
    "GET /password",
    "GET /people/{name}/why",
    "GET /policies",
    "GET /policies/{name}",
    "GET /search",
    "GET /services",
    "GET /settings",
    "GET /settings/templates",
    "GET /settings/templates/{kind}",
    "GET /silences",
    "GET /silences/preview",
    "GET /silences/{silence_id}",
    "GET /styleguide",
    "GET /swaps",
    "POST /me/notifications/rules",
    "POST /me/notifications/secret",
    "POST /me/notifications/test",
    "POST /oncall/feeds",
    "POST /oncall/feeds/revoke",
    "POST /oncall/{schedule}/readiness/test",
    "POST /password",
    "GET /api/v1/alerts",
    "GET /api/v1/alerts/reasons",
    "GET /api/v1/alerts/{number}",
    "GET /api/v1/calendars",
    "GET /api/v1/channels",
    "GET /api/v1/contacts",
    "GET /api/v1/cover",
    "GET /api/v1/feeds",
    "GET /api/v1/heartbeats",
    "GET /api/v1/history",
    "GET /api/v1/incidents",
    "GET /api/v1/leave",
    "GET /api/v1/maintenance",
    "GET /api/v1/me",
    "GET /api/v1/oncall",
    "GET /api/v1/oncall/calendar",
    "GET /api/v1/oncall/check",
    "GET /api/v1/oncall/compensation",
    "GET /api/v1/oncall/gaps",
    "GET /api/v1/oncall/load",
    "GET /api/v1/oncall/{schedule}/handoff",
    "GET /api/v1/overrides",
    "GET /api/v1/people/{name}/explain",
    "GET /api/v1/readiness",
    "GET /api/v1/search",
    "GET /api/v1/silences",
    "GET /api/v1/stream",
    "GET /api/v1/swaps",
    "GET /api/v1/templates",
    "GET /api/v1/templates/{kind}",
    "POST /api/v1/contacts/{contact}/secret",
    "POST /api/v1/contacts/{contact}/test",
    "POST /api/v1/feeds",
    "POST /api/v1/readiness/test",
    "POST /api/v1/templates/{kind}/preview",
    "PUT /api/v1/contacts/rules",
    "DELETE /api/v1/feeds/{feed}",
)
"""Whoever is signed in: they read what is of their scopes, and look after what is their own."""

RESPONDER = (
    "GET /declare",
    "GET /maintenance/new",
    "GET /oncall/load/proposal",
    "GET /oncall/{schedule}/override",
    "GET /oncall/{schedule}/readiness",
    "GET /silences/new",
    "GET /silences/{silence_id}/edit",
    "GET /swaps/new",
    "POST /declare",
    "POST /maintenance/new",
    "POST /maintenance/{name}/end",
    "POST /oncall/leave",
    "POST /oncall/leave/{number}/end",
    "POST /oncall/load/proposal",
    "POST /oncall/overrides/{number}/end",
    "POST /oncall/{schedule}/handoff/entries",
    "POST /oncall/{schedule}/handoff/strike",
    "POST /oncall/{schedule}/override",
    "POST /oncall/{schedule}/readiness/probe",
    "POST /policies/{name}/simulate",
    "POST /silences/new",
    "POST /silences/{silence_id}/edit",
    "POST /silences/{silence_id}/expire",
    "POST /swaps/new",
    "POST /swaps/{number}/accept",
    "POST /swaps/{number}/decline",
    "POST /swaps/{number}/withdraw",
    "POST /swaps/cover/{number}/take",
    "POST /swaps/cover/{number}/withdraw",
    "GET /api/v1/oncall/load/proposal",
    "GET /api/v1/oncall/{schedule}/readiness",
    "POST /api/v1/cover",
    "POST /api/v1/cover/{number}/take",
    "POST /api/v1/incidents",
    "POST /api/v1/leave",
    "POST /api/v1/maintenance",
    "POST /api/v1/oncall/{schedule}/handoff/entries",
    "POST /api/v1/oncall/{schedule}/readiness/probe",
    "POST /api/v1/overrides",
    "POST /api/v1/silences",
    "POST /api/v1/silences/{silence_id}",
    "POST /api/v1/simulate",
    "POST /api/v1/swaps",
    "POST /api/v1/swaps/{number}/accept",
    "POST /api/v1/swaps/{number}/decline",
    "DELETE /api/v1/cover/{number}",
    "DELETE /api/v1/leave/{number}",
    "DELETE /api/v1/maintenance/{name}",
    "DELETE /api/v1/oncall/{schedule}/handoff/entries/{entry}",
    "DELETE /api/v1/overrides/{number}",
    "DELETE /api/v1/silences/{silence_id}",
    "DELETE /api/v1/swaps/{number}",
)
"""Responders; of another team's schedules less (`test_route_walk.OF_A_TEAM`)."""

MANAGER = (
    "POST /oncall/{schedule}/handoff/accept",
    "POST /oncall/{schedule}/handoff/note",
    "POST /oncall/{schedule}/handoff/sign",
    "POST /settings/templates/{kind}",
    "POST /settings/templates/{kind}/reset",
    "POST /api/v1/config/plan",
    "POST /api/v1/oncall/{schedule}/handoff/accept",
    "POST /api/v1/oncall/{schedule}/handoff/sign",
    "PUT /api/v1/oncall/{schedule}/handoff/note",
    "PUT /api/v1/templates/{kind}",
    "DELETE /api/v1/templates/{kind}",
)
"""Managers; a hand-off also by whose shift it is."""

ADMIN = (
    "GET /new-policy",
    "GET /policies/{name}/edit",
    "GET /settings/audit",
    "GET /settings/audit.csv",
    "GET /settings/audit.jsonl",
    "POST /new-policy",
    "POST /policies/{name}/edit",
    "GET /api/v1/audit",
    "GET /api/v1/audit/chain",
    "GET /api/v1/config/setup",
    "POST /api/v1/config/apply",
)

TABLES: dict[Role, tuple[str, ...]] = {
    Role.VIEWER: VIEWER,
    Role.RESPONDER: RESPONDER,
    Role.MANAGER: MANAGER,
    Role.ADMIN: ADMIN,
}

OF_INCIDENT = ("/incidents/{ref}", "/api/v1/incidents/{ref}")

LATER = "2099-01-05T10:00:00Z"
DOCUMENT: dict[str, Any] = {"files": []}

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/config/apply": DOCUMENT,
    "POST /api/v1/config/plan": DOCUMENT,
    "POST /api/v1/cover": {"schedule": "payments-primary", "shift": {"at": LATER}},
    "POST /api/v1/feeds": {"person": "nobody"},
    "POST /api/v1/incidents": {"title": "Checkout fails"},
    "POST /api/v1/leave": {"starts_at": LATER, "ends_at": "2099-01-06T10:00:00Z"},
    "POST /api/v1/maintenance": {"services": ["checkout"], "ends_at": LATER, "reason": "upgrade"},
    "POST /api/v1/oncall/{schedule}/handoff/entries": {"kind": "watch", "text": "the disk"},
    "PUT /api/v1/oncall/{schedule}/handoff/note": {"note": "all is well"},
    "POST /api/v1/overrides": {"schedule": "payments-primary", "user": "dora", "ends_at": LATER},
    "POST /api/v1/silences": {"matchers": ["a=b"], "ends_at": LATER, "comment": "known"},
    "POST /api/v1/silences/{silence_id}": {"comment": "known"},
    "POST /api/v1/templates/{kind}/preview": {"subject": "x", "body": "y"},
    "PUT /api/v1/templates/{kind}": {"subject": "x", "body": "y"},
    "POST /api/v1/swaps": {"schedule": "payments-primary", "taker": "bob", "gives": {"at": LATER}},
    "POST /api/v1/incidents/{ref}/actionable": {"actionable": True},
    "POST /api/v1/incidents/{ref}/members": {"names": ["bob"]},
    "POST /api/v1/incidents/{ref}/private": {"reason": "a customer is named"},
    "POST /api/v1/incidents/{ref}/reassign": {"to": "bob"},
    "POST /api/v1/incidents/{ref}/responders": {"names": ["bob"]},
    "POST /api/v1/incidents/{ref}/roles": {"role": "commander", "user": "bob"},
    "POST /api/v1/incidents/{ref}/severity": {"severity": "SEV-2", "reason": "worse"},
    "POST /api/v1/incidents/{ref}/snooze": {"minutes": 30},
    "POST /api/v1/incidents/{ref}/status": {"status": "investigating"},
    "POST /api/v1/incidents/{ref}/tasks": {"text": "restart it"},
    "POST /api/v1/incidents/{ref}/timeline": {"text": "looked"},
    "POST /api/v1/incidents/{ref}/timeline/{entry}/correct": {"text": "looked"},
    "POST /incidents/{ref}/actionable": {"actionable": "yes"},
    "POST /incidents/{ref}/notes": {"text": "looked"},
    "POST /incidents/{ref}/tasks": {"text": "restart it"},
    "POST /incidents/{ref}/private": {"reason": "a customer is named"},
    "POST /incidents/{ref}/reassign": {"to": "bob"},
    "POST /incidents/{ref}/snooze": {"minutes": "30"},
    "POST /incidents/{ref}/status": {"status": "investigating"},
    "POST /oncall/{schedule}/handoff/entries": {"kind": "watch", "text": "the disk"},
    "POST /oncall/{schedule}/handoff/strike": {"entry": "1"},
}
"""What a call has to say so that it is not refused for that. Below an incident it may be left out: then what is wrong
with the body is said first, whoever asks and whatever there is.
"""


def least_of(route: Route) -> Role | None:
    """The least role that this route lets in, None: anybody at all. Raises LookupError for one that nobody names."""
    if str(route) in PUBLIC:
        return None
    for role, routes in TABLES.items():
        if str(route) in routes:
            return role
    if any(route.path == path or route.path.startswith(f"{path}/") for path in OF_INCIDENT):
        return Role.VIEWER if route.method == "GET" else Role.RESPONDER
    raise LookupError(f"{route} is in no table of {__name__}: say there which role it lets in")
