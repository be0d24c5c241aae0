"""`signed: true`: only what carries Grafana's HMAC over the raw body is taken, and only while it is fresh (SEC-5)."""

from datetime import datetime
from typing import Any

import msgspec

from tocsin.integrations.sources.contract import Delivered
from tocsin.integrations.sources.signatures import REPLAY_WINDOW, is_recent, is_signed
from tocsin.kernel.errors import Invalid

SIGNATURE = "X-Grafana-Alerting-Signature"
NO_TIMESTAMP = "none"


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The two header names are those of the contact point; without a timestamp an old request could be sent again."""

    signed: bool = False
    signature_header: str = SIGNATURE
    timestamp_header: str = "X-Grafana-Alerting-Timestamp"


OPTION_NAMES = Options.__struct_fields__


def read_options(options: dict[str, Any]) -> Options:
    """Raises Invalid, naming the key."""
    for name in OPTION_NAMES[1:]:
        value = options.get(name, "x")
        if not isinstance(value, str) or not value.isascii() or not value.replace("-", "").isalnum():
            raise Invalid(f"{name} must be the name of a header.", f"Write it like {SIGNATURE}.", field=name)
    if not isinstance(options.get("signed", False), bool):
        raise Invalid("signed must be true or false.", "Write `signed: true`.", field="signed")
    return msgspec.convert(options, Options)


def verify(delivered: Delivered, secret: str, now: datetime) -> str | None:
    """What is wrong with the signature, or None: it is right, or the integration asks for none."""
    options = read_options(delivered.integration.options if delivered.integration else {})
    if not options.signed:
        return None
    signature = delivered.headers.get(options.signature_header.lower(), "")
    if not signature:
        return f"the header {options.signature_header} is missing; set the HMAC secret of Grafana's contact point"
    signed = delivered.body
    if options.timestamp_header != NO_TIMESTAMP:
        timestamp = delivered.headers.get(options.timestamp_header.lower(), "")
        if not timestamp:
            return f"the header {options.timestamp_header} is missing; name it as the contact point's timestamp header"
        if not is_recent(timestamp, now):
            return f"{options.timestamp_header} is more than {REPLAY_WINDOW.seconds // 60} minutes off our clock"
        signed = timestamp.encode() + b":" + signed
    if not is_signed(secret, signed, signature):
        return f"{options.signature_header} is not the HMAC-SHA256 of this body with the integration's signing secret"
    return None
