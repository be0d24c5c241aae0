"""What postmortems need from the world: somebody who asks Prometheus."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from tocsin.postmortems.measurement_model import Course, Said


class Measurer(Protocol):
    """Asks PromQL of one Prometheus, None: none is named. What cannot be asked is told in the answer, never raised."""

    async def value_at(self, promql: str, prometheus: str | None, instant: datetime, /) -> Said: ...

    async def course_of(
        self, promql: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta, /
    ) -> Course: ...
