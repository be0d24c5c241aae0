"""PromQL about the time of an incident: one number, or the course of its series – what a postmortem keeps (PMT-1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.catalog.checks import USUAL_TIMEOUT
from tocsin.integrations.checks.promql.answer import Unreadable, one_series, read_lines, read_series
from tocsin.integrations.checks.promql.ask import Prometheus, base_of
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed
from tocsin.postmortems.measurement_model import Course, Line, Said


@dataclass(frozen=True)
class PromqlEvidence:
    """Serves `postmortems.ports.Measurer`. `variable` reads the environment of this process."""

    http: GuardedHttp
    variable: Callable[[str], str | None]

    async def value_at(self, promql: str, prometheus: str | None, instant: datetime) -> Said:
        try:
            asked = Prometheus(self.http, base_of(prometheus, self.variable), USUAL_TIMEOUT)
            return Said(one_series(read_series(*await asked.value_at(promql, instant)))[-1])
        except (Unreadable, SendFailed) as trouble:
            return Said(None, _why(trouble))

    async def course_of(
        self, promql: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta
    ) -> Course:
        try:
            asked = Prometheus(self.http, base_of(prometheus, self.variable), USUAL_TIMEOUT)
            found = read_lines(*await asked.range_of(promql, begin, end, step))
        except (Unreadable, SendFailed) as trouble:
            return Course((), _why(trouble))
        return Course(tuple(Line(labels, tuple(points)) for labels, points in found if points))


def _why(trouble: Unreadable | SendFailed) -> str:
    return f"Prometheus does not answer: {trouble.detail}" if isinstance(trouble, SendFailed) else str(trouble)
