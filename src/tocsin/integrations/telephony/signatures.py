"""Whether a callback is Twilio's own (SEC-5): the HMAC over the address that was called and the sorted form. Pure.

Two schemes: with the account's auth token (`X-Twilio-Signature`, HMAC-SHA1), and with a shared key that callbacks alone
are signed with, which `X-Twilio-Webhooks-Signature-Settings: key=…,algorithm=HMAC_SHA256` announces.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tocsin.provider_settings import Twilio

SIGNATURE = "x-twilio-signature"
SCHEME = "x-twilio-webhooks-signature-settings"

_OLD, _NEW = "HMAC_SHA1", "HMAC_SHA256"
_PORTS = {"http": 80, "https": 443}
Form = Sequence[tuple[str, str]]


def can_check(account: Twilio) -> bool:
    return bool(account.auth_token or account.signing_secret)


def is_of_twilio(account: Twilio, url: str, form: Form, signature: str, scheme: str) -> bool:
    """`url` is the public one that was called, `scheme` the header of the newer scheme, empty where there is none.

    Twilio leaves out or adds the port as it likes: both are right.
    """
    secret, digest = _scheme_of(account, scheme)
    if not secret or not signature.isascii():
        return False
    without, with_port = (_sign(secret, digest, each, form) for each in spellings(url))
    # Both are compared, whichever fits: the time taken tells nothing.
    return hmac.compare_digest(without, signature.strip()) | hmac.compare_digest(with_port, signature.strip())


def spellings(url: str) -> tuple[str, str]:
    """The address without its port, and with one."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return _with_host(parts, _host(parts)), _with_host(parts, f"{_host(parts)}:{port}")


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _with_host(parts: SplitResult, host: str) -> str:
    return parts._replace(netloc=host).geturl()


def _scheme_of(account: Twilio, scheme: str) -> tuple[str, Callable[..., Any]]:
    """The secret, empty where we have none for it: an unknown algorithm fits nothing."""
    algorithm = _algorithm_of(scheme)
    if algorithm == _NEW:
        return account.signing_secret or "", hashlib.sha256
    if algorithm == _OLD:
        return account.auth_token or "", hashlib.sha1
    return "", hashlib.sha256


def _algorithm_of(scheme: str) -> str:
    """Of `key=…,algorithm=HMAC_SHA256`."""
    for part in scheme.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return _OLD


def _sign(secret: str, digest: Callable[..., Any], url: str, form: Form) -> str:
    """Each name with each of its values once, both sorted."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode("utf-8", "surrogatepass"), digest)).decode()
