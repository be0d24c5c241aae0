"""Fetching calendars of elsewhere: every quarter of an hour, through the one guard (SEC-4), only what has changed."""

from dataclasses import dataclass
from datetime import timedelta

from tocsin.kernel.errors import Invalid
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import SendFailed
from tocsin.kernel.secrets import UNREADABLE
from tocsin.oncall import calendars
from tocsin.oncall.calendar_child import read_apart
from tocsin.oncall.calendar_model import EVERY, MAX_BYTES, host_of
from tocsin.oncall.calendar_store import Copy
from tocsin.oncall.calendars import FETCH, LANE, Task

REDIRECTS = 3
_NOT_MODIFIED = 304
_TIMEOUT = timedelta(seconds=90)
"""A slow server, then a large calendar read apart."""


@dataclass(frozen=True)
class CalendarFetcher:
    """`http` refuses addresses that nobody outside could mean."""

    http: GuardedHttp

    def kinds(self) -> tuple[JobKind, ...]:
        return (
            JobKind("oncall.fetch_calendars", LANE, fetch_all, every=EVERY),
            JobKind(FETCH, LANE, self.fetch, timeout=_TIMEOUT),
        )

    async def fetch(self, held: Held) -> None:
        """One calendar. A failure is noted, not tried again: the next look is a quarter of an hour away."""
        async with held.db.connection() as conn:
            task = await calendars.find_task(conn, held.payload["calendar"], held.now())
        if task is None:
            async with held.finish():
                return
        try:
            copy = await self._get(task)
            reading = await read_apart(copy.body or b"", task.question)
        except (SendFailed, Invalid) as error:
            failure = f"{error.detail}." if isinstance(error, SendFailed) else str(error)
            async with held.finish() as tx:
                await calendars.note_failure(tx, task, failure)
            return
        async with held.finish() as tx:
            await calendars.note_reading(tx, task, copy, reading)

    async def _get(self, task: Task) -> Copy:
        """The text as it is now: a new one, or the old one when that has not changed. Raises SendFailed, Invalid."""
        if task.calendar.url == UNREADABLE:
            raise Invalid("Its address is sealed with a key that this installation has not.", "Apply its file again.")
        known = task.copy
        headers = {"Accept": "text/calendar, */*;q=0.1"}
        if known.etag is not None and known.body is not None:
            headers["If-None-Match"] = known.etag
        answer = await self.http.request("GET", task.calendar.url, headers=headers, redirects=REDIRECTS, most=MAX_BYTES)
        if answer.status == _NOT_MODIFIED and known.body is not None:
            return known
        return Copy(answer.headers.get("ETag"), body_of(answer, host_of(task.calendar.url)))


def body_of(answer: HttpAnswer, host: str) -> bytes:
    """Raises Invalid for a refusal, and for more than a calendar is."""
    if not 200 <= answer.status < 300:
        raise Invalid(
            f"{host} answered HTTP {answer.status}.", "Check its address: a new one may have been made there."
        )
    if answer.truncated:
        raise Invalid(f"{host} sent more than {MAX_BYTES // 1024 // 1024} MiB.", "Give the address of a smaller one.")
    return answer.body


async def fetch_all(held: Held) -> None:
    async with held.finish() as tx:
        await calendars.fetch_all(tx)
