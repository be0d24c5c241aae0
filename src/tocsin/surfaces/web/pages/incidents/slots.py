"""What a part of the room is: who fills it, with which template, and where it stands.

A capability that has something to show in the room adds one module `<name>_part.py` with `load`, one template
`incidents/_<name>.html`, which finds its view as `part` and the room as `room`, and one line in `room.PARTS`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents.attachments import FileLimits
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.paging.model import Story
from tocsin.room.model import RoomFacts
from tocsin.surfaces.web.incident_lines import incident_path

Place = Literal["head", "left", "right", "sheet"]
"""Below the facts, a column beside the timeline, or among the sheets that buttons open."""

Tab = Literal["roles", "recovery", "paging"]
"""On a phone the columns become tabs beside the timeline's own."""


@dataclass(frozen=True, kw_only=True)
class RoomContext:
    """What every part may look at, read once. `level` is None for what nobody has classified, and for a level that the
    active profile does not have any more; `known` is everything that is known of the incident when seen together.
    """

    viewer: Viewer
    incident: Incident
    story: Story
    profile: Profile
    level: Level | None
    known: RoomFacts
    file_limits: FileLimits
    now: datetime

    @property
    def ref(self) -> str:
        return incident_ref(self.incident.number)

    @property
    def path(self) -> str:
        return incident_path(self.incident.number)

    @property
    def may_respond(self) -> bool:
        return self.viewer.may(Permission.RESPOND)


Load = Callable[[Conn, RoomContext], Awaitable[msgspec.Struct | None]]
"""None: there is nothing to show, and the part takes no room."""


class Part(NamedTuple):
    """One part. `title` is the heading of one in a column; `tab` where it stands on a phone, else its column's."""

    name: str
    title: str
    load: Load
    template: str
    place: Place
    tab: Tab | None = None

    @property
    def is_panel(self) -> bool:
        return self.place in ("left", "right")

    @property
    def on_phone(self) -> Tab:
        return self.tab or ("roles" if self.place == "left" else "recovery")


class Shown(NamedTuple):
    """A part with what it shows now."""

    part: Part
    view: msgspec.Struct | None
