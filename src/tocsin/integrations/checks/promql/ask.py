"""One Prometheus that is asked PromQL, through the guarded client. What an answer means is `answer`'s business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tocsin.catalog.checks import ENV
from tocsin.integrations.checks.promql.answer import Unreadable
from tocsin.kernel.http import GuardedHttp, HttpTimeout

MOST = 1024 * 1024
_NOT_NAMED = "No Prometheus is named. Add `prometheus: https://…` to the check, or to organisation"


def base_of(named: str | None, variable: Callable[[str], str | None]) -> str:
    """Its address; `env:NAME` is read from the environment of this process. Raises Unreadable."""
    if named is None:
        raise Unreadable(_NOT_NAMED)
    if not named.startswith(ENV):
        return named.rstrip("/")
    name = named.removeprefix(ENV)
    found = variable(name)
    if found is None:
        raise Unreadable(f"The variable {name} is not set where the worker runs: set it there and restart it")
    return found.rstrip("/")


@dataclass(frozen=True)
class Prometheus:
    """Answers are (body, status). Raises SendFailed, and Unreadable for too long an answer."""

    http: GuardedHttp
    base: str
    timeout: timedelta

    async def value_at(self, query: str, instant: datetime) -> tuple[bytes, int]:
        return await self._get("query", {"query": query, "time": str(instant.timestamp())})

    async def range_of(self, query: str, begin: datetime, end: datetime, step: timedelta) -> tuple[bytes, int]:
        when = {"start": str(begin.timestamp()), "end": str(end.timestamp()), "step": str(step.total_seconds())}
        return await self._get("query_range", {"query": query, **when})

    async def _get(self, path: str, asked: dict[str, str]) -> tuple[bytes, int]:
        seconds = self.timeout.total_seconds()
        answer = await self.http.request(
            "GET",
            f"{self.base}/api/v1/{path}?{urlencode(asked)}",
            timeout=HttpTimeout(total=seconds, connect=seconds, read=seconds),
            redirects=3,
            most=MOST,
        )
        if answer.truncated:
            raise Unreadable("The query gives too many series: make it one, with sum(…) or max(…)")
        return answer.body, answer.status
