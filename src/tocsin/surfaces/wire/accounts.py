"""Who the caller is, on the wire."""

import msgspec

from tocsin.accounts.model import Viewer


class Me(msgspec.Struct, kw_only=True):
    """The caller as the server sees them; `role` is what counts for this token."""

    name: str
    display_name: str
    role: str
    teams: list[str]
    time_zone: str | None


def me(viewer: Viewer) -> Me:
    return Me(
        name=viewer.name,
        display_name=viewer.display_name,
        role=viewer.role.value,
        teams=list(viewer.teams),
        time_zone=viewer.time_zone,
    )
