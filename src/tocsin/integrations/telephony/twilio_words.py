"""Where Twilio calls us, and what its words about a text or a call mean for the delivery. Pure."""

from collections.abc import Mapping

from tocsin.delivery.model import Report, Word
from tocsin.kernel.outbound import FailureReason

TEXTS, CALLS, KEYS = "twilio/texts", "twilio/calls", "twilio/keys"
"""Told there: what became of a text, that a call is over, which key was pressed."""

_DEAD = {
    "21610": "its owner has answered STOP",
    "21211": "there is no such number",
    "21614": "it is no mobile number",
    "30006": "it is a landline, or its carrier takes no texts",
}
"""Twilio's errors that another text would only repeat."""
_LIMITED = frozenset({"30001", "30022"})

_ENDS = {
    "completed": "the call ended without a key press",
    "busy": "the line was busy",
    "no-answer": "nobody took the call",
    "failed": "the number could not be called",
    "canceled": "the call was cancelled",
}


def report_of_text(form: Mapping[str, str]) -> Report | None:
    """None for a state that leads to another: queued, sending, sent."""
    status = form.get("MessageStatus") or form.get("SmsStatus", "")
    ref = form.get("MessageSid") or form.get("SmsSid", "")
    if status in ("delivered", "read"):
        return Report(Word.ARRIVED, f"Twilio says {status}", ref=ref)
    if status not in ("undelivered", "failed"):
        return None
    code = form.get("ErrorCode", "")
    known = code if code.isascii() and code.isdecimal() and len(code) < 7 else ""
    error = f", error {known} (https://www.twilio.com/docs/api/errors/{known})" if known else ""
    return Report(
        Word.FAILED,
        f"{_DEAD[known]}, says Twilio" if known in _DEAD else f"Twilio says {status}{error}",
        FailureReason.RATE_LIMIT if known in _LIMITED else FailureReason.REFUSED,
        disables=known in _DEAD,
        ref=ref,
    )


def end_of_call(form: Mapping[str, str]) -> str | None:
    """How a call without a key press ended, in words; None while it goes on."""
    return _ENDS.get(form.get("CallStatus", ""))
