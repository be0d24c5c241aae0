"""The HTTP binding of CloudEvents 1.0: headers and body → events as dictionaries (contracts 1.9). Pure.

The media type decides the mode: binary (attributes in `ce-` headers, data in the body), structured or batched.
"""

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import msgspec

from tocsin.integrations.sources.contract import Delivered

REQUIRED = ("id", "source", "type")
STRUCTURED, BATCH = "application/cloudevents", "application/cloudevents-batch"
_JSON = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?json", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
MAX_DATA_TEXT = 16_384


class Unreadable(Exception):
    """What is wrong, and the status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_events(delivered: Delivered) -> list[Any]:
    """The events of a request, each yet to be checked. Raises Unreadable."""
    media_type = (delivered.content_type or "").partition(";")[0].strip().lower()
    if media_type.startswith(BATCH):
        events = _decode(delivered.body, media_type)
        if not isinstance(events, list):
            raise Unreadable(400, "body: a batch is a JSON list of events")
        return cast("list[Any]", events)
    if media_type.startswith(STRUCTURED):
        return [_decode(delivered.body, media_type)]
    if "ce-specversion" in delivered.headers or "ce-type" in delivered.headers:
        return [_read_binary(delivered, media_type)]
    text = (
        f"content-type: {media_type or 'nothing'} is no CloudEvent; send {STRUCTURED}+json, {BATCH}+json or ce- headers"
    )
    raise Unreadable(415, text)


def check_event(event: Any) -> str | None:
    """What is wrong with the context attributes, the attribute first, or None."""
    if not isinstance(event, dict):
        return "an event is a JSON object"
    attributes = cast("dict[str, Any]", event)
    if attributes.get("specversion") != "1.0":
        return 'specversion: must be "1.0"'
    for name in REQUIRED:
        value = attributes.get(name)
        if not isinstance(value, str) or not value.strip():
            return f"{name}: is missing or blank"
    for name in ("subject", "time"):
        if not isinstance(attributes.get(name, ""), str):
            return f"{name}: must be a text"
    return None


def _read_binary(delivered: Delivered, media_type: str) -> dict[str, Any]:
    attributes: dict[str, Any] = _attributes(delivered.headers)
    if not delivered.body:
        return attributes
    if _JSON.fullmatch(media_type):
        return attributes | {"data": _decode(delivered.body, media_type)}
    if media_type.startswith("text/"):
        return attributes | {"data": delivered.body.decode("utf-8", "replace")[:MAX_DATA_TEXT].replace("\0", "")}
    return attributes


def _attributes(headers: Mapping[str, str]) -> dict[str, str]:
    return {name[3:]: _header_value(name, value) for name, value in headers.items() if name.startswith("ce-")}


def _header_value(name: str, value: str) -> str:
    """Decoded once, from percent encoding or a quoted string (HTTP binding, 3.1.3.2). Raises Unreadable."""
    quoted = _QUOTED.fullmatch(value.strip())
    plain = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else value.strip()
    try:
        decoded = unquote_to_bytes(plain.encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(400, f"{name}: is not UTF-8 in percent encoding") from error
    if "\0" in decoded:
        raise Unreadable(400, f"{name}: holds the NUL character; remove it at the source")
    return decoded


def _decode(body: bytes, media_type: str) -> Any:
    if not _JSON.fullmatch(media_type):
        raise Unreadable(415, f"content-type: {media_type} is not JSON; send {STRUCTURED}+json")
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(400, f"body: is not JSON: {error}") from error
