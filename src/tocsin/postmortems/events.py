"""What has happened to a postmortem; each is told on the timeline of its incident."""

from datetime import date

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


class ActionItemAdded(IncidentEvent, frozen=True, kw_only=True):
    """Something is to change so that it does not happen again, or hurts less (PMT-6)."""

    n: int
    text: str
    category: str
    owner: str | None
    due_on: date


class ActionItemChanged(IncidentEvent, frozen=True, kw_only=True):
    """Its state – `before` and `after` –, its owner, its due date, its words."""

    n: int
    text: str
    owner: str | None
    before: str
    after: str


class ActionItemChecked(IncidentEvent, frozen=True, kw_only=True):
    """Somebody wants it done, and its check is looked at, or did not pass."""

    n: int
    detail: str


class ImpactMeasured(IncidentEvent, frozen=True, kw_only=True):
    """Prometheus was asked about the time of the incident: the figures by name, how many charts are kept, and how many
    questions it did not answer."""

    figures: dict[str, str]
    charts: int
    unanswered: int


class ImpactSaid(IncidentEvent, frozen=True, kw_only=True):
    """What it cost, by figure, and where that comes from."""

    figures: dict[str, str]
    source_of: str


class WikiPageWritten(IncidentEvent, frozen=True, kw_only=True):
    """The postmortem is to be read in a wiki, too: `version` of it, at `url`."""

    url: str
    version: int


class WikiPageFailed(IncidentEvent, frozen=True, kw_only=True):
    """It could not be written there, and nobody tries any more."""
