"""JSON → the alerts of a request: typed and fast when all is well, alert by alert in the words of Go's decoder when
not."""

import json
from datetime import datetime
from typing import Any, cast

import msgspec

from tocsin.integrations.sources.contract import find_unstorable


class PostableAlert(msgspec.Struct, gc=False):
    """An alert as clients post it; unknown fields are ignored. Names are the wire's."""

    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    startsAt: datetime | None = None
    endsAt: datetime | None = None
    generatorURL: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """Why an alert or a body is refused. With `code` it is an error of form or schema, without one of meaning."""

    status: int
    message: str
    code: int | None = None


_decoder = msgspec.json.Decoder(list[PostableAlert] | None)
_MAPS = ("labels", "annotations")
_GO_KINDS = {"dict": "object", "list": "array", "str": "string", "bool": "bool", "int": "number", "float": "number"}


def unmarshal(body: bytes) -> list[PostableAlert] | list[PostableAlert | Refusal] | Refusal:
    """The alerts, each in its place; a Refusal instead of the list when the document as a whole cannot be read."""
    try:
        return _decoder.decode(body) or []
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _unmarshal_slowly(body)
    except RecursionError:
        return form_error("json: exceeded max depth")


def form_error(why: str) -> Refusal:
    return Refusal(400, f'parsing alerts body from "" failed, because {why}', code=400)


def _unmarshal_slowly(body: bytes) -> list[PostableAlert | Refusal] | Refusal:
    try:
        document: Any = json.loads(body)
    except json.JSONDecodeError as error:
        return form_error(_syntax_in_go_words(error))
    except (ValueError, RecursionError) as error:
        return form_error(f"the body is not JSON in UTF-8: {type(error).__name__}")
    if document is None:
        return []
    if not isinstance(document, list):
        return form_error(f"json: cannot unmarshal {_kind(document)} into Go value of type models.PostableAlerts")
    return [_unmarshal_alert(item) for item in cast("list[Any]", document)]


def _unmarshal_alert(item: Any) -> PostableAlert | Refusal:
    if item is None:
        return PostableAlert()
    if not isinstance(item, dict):
        return form_error(f"json: cannot unmarshal {_kind(item)} into Go value of type models.PostableAlert")
    fields = cast("dict[str, Any]", item)
    unstorable = find_unstorable(fields)
    if unstorable is not None:
        return form_error(unstorable)
    fields = {name: _read_nulls(value) if name in _MAPS else value for name, value in fields.items()}
    wrong = next(filter(None, (_wrong_field(name, fields.get(name)) for name in PostableAlert.__struct_fields__)), None)
    if wrong is not None:
        return form_error(wrong)
    fields = {name: value for name, value in fields.items() if value != "" or name not in ("startsAt", "endsAt")}
    return msgspec.convert(fields, PostableAlert)


def _read_nulls(value: Any) -> Any:
    """Go reads null as the empty string where a string is wanted."""
    if not isinstance(value, dict):
        return value
    return {name: "" if each is None else each for name, each in cast("dict[str, Any]", value).items()}


def _wrong_field(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name in _MAPS:
        return _wrong_map(name, value)
    if not isinstance(value, str):
        return f"json: cannot unmarshal {_kind(value)} into Go struct field Alert.{name} of type string"
    if name in ("startsAt", "endsAt") and value and not _is_time(value):
        return f'parsing time {json.dumps(value)} as "2006-01-02 15:04:05": cannot parse {json.dumps(value)} as "2006"'
    return None


def _wrong_map(name: str, value: Any) -> str | None:
    if not isinstance(value, dict):
        return f"json: cannot unmarshal {_kind(value)} into Go struct field Alert.{name} of type models.LabelSet"
    bad = next((each for each in cast("dict[str, Any]", value).values() if not isinstance(each, str)), None)
    if bad is None:
        return None
    return f"json: cannot unmarshal {_kind(bad)} into Go struct field Alert.{name} of type string"


def _is_time(value: str) -> bool:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return False
    return True


def _kind(value: Any) -> str:
    return _GO_KINDS.get(type(value).__name__, "null")


def _syntax_in_go_words(error: json.JSONDecodeError) -> str:
    at = error.pos
    if at >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return "unexpected EOF"
    return f"invalid character {error.doc[at]!r} at position {at + 1}: {error.msg}"
