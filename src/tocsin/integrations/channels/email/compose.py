"""A message as a mail: headers, plain text, and HTML that a phone shows well. Pure; nothing is sent here."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tocsin.delivery.model import Line, MessageView, Outgoing, Purpose, Urgency
from tocsin.delivery.wording import lead, moment, subject
from tocsin.integrations.channels.email.appointment import Appointment, write
from tocsin.kernel.text import clean, one_line, shorten

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_WHAT_LIMIT = 4000
_VALUE_LIMIT = 500
_LINES_LIMIT = 30


@dataclass(frozen=True)
class Identity:
    """Who writes. `domain` stands in every Message-ID; `thread_tag` keeps two installations with one domain apart."""

    sender: Address
    domain: str
    thread_tag: str


def compose(outgoing: Outgoing, identity: Identity, wire_time: float) -> EmailMessage:
    """Every mail about one topic carries the same root in References, so that mail programs show one conversation."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = identity.sender
    mail["To"] = Address(addr_spec=outgoing.address)
    mail["Subject"] = _unencoded(subject(outgoing.purpose, outgoing.message))
    mail["Date"] = formatdate(wire_time, usegmt=True)
    mail["Message-ID"] = message_id(outgoing.id, identity)
    mail["In-Reply-To"] = mail["References"] = thread_root(outgoing.topic, identity)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tocsin-Delivery"] = str(outgoing.id)  # so that our own mail inlet knows it: no page about a page
    if outgoing.purpose is Purpose.PAGE and outgoing.urgency is Urgency.HIGH:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    values = _values(outgoing)
    mail.set_content(_TEMPLATES.get_template("message.txt").render(values))
    mail.add_alternative(_TEMPLATES.get_template("message.html").render(values), subtype="html")
    _add_pictures(mail, outgoing)
    invitation = outgoing.message.invitation
    if invitation is not None:
        appointment = Appointment(invitation, identity.sender, outgoing.address, identity.domain, outgoing.message.url)
        method = {"method": appointment.method}
        mail.add_alternative(write(appointment, wire_time).decode(), subtype="calendar", params=method)
    return mail


def _add_pictures(mail: EmailMessage, outgoing: Outgoing) -> None:
    """Within the HTML part, which names them (RFC 2387, RFC 2392): a mail program loads nothing from elsewhere."""
    html = mail.get_body(("html",))
    if html is None:
        return
    for place, picture in enumerate(outgoing.message.pictures):
        html.add_related(picture.png, "image", "png", cid=f"<{picture_id(place)}>", disposition="inline")


def picture_id(place: int) -> str:
    """What the HTML calls a picture; one mail has each name once."""
    return f"picture-{place}@tocsin"


def _unencoded(line: str) -> str:
    """The email package decodes what looks like an encoded word (RFC 2047), line ends in it too, and writes them out:
    an alert could add headers. So nothing looks like one.
    """
    return line.replace("=?", "= ?")


def message_id(delivery_id: UUID, identity: Identity) -> str:
    """Stable over every attempt: a mail server or reader may drop the second copy (REL-2)."""
    return f"<{delivery_id}@{identity.domain}>"


def thread_root(topic: str, identity: Identity) -> str:
    """The Message-ID of the conversation about a topic; no mail bears it, so that none is missing when one is lost."""
    return f"<{topic.replace('/', '.')}.{identity.thread_tag}@{identity.domain}>"


def _values(outgoing: Outgoing) -> dict[str, object]:
    message = outgoing.message
    return {
        "lead": "" if message.lets_in or message.gives_code else lead(outgoing.purpose),
        "heading": one_line(f"{message.incident_ref} {message.title}", 200),
        "message": MessageView(
            title=message.title,
            incident_ref=one_line(message.incident_ref),
            what=shorten(clean(message.what), _WHAT_LIMIT),
            why_you=one_line(message.why_you, _VALUE_LIMIT),
            url=message.url,
            lets_in=message.lets_in,
        ),
        "facts": _facts(message),
        "pictures": [
            {
                "cid": picture_id(place),
                "title": one_line(each.title, _VALUE_LIMIT),
                "alt": one_line(each.alt, _VALUE_LIMIT),
            }
            for place, each in enumerate(message.pictures)
        ],
        "ack_url": outgoing.ack_url,
    }


def _facts(message: MessageView) -> list[Line]:
    facts = [Line("Severity", one_line(message.severity, 60))] if message.severity else []
    if message.since:
        facts.append(Line("Since", moment(message.since, message.time_zone)))
    return facts + [Line(one_line(f.label, 60), one_line(f.value, _VALUE_LIMIT)) for f in message.lines[:_LINES_LIMIT]]
