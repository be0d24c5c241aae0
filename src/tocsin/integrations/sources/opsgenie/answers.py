"""Answers in the words of Opsgenie's API: each with the time it took and an id (contracts 1.5)."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec

from tocsin.integrations.sources.contract import Answer, json_answer

ACCEPTED = "Request will be processed"
_NOT_PROCESSABLE = "Request body is not processable. Please check the errors."


def accepted(request_id: str | None = None) -> Answer:
    """202; what came of it is asked for by the id."""
    return _told(202, {"result": ACCEPTED}, request_id)


def pong() -> Answer:
    return _told(202, {"result": "PONG - Heartbeat received"})


def found(data: object, **more: object) -> Answer:
    return _told(200, {"data": data, **more})


def not_processable(errors: Mapping[str, str]) -> Answer:
    """422, with what is wrong by field."""
    return _told(422, {"message": _NOT_PROCESSABLE, "errors": dict(errors)})


def refuse(status: int, message: str) -> Answer:
    """A refusal of the transport, or of what was asked for."""
    told = _told(status, {"message": f"Could not authenticate: {message}" if status == 401 else message})
    return msgspec.structs.replace(told, headers=(("retry-after", "5"),)) if status == 503 else told


def _told(status: int, content: dict[str, Any], request_id: str | None = None) -> Answer:
    # Whoever answers has done the work already, so that nothing is left to take time.
    return json_answer(status, content | {"took": 0.001, "requestId": request_id or str(uuid4())})
