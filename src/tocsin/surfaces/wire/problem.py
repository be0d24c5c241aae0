"""What went wrong, as a problem document (RFC 9457) that says the field and what to do next."""

import msgspec

from tocsin.kernel.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TocsinError,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)

STATUS: dict[type[TocsinError], int] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Refused: 409,
    TooManyAttempts: 429,
    Unavailable: 503,
}


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """`title` is the kind in two words, `detail` this case, `remedy` the next step, `field` the input it is about."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str = ""
    field: str | None = None


def problem(error: TocsinError) -> Problem:
    return Problem(
        type=f"urn:tocsin:problem:{error.code}",
        title=error.code.replace("-", " ").capitalize(),
        status=STATUS.get(type(error), 400),
        detail=error.message if error.message.endswith((".", "?", "!")) else f"{error.message}.",
        remedy=error.remedy,
        field=error.field,
    )


def has_hung_up(error: Exception) -> bool:
    """Whether the caller went away before all was sent: no fault of ours, and nobody is left to answer."""
    return getattr(error, "detail", "") == "client disconnected prematurely"  # Litestar's words, as a 500


def error(told: Problem) -> TocsinError:
    """The refusal again, on the caller's side."""
    if told.status == STATUS[TooManyAttempts]:
        return TooManyAttempts(told.detail, told.remedy, retry_after=60)
    kinds = {status: kind for kind, status in STATUS.items() if kind is not TooManyAttempts}
    return kinds.get(told.status, Refused)(told.detail, told.remedy, field=told.field)
