"""JSON as senders really write it: what one alert has wrong in its text or its numbers costs no other its page. No IO.

What no text can hold here – wrong UTF-8, a lone surrogate, NUL – is read as U+FFFD: Alertmanager itself takes such
alerts (measured, 0.25), and its clients never send again what is refused.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec

MAX_DEPTH = 50
"""Levels of what is kept as JSON: beyond them whoever reads it back, a page or PostgreSQL, would run out of stack."""

T = TypeVar("T")

_MARK = b"\xef\xbb\xbf"
_REPLACED = "\ufffd".encode()
_LONGEST_WHOLE = 18
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<bad>u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)",
    re.DOTALL,
)
_decode_any = msgspec.json.Decoder().decode


def read_json(decode: Callable[[bytes], T], body: bytes) -> T:
    """What `decode` makes of the body. NaN and numbers beyond every range are read as their texts, line breaks and tabs
    in a text as such. Raises what `decode` raises: msgspec.MsgspecError or RecursionError."""
    text = readable(body)
    try:
        return decode(text)
    except msgspec.DecodeError:
        mended = _mend(text)
        if mended is None:
            raise
    return decode(mended)


def read_any(body: bytes) -> Any:
    """Any JSON value, like `read_json`."""
    return read_json(_decode_any, body)


def read_by_hand(body: bytes) -> Any:
    """The same by Python's own decoder, which says at which character a body ceases to be JSON. Raises ValueError and
    RecursionError."""
    return _load(readable(body))


def readable(body: bytes) -> bytes:
    """The body as UTF-8 without a byte order mark, each piece that cannot be kept replaced by U+FFFD."""
    if not body.isascii():
        body = _utf8(body.removeprefix(_MARK))
    if b"\0" in body:
        body = body.replace(b"\0", _REPLACED)
    if b"\\u0000" in body or b"\\ud" in body or b"\\uD" in body:
        return _ESCAPE.sub(_keep_or_replace, body)
    return body


def shallow(value: Any) -> Any:
    """The value, or its JSON as a text when it is nested deeper than can be kept."""
    return msgspec.json.encode(value).decode() if _is_deep(value) else value


def _utf8(body: bytes) -> bytes:
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace").encode()
    return body


def _keep_or_replace(escape: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if escape["bad"] else escape[0]


def _mend(text: bytes) -> bytes | None:
    """The same document as everybody can read it; None when it is no document at all."""
    try:
        return msgspec.json.encode(_load(text))
    except (ValueError, RecursionError):
        return None


def _load(text: bytes) -> Any:
    return json.loads(text, strict=False, parse_int=_whole, parse_float=_fraction, parse_constant=str)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else digits


def _fraction(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return False
    return True


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return cast("list[Any]", value) if isinstance(value, list) else []
