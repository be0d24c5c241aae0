"""An HTTP check: a GET through the guard (SEC-4), its status, its time, a text in its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

from tocsin.catalog.checks import HttpCheck
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import SendFailed
from tocsin.verification.model import Finding, Occasion

REDIRECTS = 3
MOST = 1024 * 1024
"""Bytes of an answer in which `contains` is looked for."""

_ANY_GOOD = range(200, 300)


@dataclass(frozen=True)
class HttpLook:
    """Serves `verification.ports.Executor`."""

    http: GuardedHttp

    async def look(self, check: HttpCheck, occasion: Occasion) -> Finding:
        seconds = check.timeout.total_seconds()
        begin = time.monotonic()
        try:
            answer = await self.http.request(
                "GET",
                check.url,
                timeout=HttpTimeout(total=seconds, connect=seconds, read=seconds),
                redirects=REDIRECTS,
                most=MOST,
            )
        except SendFailed as failure:
            return Finding(False, f"No answer: {failure.detail}.")
        return judge(check, answer, timedelta(seconds=time.monotonic() - begin))


def judge(check: HttpCheck, answer: HttpAnswer, took: timedelta) -> Finding:
    """The first thing that is wrong; nothing of the body is repeated."""
    milliseconds = took // timedelta(milliseconds=1)
    said = f"Answered with HTTP {answer.status} in {milliseconds} ms"
    if answer.status != check.status if check.status is not None else answer.status not in _ANY_GOOD:
        return Finding(False, f"{said}, not {check.status or 'one of 200 to 299'}.")
    if check.contains is not None and check.contains.encode() not in answer.body:
        where = f"the first {MOST // 1024} kB of its answer" if answer.truncated else "its answer"
        return Finding(False, f"{said}, and the text it should contain is not in {where}.")
    if check.latency_below is not None and not took < check.latency_below:
        promised = ", as its SLO promises" if check.within_slo else ""
        return Finding(False, f"{said}, not below {check.latency_below // timedelta(milliseconds=1)} ms{promised}.")
    return Finding(True, f"{said}.")
