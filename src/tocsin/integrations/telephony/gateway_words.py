"""What a gateway tells us in one small document, JSON or a form, by our own contract (docs/howto/voice.md). Pure."""

from collections.abc import Mapping
from typing import NamedTuple, cast
from urllib.parse import parse_qsl

import msgspec

from tocsin.delivery.model import Report, Word
from tocsin.kernel.outbound import FailureReason

TEXTS, CALLS = "gateway/texts", "gateway/calls"
"""Told there: what became of a text, what happens in a call."""

_ENDS = {
    "completed": "the call ended without a key press",
    "busy": "the line was busy",
    "no-answer": "nobody took the call",
    "failed": "the gateway could not make the call",
}


class Spoken(NamedTuple):
    """What we answer to a key: `say` to read out, then hang up unless `again`."""

    say: str
    again: bool


def fields_of(content_type: str, body: bytes) -> Mapping[str, str] | None:
    """The texts of a flat document; None for what is none."""
    try:
        if "json" in content_type.lower():
            return _texts(msgspec.json.decode(body))
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict"))
    except (ValueError, msgspec.DecodeError):
        return None


def _texts(document: object) -> Mapping[str, str] | None:
    if not isinstance(document, dict):
        return None
    named = cast("dict[str, object]", document)
    return {name: str(value) for name, value in named.items() if isinstance(value, str | int)}


def report_of_text(fields: Mapping[str, str]) -> Report | None:
    """`status` delivered or failed; None for any other."""
    status = fields.get("status", "").lower()
    if status == "delivered":
        return Report(Word.ARRIVED, "the gateway says delivered", ref=fields.get("id", ""))
    if status == "failed":
        return Report(Word.FAILED, "the gateway says failed", FailureReason.REFUSED, ref=fields.get("id", ""))
    return None


def end_of_call(fields: Mapping[str, str]) -> str | None:
    """How a call without a key press ended, in words; None for any other status."""
    return _ENDS.get(fields.get("status", "").lower())


def answer_to_key(spoken: Spoken) -> bytes:
    return msgspec.json.encode({"say": spoken.say, "hang_up": not spoken.again})


def reply_of(words: str) -> bytes:
    """What to send back to whoever wrote; null when nothing is."""
    return msgspec.json.encode({"reply": words or None})
