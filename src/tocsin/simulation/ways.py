"""By which ways a page comes to one person, and by which it does not, although their rules name them. Pure."""

from collections.abc import Sequence

from msgspec.structs import replace

from tocsin.delivery.model import Contact, Urgency, Way
from tocsin.delivery.rules import decide_ways
from tocsin.delivery.wording import shown_address
from tocsin.simulation.setup import Somebody, page_to


def page_ways(somebody: Somebody, urgency: Urgency) -> list[Way]:
    """Those by which it comes, soonest first; behind them those by which it would come if they were not broken."""
    broken = {(each.kind, each.address): each for each in somebody.contacts if each.broken_at is not None}
    comes = _decide(somebody, urgency, somebody.contacts)
    if not broken:
        return comes
    mended = [replace(each, broken_at=None) for each in somebody.contacts]
    keys = [((way.contact.kind, way.contact.address), way.delay) for way in _decide(somebody, urgency, mended)]
    return comes + [Way(broken[key], delay) for key, delay in keys if key in broken]


def why_not(contact: Contact) -> str:
    """Why no page is sent by it; empty: it is."""
    if not contact.is_confirmed:
        return "it waits for its code"
    if contact.broken_at is not None:
        return f"nothing arrives there since {contact.broken_at:%Y-%m-%d %H:%M} UTC: {contact.broken_why}"
    return ""


def not_by(somebody: Somebody) -> tuple[str, ...]:
    """Each contact that is told nothing, with the reason."""
    return tuple(
        f"Not by {each.kind} {shown_address(each.kind, each.address)}: {why}"
        for each in somebody.contacts
        if (why := why_not(each))
    )


def _decide(somebody: Somebody, urgency: Urgency, contacts: Sequence[Contact]) -> list[Way]:
    return decide_ways(page_to(somebody.id, urgency), contacts, somebody.rules, somebody.email)
