"""One message of several that were held (PAG-9): it names each of them, with its link. Pure."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from tocsin.delivery.model import Delivery, Line, MessageView, Purpose, Urgency
from tocsin.delivery.wording import addressed
from tocsin.kernel.text import one_line

MOST_NAMED = 20
"""More lines than a telephone shows help nobody; the others are counted, and stand in the list behind the link."""

_COUNTED = {
    Purpose.PAGE: ("page", "pages"),
    Purpose.ACKNOWLEDGED: ("acknowledgement", "acknowledgements"),
    Purpose.RESOLVED: ("resolution", "resolutions"),
    Purpose.INFO: ("update", "updates"),
    Purpose.NOTICE: ("notice", "notices"),
    Purpose.TEST: ("test", "tests"),
}
_SAID = {
    Purpose.PAGE: "you are paged",
    Purpose.ACKNOWLEDGED: "acknowledged",
    Purpose.RESOLVED: "resolved",
    Purpose.INFO: "update",
    Purpose.NOTICE: "notice",
    Purpose.TEST: "test",
}
_MOST_PRESSING = tuple(_COUNTED)
_TITLE, _WHAT = 80, 120


class Bundle(msgspec.Struct, frozen=True):
    """What the one message is for, how urgent it is, and what it says: those of its most pressing part."""

    purpose: Purpose
    urgency: Urgency
    message: MessageView


def bundle(deliveries: Sequence[Delivery], public_url: str) -> Bundle:
    """`deliveries` go to one person by one way, at least one of them. Pages come first, the latest within each kind."""
    ordered = sorted(deliveries, key=lambda d: (_MOST_PRESSING.index(d.purpose), -d.requested_at.timestamp()))
    first = ordered[0]
    topics = list(dict.fromkeys(delivery.topic for delivery in ordered))
    lines = [_line([d for d in ordered if d.topic == topic], public_url) for topic in topics[:MOST_NAMED]]
    if len(topics) > MOST_NAMED:
        lines.append(Line("And", f"{len(topics) - MOST_NAMED} more, see the list behind the link"))
    message = MessageView(
        title=f"{len(ordered)} messages in one: {_counted(ordered)}",
        severity=first.message.severity,
        what="They came within a short time and were held, so that you are called once.",
        lines=tuple(lines),
        pages=_pages(ordered),
        url=f"{public_url.rstrip('/')}/incidents",
        time_zone=first.message.time_zone,
    )
    return Bundle(first.purpose, _worst_urgency(ordered), message)


def _pages(ordered: Sequence[Delivery]) -> tuple[Line, ...]:
    """What asks to be taken, each incident once."""
    asking = {d.topic: d.message for d in ordered if d.message.can_acknowledge}
    return tuple(Line(view.incident_ref or topic, one_line(view.title, _TITLE)) for topic, view in asking.items())


def travelled_with(delivery: Delivery, others: Sequence[Delivery]) -> str:
    """ "in one message with INC-4, INC-5", for the ledger; empty when it travelled alone."""
    refs = dict.fromkeys(other.message.incident_ref or other.topic for other in others if other.id != delivery.id)
    if not refs:
        return ""
    named = ", ".join(list(refs)[:MOST_NAMED])
    more = f" and {len(refs) - MOST_NAMED} more" if len(refs) > MOST_NAMED else ""
    return f"in one message with {named}{more}"


def _line(about: Sequence[Delivery], public_url: str) -> Line:
    """Everything about one incident: "INC-4: you are paged: Checkout 5xx (SEV-2). 12 % of requests fail. https://…"."""
    view = about[0].message
    said = "; ".join(dict.fromkeys(_SAID[delivery.purpose] for delivery in about))
    severity = f" ({view.severity})" if view.severity else ""
    link = f" {public_url.rstrip('/')}{view.url}" if view.url.startswith("/") else f" {view.url}".rstrip()
    what = one_line(addressed(view.what, public_url), _WHAT)
    text = f"{said}: {one_line(view.title, _TITLE)}{severity}. {what}".rstrip()
    return Line(view.incident_ref or about[0].topic, text + link)


def _counted(deliveries: Sequence[Delivery]) -> str:
    counts = Counter(delivery.purpose for delivery in deliveries)
    return ", ".join(f"{n} {_COUNTED[purpose][n > 1]}" for purpose in _MOST_PRESSING if (n := counts[purpose]))


def _worst_urgency(deliveries: Sequence[Delivery]) -> Urgency:
    return Urgency.HIGH if any(d.urgency is Urgency.HIGH for d in deliveries) else Urgency.LOW
