"""A PromQL query over a time, as instants and numbers: what error budgets are reckoned from (MET-5)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.catalog.checks import USUAL_TIMEOUT
from tocsin.integrations.checks.promql.answer import Unreadable, read_points
from tocsin.integrations.checks.promql.ask import Prometheus, base_of
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PromqlMeasure:
    """Serves `insights.slo_jobs.Measurer`. `variable` reads the environment of this process."""

    http: GuardedHttp
    variable: Callable[[str], str | None]

    async def measure(
        self, query: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta
    ) -> list[tuple[datetime, float]] | None:
        """Of one series; None, with a line in the log that says why, when it cannot be asked."""
        try:
            asked = Prometheus(self.http, base_of(prometheus, self.variable), USUAL_TIMEOUT)
            return read_points(*await asked.range_of(query, begin, end, step))
        except (Unreadable, SendFailed) as trouble:
            why = trouble.detail if isinstance(trouble, SendFailed) else str(trouble)
            _log.warning("A budget is not measured: %s. Query: %s", why, query)
            return None
