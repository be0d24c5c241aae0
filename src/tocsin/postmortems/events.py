"""What has happened to a postmortem; each is told on the timeline of its incident."""

from tocsin.incidents.events import IncidentEvent


class PostmortemDrafted(IncidentEvent, frozen=True, kw_only=True):
    """It was made of the record, for the first time or anew."""

    version: int
    template: str | None
    layout: str


class PostmortemEdited(IncidentEvent, frozen=True, kw_only=True):
    """Somebody has written a version; `note` is what they say of it."""

    version: int
    note: str


class PostmortemPublished(IncidentEvent, frozen=True, kw_only=True):
    """It is done: everybody who sees the incident shall read this version."""

    version: int


class PostmortemAssigned(IncidentEvent, frozen=True, kw_only=True):
    """`owner` sees to it from now on, a user by name; `before` did until now, None: nobody."""

    owner: str
    before: str | None
