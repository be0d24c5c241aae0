"""How the mails of an integration are read: which end an alert, and what makes two mails the same one."""

from typing import Any, NamedTuple

from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Finder, compile_finder

DEFAULT_RESOLVED = (
    r"(?i)^(?:\s*(?:re|fwd?|aw|wg)\s*:)*\W*(?:(?:resolved|recovered|recovery)\b|(?:ok|cleared|closed|normal)\s*(?:[\]:*-]|$))"
    r"|\b(?:is|has|was) (?:resolved|recovered|cleared|ok|back to normal|up again)\W*$"
)
"""In the subject, at its beginning or as its last words: an "ok" in between may be part of "not ok"."""

OPTION_NAMES = ("resolved", "same", "severity")
BY_SUBJECT, BY_THREAD = "subject", "thread"


class Options(NamedTuple):
    """`key` finds in the subject what makes mails the same alert; None: the subject without its words of state, or the
    thread's first message (`by_thread`)."""

    resolved: Finder
    key: Finder | None
    by_thread: bool
    severity: str


def read_options(options: dict[str, Any]) -> Options:
    """Raises Invalid, naming the key."""
    for name in OPTION_NAMES:
        if not isinstance(options.get(name, "x"), str) or not options.get(name, "x"):
            raise Invalid(f"{name} must be a text.", "Put it in quotes.", field=name)
    return _read(*(options.get(name) for name in OPTION_NAMES))


def _read(resolved: str | None, same: str | None, severity: str | None) -> Options:
    return Options(
        resolved=_compile(resolved or DEFAULT_RESOLVED, "resolved"),
        key=_compile(same, "same") if same and same not in (BY_SUBJECT, BY_THREAD) else None,
        by_thread=same == BY_THREAD,
        severity=severity or "warning",
    )


def _compile(pattern: str, field: str) -> Finder:
    try:
        return compile_finder(pattern)
    except Invalid as error:
        raise Invalid(error.message, error.remedy, field=field) from error
