from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from tocsin.kernel.http_answer import HttpAnswer, failure_of, parse_retry_after
from tocsin.kernel.outbound import FailureReason

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("0", 0),
        ("9" * 30, 365 * 86400),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thursday, 01-Jan-26 12:01:00 GMT", 60),
        ("Thu Jan  1 12:01:00 2026", 60),
        ("Thu, 01 Jan 2026 13:01:00 +0100", 60),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Thu, 99 Jan 2026 12:01:00 GMT", None),
        ("", None),
    ],
)
def test_every_form_of_retry_after(value: str, seconds: float | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert parse_retry_after({"Retry-After": value}, NOW) == expected


def test_a_date_is_read_by_the_clock_of_the_one_who_wrote_it() -> None:
    headers = {"Retry-After": "Fri, 02 Jan 2026 03:00:30 GMT", "Date": "Fri, 02 Jan 2026 03:00:00 GMT"}
    assert parse_retry_after(headers, NOW) == NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (200, None),
        (202, None),
        (204, None),
        (301, FailureReason.REJECTED),
        (400, FailureReason.REFUSED),
        (401, FailureReason.AUTHENTICATION),
        (403, FailureReason.AUTHENTICATION),
        (404, FailureReason.REFUSED),
        (408, FailureReason.OTHER),
        (410, FailureReason.REFUSED),
        (429, FailureReason.RATE_LIMIT),
        (500, FailureReason.OTHER),
        (503, FailureReason.OTHER),
    ],
)
def test_what_a_status_means_for_a_message(status: int, reason: FailureReason | None) -> None:
    headers = CIMultiDictProxy(CIMultiDict({"retry-after": "7"}))
    failure = failure_of(HttpAnswer(status, headers, b"<secret>"), "hooks.example.com", NOW)
    if reason is None:
        assert failure is None
    else:
        assert failure
        assert failure.reason is reason
        assert failure.retry_after == NOW + timedelta(seconds=7)
        assert "secret" not in failure.detail + failure.answer
