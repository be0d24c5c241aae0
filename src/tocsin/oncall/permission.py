"""Who may change whose shifts: one's own by oneself, those of others by a lead of the team, a manager or an admin."""

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Role, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden


def require_responder(viewer: Viewer) -> None:
    """Asked first: whoever may change nothing learns nothing either of what there is. Raises Forbidden."""
    viewer.require(Permission.SCHEDULE, "change who is on call")


async def leads(conn: Conn, viewer: Viewer, team: str | None) -> bool:
    """Whether somebody may act for everybody in this team's schedules."""
    if viewer.role.rank >= Role.MANAGER.rank:
        return True
    found = await accounts.find_team(conn, team) if team is not None else None
    return found is not None and viewer.name in found.leads


async def require(conn: Conn, viewer: Viewer, team: str | None, own: str, what: str) -> None:
    """Raises Forbidden unless the viewer is `own`, whose business it is, or may act for others; `what` completes
    "@bob may not …"."""
    if viewer.name != own and not await leads(conn, viewer, team):
        raise _only_leads(viewer, what, team)


async def require_lead(conn: Conn, viewer: Viewer, team: str | None, what: str) -> None:
    """Raises Forbidden unless the viewer may act for others."""
    if not await leads(conn, viewer, team):
        raise _only_leads(viewer, what, team)


async def people_led(conn: Conn, viewer: Viewer) -> set[str]:
    """For whom somebody may speak: themselves and the members of the teams that they lead. Managers for everybody,
    which is not in here."""
    teams = await accounts.list_teams(conn)
    return {viewer.name, *(user for team in teams if viewer.name in team.leads for user in team.members)}


async def leads_person(conn: Conn, viewer: Viewer, user: str) -> bool:
    """Whether somebody is this person, leads a team that they are on, or manages everybody."""
    return viewer.role.rank >= Role.MANAGER.rank or user in await people_led(conn, viewer)


async def require_for_person(conn: Conn, viewer: Viewer, user: str, what: str) -> None:
    """Raises Forbidden unless the viewer may speak for this person; `what` completes "@bob may not …"."""
    if not await leads_person(conn, viewer, user):
        raise Forbidden(f"{viewer.actor} may not {what}.", f"Ask {user}, a lead of their team or a manager to do it.")


def _only_leads(viewer: Viewer, what: str, team: str | None) -> Forbidden:
    whom = f"a lead of {team} or a manager" if team is not None else "a manager"
    return Forbidden(f"{viewer.actor} may not {what}.", f"Ask {whom} to do it.")
