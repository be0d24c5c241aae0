"""What comes back from `kernel.http`: a bounded answer, and what its status and `Retry-After` mean for a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from multidict import CIMultiDictProxy

from tocsin.kernel.outbound import FailureReason, SendFailed

MAX_BODY = 64 * 1024
_FOREVER = timedelta(days=365)


@dataclass(frozen=True)
class HttpAnswer:
    """The first `MAX_BODY` bytes of an answer, or as many as its caller takes; `truncated` when there was more. For
    parsing, never for showing.
    """

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    truncated: bool = False


_GONE = "nothing takes messages there any more: correct the address, or make a new one"
_LOCKED = "it does not let us in: its key or token is mistyped, or was withdrawn"
_REMEDIES = {401: _LOCKED, 403: _LOCKED, 404: _GONE, 410: _GONE}


def failure_of(answer: HttpAnswer, who: str, now: datetime) -> SendFailed | None:
    """What a status means to one who only wants to be rid of a message: None for 2xx. `who` names the peer."""
    status = answer.status
    if 200 <= status < 300:
        return None
    remedy = "redirects are not followed: use the final address" if status < 400 else _REMEDIES.get(status)
    detail = f"{who} answered {status}; {remedy}" if remedy else f"{who} answered {status}"
    retry_after = parse_retry_after(answer.headers, now)
    return SendFailed(reason_of_status(status), detail, retry_after=retry_after, answer=f"HTTP {status}")


def reason_of_status(status: int) -> FailureReason:
    """Of a status that is no success."""
    if status in (401, 403, 407):
        return FailureReason.AUTHENTICATION
    if status == 429:
        return FailureReason.RATE_LIMIT
    if status in (408, 425) or status >= 500:
        return FailureReason.OTHER
    return FailureReason.REFUSED if status >= 400 else FailureReason.REJECTED


def parse_retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The instant a `Retry-After` names: seconds, or any of the three forms of an HTTP date (RFC 9110, 5.6.7, 10.2.3).

    A date is taken relative to the answer's own `Date`, so that a peer's wrong clock does not matter. None when absent
    or senseless; the caller bounds it.
    """
    value = headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        return _retry_at_date(value, headers.get("Date", ""), now)
    if not 0 <= seconds < float("inf"):
        return None
    return now + min(timedelta(seconds=min(seconds, _FOREVER.total_seconds())), _FOREVER)


def _retry_at_date(value: str, date: str, now: datetime) -> datetime | None:
    target = _http_date(value)
    if target is None:
        return None
    return now + max(target - (_http_date(date) or now), timedelta(0))


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed
