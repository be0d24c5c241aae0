"""What has happened around the checks of an incident, and around the wish to resolve it."""

from __future__ import annotations

from datetime import datetime

from tocsin.incidents.events import IncidentEvent


class ChecksRan(IncidentEvent, frozen=True, kw_only=True):
    """A run has ended; `unmet` are the labels of what does not pass, "checkout/errors"."""

    unmet: tuple[str, ...]


class CheckTicked(IncidentEvent, frozen=True, kw_only=True):
    """Somebody has looked, and it is as it should be."""

    service: str
    name: str


class CheckTickTaken(IncidentEvent, frozen=True, kw_only=True):
    """Somebody took a tick back: it has to be looked at again. `service` "": the check is the incident's own."""

    service: str
    name: str


class CheckAdded(IncidentEvent, frozen=True, kw_only=True):
    """Somebody added a check to this incident; `type` is its kind as in `catalog.checks`, `asks` what it looks at: a
    sentence, an address or a query."""

    name: str
    type: str
    asks: str


class CheckRemoved(IncidentEvent, frozen=True, kw_only=True):
    """Somebody removed one of those."""

    name: str


class ResolutionAsked(IncidentEvent, frozen=True, kw_only=True):
    """Somebody wants it resolved; the checks are being run."""


class ResolutionAwaited(IncidentEvent, frozen=True, kw_only=True):
    """Healthy, and it resolves by itself at `ends_at` if it stays so."""

    ends_at: datetime


class ResolutionRefused(IncidentEvent, frozen=True, kw_only=True):
    """The run that somebody's wish to resolve has caused found what is not met."""

    unmet: tuple[str, ...]


class ResolutionOverridden(IncidentEvent, frozen=True, kw_only=True):
    """Somebody resolves it in spite of `unmet`, or before its window is over."""

    unmet: tuple[str, ...]
    reason: str


class ResolutionCalledOff(IncidentEvent, frozen=True, kw_only=True):
    """It does not resolve by itself any more: it got bad again, or somebody moved it."""

    reason: str


class PostmortemScheduled(IncidentEvent, frozen=True, kw_only=True):
    """Everybody who took part is invited to talk about it at `starts_at`; `people` are users by name."""

    starts_at: datetime
    people: tuple[str, ...]


class PostmortemCalledOff(IncidentEvent, frozen=True, kw_only=True):
    """The incident is open again: the appointment is taken back."""

    people: tuple[str, ...]
