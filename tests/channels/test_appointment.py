"""The calendar part of a mail (RES-3, RFC 5546): what a calendar reads, and that no text becomes a line (SEC-7)."""

from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from icalendar import Calendar

from tocsin.delivery.model import Invitation, MessageView, Outgoing, Purpose, Urgency
from tocsin.integrations.channels.email.compose import Identity, compose

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
IDENTITY = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "tag")
HOSTILE = "Checkout\r\nATTENDEE:mailto:evil@example.com\r\nBEGIN:VALARM; 5xx, again"


def mail_of(invitation: Invitation | None) -> EmailMessage:
    outgoing = Outgoing(
        id=UUID(int=1),
        user_id=1,
        contact_id=None,
        address="alice@example.com",
        topic="incident/42",
        purpose=Purpose.NOTICE,
        urgency=Urgency.LOW,
        message=MessageView(title="x", url="https://tocsin.example.com/incidents/INC-1", invitation=invitation),
        attempt=1,
        requested_at=NOW,
        now=NOW,
    )
    return compose(outgoing, IDENTITY, NOW.timestamp())


def invitation(*, sequence: int = 0, is_cancelled: bool = False) -> Invitation:
    return Invitation(
        uid="postmortem-incident-42",
        sequence=sequence,
        is_cancelled=is_cancelled,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        summary=HOSTILE,
        description=HOSTILE,
    )


def read(sent: Invitation) -> tuple[Any, Any]:
    (part,) = [part for part in mail_of(sent).walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return calendar, event


def test_a_calendar_reads_who_when_and_how_often_it_changed() -> None:
    calendar, event = read(invitation())
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert event["UID"] == "postmortem-incident-42@example.com"
    assert (event.start, event.end) == (NOW, NOW + timedelta(hours=1))
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:tocsin@example.com", "mailto:alice@example.com")
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["URL"] == "https://tocsin.example.com/incidents/INC-1"


def test_a_change_keeps_the_uid_and_counts() -> None:
    calendar, event = read(invitation(sequence=3, is_cancelled=True))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert event["UID"] == "postmortem-incident-42@example.com"


def test_no_text_becomes_a_line_of_its_own() -> None:
    _, event = read(invitation())
    assert event["ATTENDEE"] == "mailto:alice@example.com"
    assert not event.subcomponents
    assert "evil@example.com" in event["SUMMARY"]


def test_other_mails_have_no_calendar_part() -> None:
    assert [part.get_content_type() for part in mail_of(None).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
