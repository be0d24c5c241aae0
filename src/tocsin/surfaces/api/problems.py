"""Refusals and failures as problem documents (RFC 9457). A refused deed is written on the audit log (SEC-8)."""

import logging
import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import msgspec
import psycopg
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import HTTPException
from litestar.response import Response
from psycopg_pool import PoolTimeout

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.accounts.refusals import RefusalMeter, deed, note_forged_token
from tocsin.db.database import Database
from tocsin.incidents.privacy import scope_of
from tocsin.kernel.errors import Forbidden, Invalid, TocsinError, TooManyAttempts, Unauthenticated, Unavailable
from tocsin.surfaces.api.callers import AnyRequest, carries_token, client_of
from tocsin.surfaces.wire.problem import Problem, has_hung_up, problem

MEDIA_TYPE = "application/problem+json"

Handlers = dict[int | type[Exception], Callable[[AnyRequest, Any], Response[bytes]]]

_log = logging.getLogger(__name__)


def exception_handlers(db: Database) -> Handlers:
    """Functions and no methods, since Litestar copies what it is given. `db` takes what was refused."""
    forged = RefusalMeter()

    def refused(request: AnyRequest, error: TocsinError) -> Response[bytes]:
        answer = respond(problem(error))
        if isinstance(error, Unauthenticated):
            answer.headers["WWW-Authenticate"] = 'Bearer realm="tocsin"'
            swallowed = forged.admit(client_of(request), db.clock.now()) if carries_token(request) else None
            if swallowed is not None:
                answer.background = BackgroundTask(note_forged, db, request, swallowed)
        if isinstance(error, TooManyAttempts):
            answer.headers["Retry-After"] = str(error.retry_after)
        if isinstance(error, Forbidden):
            answer.background = BackgroundTask(note_refusal, db, request)
        return answer

    return {
        TocsinError: refused,
        HTTPException: not_understood,
        psycopg.OperationalError: database_away,
        PoolTimeout: database_away,
        RecursionError: too_deep,
        Exception: failed,
    }


async def note_refusal(db: Database, request: AnyRequest) -> None:
    """Write on the audit log that somebody we know tried what they may not."""
    viewer: Viewer = request.state.viewer
    action = f"tried {deed(request.method, request.url.path)}"
    async with db.transaction() as tx:
        scope_id = await scope_of(tx.conn, viewer, request.path_params.get("ref"))
        await accounts.audit(tx, viewer.actor, action, outcome="refused", client=client_of(request), scope_id=scope_id)


async def note_forged(db: Database, request: AnyRequest, swallowed: int) -> None:
    """Write on the audit log that somebody came with a token that is none of ours, or none any more."""
    async with db.transaction() as tx:
        await note_forged_token(tx, deed(request.method, request.url.path), client_of(request), swallowed)


def not_understood(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """What the framework refuses: an unknown path, a wrong method, a body that cannot be read or is too large."""
    if has_hung_up(error):
        return respond(problem(Invalid("The body was not sent to its end.", "Send it again.")))
    return failed(request, error) if error.status_code >= 500 else respond(_of_framework(error))


def too_deep(_: AnyRequest, error: RecursionError) -> Response[bytes]:
    """The decoder's way to say that a body is nested without end (SEC-7)."""
    return respond(problem(Invalid("The body is nested too deep.", "Send the object that openapi.json describes.")))


def database_away(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The database does not answer; what was asked may be right."""
    _log.warning("%s %s: the database does not answer: %s", request.method, request.url.path, error)
    answer = respond(problem(Unavailable("The database does not answer.", "Try again in a moment.")))
    answer.headers["Retry-After"] = "1"
    return answer


def failed(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A fault of ours: the log has it under the reference, the caller learns nothing of our insides (SEC-3)."""
    reference = token_hex(4)
    _log.error("%s %s failed, reference %s", request.method, request.url.path, reference, exc_info=error)
    return respond(
        Problem(
            type="urn:tocsin:problem:failed",
            title="Failed",
            status=500,
            detail=f"Something in Tocsin failed; the server's log has it under the reference {reference}.",
            remedy="Try again; if it fails again, tell an administrator the reference.",
        )
    )


def respond(told: Problem) -> Response[bytes]:
    return Response(msgspec.json.encode(told), status_code=told.status, media_type=MEDIA_TYPE)


def _of_framework(error: HTTPException) -> Problem:
    status = error.status_code
    title, remedy = _FRAMEWORK.get(status, ("Not understood", "See /api/v1/openapi.json."))
    detail, field = _first_fault(error)
    return Problem(
        type=f"urn:tocsin:problem:{title.lower().replace(' ', '-')}",
        title=title,
        status=status,
        detail=detail,
        remedy=remedy,
        field=field,
    )


_FRAMEWORK = {
    400: ("Invalid", "Send JSON with the fields that /api/v1/openapi.json names."),
    404: ("Not found", "See what there is in /api/v1/openapi.json."),
    405: ("Method not allowed", "See which methods there are in /api/v1/openapi.json."),
    413: ("Too large", "Send less at once."),
    415: ("Unsupported media type", "Send application/json."),
}


def _first_fault(error: HTTPException) -> tuple[str, str | None]:
    """What Litestar and msgspec say of the first thing that is wrong, and the field it is about."""
    faults: Any = error.extra if isinstance(error.extra, list) else []
    for fault in faults:
        message, key = str(fault.get("message", "")).rstrip("."), str(fault.get("key", ""))
        named = _FIELD.search(message)
        if key != "data":
            return f"{key}: {message}.", key
        if named is not None:
            return f"{message.replace('Object', 'The request')}.", named[1]
        return "The request has no body, or one that is no object.", None
    return f"{error.detail.rstrip('.')}.", None


_FIELD = re.compile(r"field `([^`]+)`")
