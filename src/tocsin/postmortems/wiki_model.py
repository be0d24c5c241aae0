"""A wiki that postmortems are copied to, a page there, and what is kept of it here (PMT-5). Values only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct


class WikiPlace(Struct, frozen=True, kw_only=True):
    """`name` is that of the product, `url` where it is, `space` the part of it that the pages are in."""

    name: str
    url: str
    space: str

    @property
    def key(self) -> str:
        """What tells one place from another."""
        return f"{self.url} {self.space}"


class NewText(Struct, frozen=True, kw_only=True):
    """What a page is to say. `message` is what the wiki notes as the reason of this version, `source` an address that
    stands on every page of this postmortem and on no other."""

    title: str
    body: str
    message: str
    source: str


class WikiPage(Struct, frozen=True, kw_only=True):
    """A page as it stands in the wiki. `version` counts from 1, `message` is the reason of this version and `by` who
    wrote it, empty: the wiki does not say. `is_ours`: it names the `source` that was asked about."""

    id: str
    version: int
    url: str
    message: str = ""
    by: str = ""
    is_ours: bool = False


class WikiTrouble(Exception):
    """What kept us from writing, as a sentence, and what to do. `passes`: it may go by itself, `retry_after` says when
    the wiki wants to be asked again."""

    def __init__(self, message: str, remedy: str, *, passes: bool = False, retry_after: datetime | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.passes = passes
        self.retry_after = retry_after

    @property
    def sentence(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class VersionTaken(Exception):
    """Somebody has written the page since we looked."""


class CopyState(StrEnum):
    """`there`: the page says what was asked for; `failed`: nobody tries any more."""

    WAITING = "waiting"
    THERE = "there"
    FAILED = "failed"


class Written(NamedTuple):
    """What we wrote last: the page and its version, in which place, and the version of the postmortem on it."""

    place: str
    page_id: str
    page_version: int
    url: str
    version: int
    at: datetime


class WikiCopy(Struct, frozen=True, kw_only=True):
    """How the copy of one postmortem stands. `trouble` is a sentence, `again_at` when it is tried again."""

    state: CopyState
    asked_by: str
    asked_at: datetime
    overwrites: bool
    trouble: str = ""
    again_at: datetime | None = None
    place: str | None = None
    page_id: str | None = None
    page_version: int | None = None
    url: str | None = None
    version: int | None = None
    written_at: datetime | None = None

    def page_in(self, place: WikiPlace) -> tuple[str, int] | None:
        """Id and version of the page that we wrote in this place; None: we never did."""
        if self.place != place.key or self.page_id is None or self.page_version is None:
            return None
        return self.page_id, self.page_version
