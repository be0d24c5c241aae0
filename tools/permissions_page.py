"""Makes `docs/reference/permissions.md` from the tables that the tests walk every route by."""

from collections.abc import Iterator

from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.support.applications import application
from tests.support.permissions import least_of
from tests.support.routes import Route, list_routes

from tocsin.accounts.model import GRANTS, Permission, Role
from tocsin.db.database import Database
from tocsin.kernel.live import Hub

PAGE = """\
# Who may do what

*Made from the program by `make docs`; do not edit.*

Two questions are asked of every call, in this order. **Does it exist for you?** What lies outside the circles that
you belong to is answered as if it did not exist: a private incident has a circle of its own, and nobody is let past
it, administrators included. **Is your role enough?** Each role may do what the ones before it may; an API token
acts with the lower of its own and its owner's role at that moment. A refused attempt is on the audit log.

| role | may, beside what the roles before it may |
| --- | --- |
| `viewer` | read, and look after what is their own: notifications, calendar addresses, tokens, password |
| `responder` | declare, acknowledge, work on incidents, silence, put into maintenance, take part in schedules |
| `manager` | change what is about others: shifts, hand-offs, wordings; see what a configuration would change |
| `admin` | apply a configuration, change policies, people and their roles, read the audit log |

## Teams

- **Shifts** – overrides, swaps, requests for cover, leave: one's own by oneself; those of others by a lead of the
  schedule's team, or a manager.
- **Hand-offs** are written by whose shift ends and accepted by whose shift begins; a lead of the team or a manager
  may do it for them.
- **Load and readiness** are about people: a responder reads those of their own teams, a viewer only their own, a
  manager all.
- **Services, policies, teams, schedules, routes** are changed by administrators, and where a file manages them by
  that file alone.
- **Incidents** are everybody's: any responder works on any incident that they see.

## Private incidents

Its members see it: who declared it, whom they let in, and whoever is called or given a role – in the same moment.
Any member who may respond lets others in or out. Nobody else finds it in a list, search, feed, stream, metric, mail
or the audit log; an administrator sees how many audit entries they do not see.
[How to decide who may do and see what](../howto/access.md).

"""


def render_permissions() -> str:
    """The page: the words above, then every call of the API by the least role."""
    db = Database("")
    app = application(db, Hub(db))
    summaries = dict(_summaries(app))
    lines = [PAGE + "## The API, call by call\n"]
    for role in Role:
        rows = [route for route in list_routes(app) if route in summaries and least_of(route) is role]
        if rows:
            lines.append(f"### {role.value}\n\n| call | what it does |\n| --- | --- |")
            lines += [f"| `{route}` | {summaries[route]} |" for route in rows]
            lines.append("")
    lines.append("## What a role grants, as the program asks for it\n\n| permission | from role |\n| --- | --- |")
    lines += [f"| `{permission.value}` | `{GRANTS[permission].value}` |" for permission in Permission]
    return "\n".join(lines) + "\n"


def _summaries(app: Litestar) -> Iterator[tuple[Route, str]]:
    """What each call of the API says of itself."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/"):
            for handler in route.route_handlers:
                for method in handler.http_methods:
                    yield Route(str(method), route.path_format), handler.summary or ""
