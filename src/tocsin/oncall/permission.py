"""Who may change whose shifts: one's own by oneself, those of others by a lead of the team, a manager or an admin."""

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Role, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden


async def leads(conn: Conn, viewer: Viewer, team: str | None) -> bool:
    """Whether somebody may act for everybody in this team's schedules."""
    if viewer.role.rank >= Role.MANAGER.rank:
        return True
    found = await accounts.find_team(conn, team) if team is not None else None
    return found is not None and viewer.name in found.leads


async def require(conn: Conn, viewer: Viewer, team: str | None, own: str, what: str) -> None:
    """Raises Forbidden unless the viewer is `own`, whose business it is, or may act for others; `what` completes
    "@bob may not …"."""
    viewer.require(Permission.SCHEDULE, what)
    if viewer.name != own and not await leads(conn, viewer, team):
        raise _only_leads(viewer, what, team)


async def require_lead(conn: Conn, viewer: Viewer, team: str | None, what: str) -> None:
    """Raises Forbidden unless the viewer may act for others."""
    viewer.require(Permission.SCHEDULE, what)
    if not await leads(conn, viewer, team):
        raise _only_leads(viewer, what, team)


def _only_leads(viewer: Viewer, what: str, team: str | None) -> Forbidden:
    whom = f"a lead of {team} or a manager" if team is not None else "a manager"
    return Forbidden(f"{viewer.actor} may not {what}.", f"Ask {whom} to do it.")
