"""Files of an incident: of safe types, within limits, seen by whoever sees the incident and by nobody else."""

from collections.abc import Sequence
from typing import NamedTuple

from tocsin.incidents import attachment_store, service
from tocsin.incidents.attachment_store import Attachment
from tocsin.incidents.events import AttachmentAdded
from tocsin.incidents.file_types import read_type, safe_name
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.sizes import size_words
from tocsin.kernel.tx import Tx
from tocsin.settings import Settings


class FileLimits(NamedTuple):
    """What the files of one incident may be: bytes of each, how many, and bytes of all."""

    size: int = 10_000_000
    most: int = 200
    total: int = 200_000_000


USUAL = FileLimits()


def file_limits_of(settings: Settings) -> FileLimits:
    return FileLimits(settings.attachment_size, settings.attachment_count, settings.attachments_size)


class OpenedFile(NamedTuple):
    """A file with its content."""

    about: Attachment
    content: bytes


async def attach(
    tx: Tx, incident_id: int, name: str, content: bytes, by: str, limits: FileLimits = USUAL
) -> Attachment:
    """A file with its entry on the timeline. What it is, its content says.

    Raises Invalid for a type that may not be, an empty or too large file; Refused when the incident is full.
    """
    if len(content) > limits.size:
        raise Invalid(
            f"The file has {size_words(len(content))}, and one may have {size_words(limits.size)}.",
            "Cut it, or pack it with gzip.",
            field="file",
        )
    file_type = read_type(content, name)
    incident = await service.lock(tx, incident_id)
    _check_room(incident, await attachment_store.list_attachments(tx.conn, incident_id), len(content), limits)
    added = await attachment_store.insert_attachment(
        tx.conn, incident_id, safe_name(name, file_type), file_type.media_type, content, by, tx.now
    )
    await tx.emit(
        AttachmentAdded(
            **service.about(incident, by),
            sentence=f"{by} attached {added.name} ({size_words(added.size)}).",
            attachment_id=added.id,
            name=added.name,
            media_type=added.media_type,
            size=added.size,
        )
    )
    return added


def _check_room(incident: Incident, there: Sequence[Attachment], size: int, limits: FileLimits) -> None:
    """Raises Refused when the incident has no room for one more of this size."""
    ref, used = incident_ref(incident.number), sum(each.size for each in there)
    if len(there) >= limits.most:
        full = f"{ref} has {len(there)} files, and may have {limits.most}."
    elif used + size > limits.total:
        full = f"The files of {ref} have {size_words(used)}, and all may have {size_words(limits.total)}."
    else:
        return
    raise Refused(full, "Keep it elsewhere, and write its address on the timeline.", field="file")


async def list_attachments(conn: Conn, incident: Incident) -> list[Attachment]:
    """Of an incident that the caller may see, in the order in which they were added."""
    return await attachment_store.list_attachments(conn, incident.id)


async def open_attachment(conn: Conn, incident: Incident, attachment_id: int) -> OpenedFile:
    """Of an incident that the caller may see. Raises NotFound."""
    about = next((each for each in await list_attachments(conn, incident) if each.id == attachment_id), None)
    content = await attachment_store.find_content(conn, incident.id, about.id) if about is not None else None
    if about is not None and content is not None:
        return OpenedFile(about, content)
    ref = incident_ref(incident.number)
    raise NotFound(f"{ref} has no file {attachment_id}.", f"tocsin attach {ref} lists its files.", field="attachment")
