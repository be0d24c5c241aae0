"""Files of an incident on the wire, and how one is handed to a browser (SEC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from tocsin.incidents.file_types import SHOWN_IN_PAGES

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.attachment_store import Attachment as Stored


class Attachment(msgspec.Struct, kw_only=True):
    """`media_type` is what its content is; `size` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    added_by: str
    added_at: datetime


class AttachmentList(msgspec.Struct, kw_only=True):
    """The files of one incident in the order in which they were added."""

    incident: str
    attachments: list[Attachment]


def attachment(stored: Stored) -> Attachment:
    return msgspec.convert(stored, Attachment, from_attributes=True)


def attachment_list(incident: str, stored: Iterable[Stored]) -> AttachmentList:
    return AttachmentList(incident=incident, attachments=[attachment(each) for each in stored])


def file_headers(stored: Stored, *, shown: bool) -> dict[str, str]:
    """Nothing in a file may run or load anything, whatever a browser takes it for; only images are shown, `shown`
    says that somebody wants that.
    """
    how = "inline" if shown and stored.media_type in SHOWN_IN_PAGES else "attachment"
    plain = stored.name.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "Content-Disposition": f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
