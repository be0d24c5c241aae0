"""What an incident has to do with: what it is merged with, what is related, its cause and its effects (LIF-6)."""

import msgspec

from tocsin.incidents import linking, merging
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

WORDS = {"merged": "merged into this one", "related": "related", "cause": "the cause", "effect": "caused by this one"}


class OtherView(msgspec.Struct, frozen=True, kw_only=True):
    """`can_split`, `can_unlink`: the button behind it."""

    ref: str
    path: str
    title: str
    status: str
    words: str
    can_split: bool
    can_unlink: bool


class LinksView(msgspec.Struct, frozen=True):
    """Everything but what it is merged into, which the head says."""

    others: tuple[OtherView, ...]
    may_change: bool


class MergedView(msgspec.Struct, frozen=True):
    """Where the work goes on."""

    ref: str
    path: str
    may_split: bool


class SheetView(msgspec.Struct, frozen=True):
    """What the sheet offers."""

    may_merge: bool


async def load(conn: Conn, room: RoomContext) -> LinksView | None:
    """None where there is nothing to show and nothing to press."""
    merged = [(other, "merged") for other in await merging.list_merged(conn, room.incident.id)]
    linked = [(link.other, link.relation) for link in await linking.list_links(conn, room.viewer, room.incident)]
    others = tuple(_other(other, relation, room) for other, relation in (*merged, *linked))
    return LinksView(others, room.may_respond) if others or room.may_respond else None


def _other(other: Incident, relation: str, room: RoomContext) -> OtherView:
    return OtherView(
        ref=incident_ref(other.number),
        path=incident_path(other.number),
        title=other.title,
        status=other.status.value,
        words=WORDS[relation],
        can_split=relation == "merged" and room.may_respond,
        can_unlink=relation != "merged" and room.may_respond,
    )


async def load_merged(conn: Conn, room: RoomContext) -> MergedView | None:
    if room.incident.merged_into is None:
        return None
    into = await incidents.get(conn, room.incident.merged_into)
    return MergedView(incident_ref(into.number), incident_path(into.number), room.may_respond)


async def load_sheet(conn: Conn, room: RoomContext) -> SheetView | None:
    return SheetView(room.incident.is_open) if room.may_respond else None
