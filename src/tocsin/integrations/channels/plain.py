"""What a push message says as plain text, for the channels that show no markup; what each does with it is its own."""

from tocsin.delivery.model import Line, Outgoing
from tocsin.delivery.wording import moment, subject
from tocsin.kernel.text import clean, one_line, shorten


def plain_body(outgoing: Outgoing, most: int) -> str:
    """What happened, since when, the facts and why this person: a line each, at most `most` bytes of UTF-8 (the
    ellipsis comes on top). Never empty: a message without any of it says its subject.
    """
    message = outgoing.message
    facts = [Line("Since", moment(message.since, message.time_zone))] if message.since else []
    text = [clean(message.what), *(one_line(f"{f.label}: {f.value}") for f in (*facts, *message.lines))]
    text.append(one_line(message.why_you))
    return fit("\n".join(part for part in text if part) or subject(outgoing.purpose, message), most)


def fit(text: str, most: int) -> str:
    """Cut to `most` bytes of UTF-8 between two characters, and an ellipsis where something was cut."""
    kept = text.encode()[:most].decode(errors="ignore")
    return text if kept == text else shorten(f"{kept} ", len(kept))


def one_screen(outgoing: Outgoing) -> str:
    """What a tap opens: the page of the message's link, which needs no sign-in, or what the message is about."""
    return outgoing.ack_url or outgoing.message.url
