"""Alertmanager's API v1, which 0.25 still serves and old senders still use: the same alerts, other answers."""

import msgspec

from tocsin.integrations.sources.contract import Answer, Delivered, Parsed, json_answer
from tocsin.integrations.sources.prometheus.parse import parse


def parse_v1(delivered: Delivered) -> Parsed:
    """Version 1 takes any media type; success and errors are objects."""
    parsed = parse(msgspec.structs.replace(delivered, content_type="application/json"))
    if parsed.answer.status == 200:
        return msgspec.structs.replace(parsed, answer=json_answer(200, {"status": "success"}))
    return msgspec.structs.replace(parsed, answer=refuse_v1(400, _message(parsed.answer.body)))


def _message(body: bytes) -> str:
    said = msgspec.json.decode(body, type=str | dict[str, str | int])
    return said if isinstance(said, str) else str(said["message"])


def refuse_v1(status: int, message: str) -> Answer:
    return json_answer(status, {"status": "error", "errorType": "bad_data", "error": message})
