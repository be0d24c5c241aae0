"""`/silences` and `/silence/{id}`: Alertmanager's checks in Alertmanager's order and words."""

from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from tocsin.alerts import silence_store, silences
from tocsin.alerts.silencing import Silence, WantedSilence, matcher_of, matches_filter
from tocsin.integrations.sources.contract import Answer, find_unstorable, json_answer
from tocsin.integrations.sources.prometheus.parse import refuse, refuse_media_type, semantic_refusal
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.matchers import BadRegex, Matcher, Op, is_label_name, parse_matcher
from tocsin.surfaces.compat.alertmanager.call import Call, success, wire_time

_REQUIRED = ("comment", "createdBy", "endsAt", "matchers", "startsAt")
_REQUIRED_OF_MATCHER = ("isRegex", "name", "value")


class _Refused(Exception):
    """A refusal of schema or form, with go-openapi's code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.answer = json_answer(status, {"code": code, "message": message})


async def list_silences(call: Call) -> Answer:
    try:
        wanted = [parse_matcher(text) for text in call.values("filter")]
    except Invalid as error:
        return semantic_refusal(400, error.message)
    now = call.db.clock.now()
    async with call.db.connection() as conn:
        found = await silences.list_silences(conn, call.caller.integration_id, now)
    states = {state: call.flag(state) for state in ("active", "pending", "expired")}
    return success(
        [_gettable(each, now) for each in found if matches_filter(each, wanted) and states[each.state_at(now).value]]
    )


async def get_silence(call: Call) -> Answer:
    silence_id = _uuid_of(call.item)
    if silence_id is None:
        return _not_a_uuid(call.item)
    async with call.db.connection() as conn:
        found = await silence_store.find_silence(conn, silence_id, call.caller.integration_id)
    return success(_gettable(found, call.db.clock.now())) if found else Answer(status=404)


async def expire_silence(call: Call) -> Answer:
    """An unknown id is 404 as in newer versions; 0.25 answers 500, which would be our fault and is not."""
    silence_id = _uuid_of(call.item)
    if silence_id is None:
        return _not_a_uuid(call.item)
    if not call.caller.may_silence:
        return _forbidden(call)
    try:
        async with call.db.transaction() as tx:
            await silences.expire_silence(tx, silence_id, call.caller.integration_id)
    except NotFound as error:
        return semantic_refusal(404, error.message)
    return Answer(status=200)


async def set_silence(call: Call) -> Answer:
    if not call.body:
        return json_answer(422, {"code": 602, "message": "silence in body is required"})
    refused = refuse_media_type(call.content_type)
    if refused is not None:
        return refused
    if not call.caller.may_silence:
        return _forbidden(call)
    try:
        wanted = read_silence(call.body)
        async with call.db.transaction() as tx:
            silence_id = await silences.set_silence(tx, wanted, call.caller.integration_id)
    except _Refused as error:
        return error.answer
    except NotFound as error:
        return semantic_refusal(404, error.message)
    except Invalid as error:
        return semantic_refusal(400, error.message)
    return success({"silenceID": silence_id})


def read_silence(body: bytes) -> WantedSilence:
    """A posted silence. Raises _Refused for form and schema, Invalid for matchers."""
    fields = _decode(body)
    for name in _REQUIRED:
        if fields.get(name) is None:
            raise _Refused(422, 602, f"{name} in body is required")
    matchers = cast("list[Any]", fields["matchers"]) if isinstance(fields["matchers"], list) else []
    if not matchers:
        raise _Refused(422, 612, "matchers in body should have at least 1 items")
    return WantedSilence(
        id=_text(fields, "id") or None,
        matchers=tuple(_read_matcher(index, each) for index, each in enumerate(matchers)),
        starts_at=_instant(fields, "startsAt"),
        ends_at=_instant(fields, "endsAt"),
        created_by=_text(fields, "createdBy"),
        comment=_text(fields, "comment"),
    )


def _decode(body: bytes) -> dict[str, Any]:
    try:
        decoded: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _form_error(str(error)) from error
    if not isinstance(decoded, dict):
        raise _form_error("json: cannot unmarshal into Go value of type models.PostableSilence")
    fields = cast("dict[str, Any]", decoded)
    unstorable = find_unstorable(fields)
    if unstorable is not None:
        raise _form_error(unstorable)
    return fields


def _form_error(why: str) -> _Refused:
    return _Refused(400, 400, f'parsing silence body from "" failed, because {why}')


def _read_matcher(index: int, value: Any) -> Matcher:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    for name in _REQUIRED_OF_MATCHER:
        if fields.get(name) is None:
            raise _Refused(422, 602, f"matchers.{index}.{name} in body is required")
    name, text = _text(fields, "name"), _text(fields, "value")
    if not is_label_name(name):
        quoted = msgspec.json.encode(name).decode()
        raise Invalid(f"silence invalid: invalid label matcher {index}: invalid label name {quoted}")
    try:
        return matcher_of(name, text, is_regex=_flag(fields, "isRegex"), is_equal=_flag(fields, "isEqual", True))
    except BadRegex as error:
        quoted = msgspec.json.encode(text).decode()
        words = f"invalid label matcher {index}: invalid regular expression {quoted}: {error.message}"
        raise Invalid(f"silence invalid: {words}") from error


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise _form_error(f"json: cannot unmarshal into Go struct field Silence.{name} of type string")
    return value


def _flag(fields: dict[str, Any], name: str, default: bool = False) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise _form_error(f"json: cannot unmarshal into Go struct field Matcher.{name} of type bool")
    return default if value is None else value


def _instant(fields: dict[str, Any], name: str) -> datetime:
    text = _text(fields, name)
    try:
        read = msgspec.convert(text, datetime)
    except msgspec.ValidationError as error:
        words = f'parsing time "{text}" as "2006-01-02 15:04:05": cannot parse "{text}" as "2006"'
        raise _form_error(words) from error
    return (read.replace(tzinfo=UTC) if read.tzinfo is None else read).astimezone(UTC) if read.year > 1 else _EPOCH


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _not_a_uuid(text: str) -> Answer:
    quoted = msgspec.json.encode(text).decode()
    return json_answer(422, {"code": 601, "message": f"silenceID in path must be of type uuid: {quoted}"})


def _forbidden(call: Call) -> Answer:
    return refuse(403, f"{call.caller.actor} may not set silences; it takes the role responder")


def _gettable(silence: Silence, now: datetime) -> dict[str, Any]:
    return {
        "id": silence.id,
        "status": {"state": silence.state_at(now).value},
        "updatedAt": wire_time(silence.updated_at),
        "comment": silence.comment,
        "createdBy": silence.created_by,
        "endsAt": wire_time(silence.ends_at),
        "matchers": [
            {
                "isEqual": matcher.op in (Op.EQUAL, Op.REGEX),
                "isRegex": matcher.op in (Op.REGEX, Op.NOT_REGEX),
                "name": matcher.name,
                "value": matcher.value,
            }
            for matcher in silence.matchers
        ],
        "startsAt": wire_time(silence.starts_at),
        "annotations": {},  # newer clients require it, 0.25 ignores it
    }
