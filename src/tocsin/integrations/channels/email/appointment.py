"""An invitation as the iCalendar part of a mail (RFC 5545, 5546, 6047), written by the `icalendar` library. Pure.

Every text of ours is given to the library as TEXT, which escapes it: a title cannot become a line of its own (SEC-7).
"""

from datetime import UTC, datetime
from email.headerregistry import Address
from typing import NamedTuple

from icalendar import Calendar, Event, vCalAddress, vText

from tocsin.delivery.model import Invitation
from tocsin.kernel.text import clean, one_line


class Appointment(NamedTuple):
    """What one receiver gets; `domain` makes the uid one of the whole world, `url` is the incident's."""

    invitation: Invitation
    organiser: Address
    attendee: str
    domain: str
    url: str

    @property
    def method(self) -> str:
        """What the receiver's calendar is to do, said in the mail's header too."""
        return "CANCEL" if self.invitation.is_cancelled else "REQUEST"


def write(appointment: Appointment, wire_time: float) -> bytes:
    """The calendar object, in UTF-8 with CRLF, folded at 75 octets. `wire_time` is the mail's own (seconds, Unix)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tocsin//Postmortem//EN")
    calendar.add("version", "2.0")
    calendar.add("method", appointment.method)
    calendar.add_component(_event(appointment, datetime.fromtimestamp(wire_time, UTC)))
    return calendar.to_ical()


def _event(appointment: Appointment, stamp: datetime) -> Event:
    invitation = appointment.invitation
    event = Event()
    event.add("uid", f"{invitation.uid}@{appointment.domain}")
    event.add("dtstamp", stamp)
    event.add("sequence", invitation.sequence)
    event.add("dtstart", invitation.starts_at.astimezone(UTC))
    event.add("dtend", invitation.ends_at.astimezone(UTC))
    event.add("summary", vText(one_line(invitation.summary, 200)))
    event.add("description", vText(clean(invitation.description)))
    event.add("url", appointment.url)
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    event.add("organizer", _person(appointment.organiser.addr_spec, appointment.organiser.display_name))
    attendee = _person(appointment.attendee, "")
    if not invitation.is_cancelled:
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
    event.add("attendee", attendee)
    return event


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(one_line(name, 100))
    return person
