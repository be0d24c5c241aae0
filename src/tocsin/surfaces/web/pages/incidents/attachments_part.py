"""The files of an incident as the room shows them, and the sheet that adds one."""

import msgspec

from tocsin.incidents import attachments
from tocsin.incidents.file_types import SHOWN_IN_PAGES
from tocsin.kernel.db import Conn
from tocsin.kernel.sizes import size_words
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_image`: the page shows it; every other file is only saved."""

    id: int
    name: str
    size: str
    by: str
    is_image: bool


class FilesView(msgspec.Struct, frozen=True):
    """Every file, the newest first."""

    files: tuple[FileView, ...]


class AttachView(msgspec.Struct, frozen=True):
    """What the sheet says about limits."""

    most: str


async def load(conn: Conn, room: RoomContext) -> FilesView | None:
    """None where there are none."""
    found = await attachments.list_attachments(conn, room.incident)
    if not found:
        return None
    return FilesView(
        tuple(
            FileView(
                id=each.id,
                name=each.name,
                size=size_words(each.size),
                by=each.added_by,
                is_image=each.media_type in SHOWN_IN_PAGES,
            )
            for each in reversed(found)
        )
    )


async def load_sheet(conn: Conn, room: RoomContext) -> AttachView | None:
    """For whoever may attach."""
    return AttachView(size_words(room.file_limits.size)) if room.may_respond else None
