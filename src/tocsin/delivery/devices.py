"""A browser that let us wake it, as the address of a contact of kind `push`: what its push service gave it, as JSON.

Whoever has it may send to that device, so it is stored sealed, as other addresses are (SEC-3).
"""

from urllib.parse import urlsplit

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import one_line
from tocsin.kernel.web_push import BadKeys, check_keys

PUSH = "push"
_LONGEST = 2000
_NAME = 60


class Device(msgspec.Struct, frozen=True):
    """`endpoint` is where to POST, `p256dh` and `auth` are the keys of the subscription in base64url (RFC 8291), `name`
    is what its owner knows the device by: "Chrome on Android".
    """

    endpoint: str
    p256dh: str
    auth: str
    name: str = ""


def read_device(address: str) -> Device:
    """Raises Invalid for what no browser gave."""
    try:
        device = msgspec.json.decode(address, type=Device)
        check_keys(device.p256dh, device.auth)
    except (msgspec.DecodeError, BadKeys) as error:
        raise _no_device() from error
    if not _is_url(device.endpoint):
        raise _no_device()
    return msgspec.structs.replace(device, name=one_line(device.name, _NAME))


def _is_url(endpoint: str) -> bool:
    """Whether it may lead anywhere; where to is decided at the connect (SEC-4)."""
    try:
        parts = urlsplit(endpoint)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_host and parts.scheme in ("https", "http") and len(endpoint) <= _LONGEST


def _no_device() -> Invalid:
    return Invalid(
        "This is no subscription of a browser.",
        "Open My notifications on the device itself, and press Wake me on this device.",
        field=PUSH,
    )


def address_of(device: Device) -> str:
    return msgspec.json.encode(device).decode()


def device_name(address: str) -> str:
    """What may be shown of it; empty where nobody named it, or it cannot be read."""
    try:
        return msgspec.json.decode(address, type=Device).name
    except msgspec.DecodeError:
        return ""
