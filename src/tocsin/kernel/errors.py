"""What can go wrong on purpose: refusals that a person reads, each with what to do next.

Surfaces turn these into a status code, an exit status or a sentence; nothing below a surface catches them.
"""

from typing import ClassVar


class TocsinError(Exception):
    """A refusal, told to whoever caused it: `remedy` says what to do next, `field` names the input."""

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, remedy: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class NotFound(TocsinError):
    """Nothing by that name – or nothing that this caller may know of."""

    code = "not-found"


class Invalid(TocsinError):
    """The input is wrong; `field` says where."""

    code = "invalid"


class Refused(TocsinError):
    """The input is right but the move is illegal now; the message names the moves that are allowed."""

    code = "refused"


class Forbidden(TocsinError):
    """The caller is known and may not."""

    code = "forbidden"


class Unauthenticated(TocsinError):
    """The caller is not known: no, a wrong, an expired or a revoked credential."""

    code = "unauthenticated"


class TooManyAttempts(TocsinError):
    """The caller tries too fast; `retry_after` is in seconds."""

    code = "too-many-attempts"

    def __init__(self, message: str, remedy: str = "", *, retry_after: int) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


class Unavailable(TocsinError):
    """A part of the house (database, disk) does not answer: the input may be right, try again."""

    code = "unavailable"


class LeaseLost(TocsinError):
    """The job is in other hands, called off or finished: whoever sees this changes nothing any more (REL-1)."""

    code = "lease-lost"
