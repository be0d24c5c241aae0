"""The values of communication: templates and what they make, updates and to whom they go. No IO, no clock."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

Values = Mapping[str, str | tuple[str, ...]]
"""What a template is given: plain text, cleaned; several lines of a list are a tuple."""


class TemplateKind(StrEnum):
    """The occasions that have a wording of their own (COM-1)."""

    DECLARATION = "declaration"
    UPDATE = "update"
    RESOLUTION = "resolution"


class Wording(Struct, frozen=True):
    """The source of a template: one line for the subject, and the text."""

    subject: str
    body: str


class Rendered(Struct, frozen=True, kw_only=True):
    """Plain text for every channel. `problem` says why the default wording was used, empty: it was not needed."""

    subject: str
    body: str
    problem: str = ""


class Template(Struct, frozen=True, kw_only=True):
    """One occasion as it is worded now. `edited_by` None: as it ships. `problem`: why it cannot be used."""

    kind: TemplateKind
    wording: Wording
    edited_by: str | None = None
    edited_at: datetime | None = None
    problem: str = ""


class Audience(StrEnum):
    """To whom an update goes. Each reads it in the room; `internal` is everybody inside."""

    ROOM = "room"
    PARTICIPANTS = "participants"
    ANNOUNCE = "announce"
    INTERNAL = "internal"


class UpdateDraft(Struct, frozen=True, kw_only=True):
    """What a person says. `root_cause` and `eta` None: those of the incident, if they are known; `next_update_at`
    None: as the cadence of the level has it.
    """

    text: str
    done: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    root_cause: str | None = None
    eta: datetime | None = None
    next_update_at: datetime | None = None
    audience: tuple[Audience, ...] = (Audience.INTERNAL,)


class Update(Struct, frozen=True, kw_only=True):
    """One row of `incident_update`: what was said, and as it was sent. `n` counts within the incident, from 1 on."""

    incident_id: int
    n: int
    at: datetime
    by: str
    text: str
    done: tuple[str, ...]
    under_way: tuple[str, ...]
    planned: tuple[str, ...]
    root_cause: str | None
    eta: datetime | None
    next_update_at: datetime | None
    status: str
    severity: str | None
    commander: str | None
    audience: tuple[Audience, ...]
    subject: str
    body: str


class Preview(Struct, frozen=True, kw_only=True):
    """What would be sent as the `n`th update, and to whom: people by name, addresses of the announce channel as they
    may be shown.
    """

    n: int
    rendered: Rendered
    next_update_at: datetime | None
    people: tuple[str, ...]
    announced_to: tuple[str, ...]


class Cadence(Struct, frozen=True, kw_only=True):
    """One row of `incident_cadence`: when the next update is due, counted from `since`, the last update or the
    acknowledgement. `due_at` None: it waits for nobody, since it is over. What was due until `told_at` was seen to;
    `overdue` counts the due times that have passed without an update.
    """

    incident_id: int
    since: datetime
    due_at: datetime | None
    told_at: datetime
    overdue: int
