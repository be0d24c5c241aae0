"""What postmortems need from the world: somebody who asks Prometheus, and a wiki."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from tocsin.postmortems.measurement_model import Course, Said
from tocsin.postmortems.wiki_model import NewText, WikiPage, WikiPlace


class Measurer(Protocol):
    """Asks PromQL of one Prometheus, None: none is named. What cannot be asked is told in the answer, never raised."""

    async def value_at(self, promql: str, prometheus: str | None, instant: datetime, /) -> Said: ...

    async def course_of(
        self, promql: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta, /
    ) -> Course: ...


class Wiki(Protocol):
    """Pages of one space. Each raises WikiTrouble, with a sentence for whoever asked; `timeout` is the longest that
    one of them takes, in seconds."""

    @property
    def timeout(self) -> float: ...

    @property
    def place(self) -> WikiPlace: ...

    async def find_page(self, page_id: str, now: datetime, /) -> WikiPage | None: ...

    async def find_titled(self, title: str, source: str, now: datetime, /) -> WikiPage | None: ...

    async def create(self, text: NewText, now: datetime, /) -> WikiPage: ...

    async def update(self, page_id: str, version: int, text: NewText, now: datetime, /) -> WikiPage:
        """As this version. Raises VersionTaken when the page has it already."""
        ...
