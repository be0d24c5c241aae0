"""When the report of a month is mailed, and that its charts show in the mail."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from email.headerregistry import Address
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.channels.benches import OUTGOING
from tests.rules.insights.test_report import RECORDS
from tocsin.delivery.model import Picture
from tocsin.insights.report import make_report
from tocsin.insights.report_mail import LATE, USUAL, due_at, due_month, message
from tocsin.integrations.channels.email.compose import Identity, compose
from tocsin.kernel.localtime import Hours

BERLIN = ZoneInfo("Europe/Berlin")
PNG = b"\x89PNG of a chart"


@pytest.mark.parametrize(
    ("now", "month"),
    [
        ("2026-11-01T12:00", None),  # a Sunday
        ("2026-11-02T07:59", None),
        ("2026-11-02T08:00", "2026-10"),  # Monday, nine in Berlin
        ("2026-11-05T07:59", "2026-10"),
        ("2026-11-05T08:00", None),
        ("2027-01-01T08:00", "2026-12"),
    ],
)
def test_on_the_first_working_morning_and_not_days_later(now: str, month: str | None) -> None:
    assert due_month(datetime.fromisoformat(now).replace(tzinfo=UTC), USUAL, BERLIN) == month
    assert timedelta(days=3) == LATE


def test_the_organisation_says_when_it_works() -> None:
    hours = Hours(days=(6,), begin=time(20), to=time(22))
    assert due_at(datetime(2026, 11, 1).date(), hours, BERLIN) == datetime(2026, 11, 1, 19, tzinfo=UTC)  # noqa: DTZ001


def test_charts_show_in_the_text_of_the_mail() -> None:
    """multipart/alternative of text and multipart/related, whose HTML names each picture by its Content-ID."""
    report = make_report(RECORDS)
    told = message(report, [Picture("How many?", "Most: <b>5</b>.", PNG), Picture("How long?", "4 min.", PNG)])
    outgoing = replace(OUTGOING, message=told, address="carol@example.com")
    mail = compose(outgoing, Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "t"), 0.0)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html").get_content()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    for part in pictures:
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in html
        assert part.get_content() == PNG
    assert 'alt="Most: &lt;b&gt;5&lt;/b&gt;."' in html
    assert "<b>How many?</b><br>" in html, "who sees no pictures still reads what they would say"
    text = mail.get_body(("plain",)).get_content()
    assert "5 incidents, 4 more than in September 2026." in text
    assert mail["Subject"] == "October 2026: 5 incidents, 4 more than in September 2026."
