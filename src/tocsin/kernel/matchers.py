"""The matcher dialect of Alertmanager (`=`, `!=`, `=~`, `!~`) on RE2, and label names. Domain-free: a label set is
a mapping of strings.

A label that is absent has the value "". Regular expressions are anchored at both ends, linear in time, bounded in
memory.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import whitespace
from typing import Protocol

import re2

from tocsin.kernel.errors import Invalid

_SHAPE = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|=|!=|!~)\s*(.*)', re.ASCII | re.DOTALL)
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_ESCAPE = re.compile(r'\\[n"\\]')
_ESCAPES = {r"\n": "\n", r"\"": '"', r"\\": "\\"}
_MAX_PATTERN = 4096
_SYNTAX = "Write it in the syntax of RE2: https://github.com/google/re2/wiki/Syntax"

# RE2 and Go's regexp share an author and a grammar, not the wording; clients show what Alertmanager would have said.
_GO_WORDS = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid repetition size": "invalid repeat count",
    "trailing \\": "trailing backslash at end of expression",
}


class Op(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


class Expression(Protocol):
    """A compiled expression; the match object says only that there was one."""

    def fullmatch(self, text: str) -> object | None: ...


class Found(Protocol):
    """Where an expression was found."""

    def group(self) -> str: ...
    def groups(self) -> tuple[str | None, ...]: ...


class Finder(Protocol):
    """A compiled expression that is looked for anywhere in a text."""

    def search(self, text: str) -> Found | None: ...


class _Compiled(Expression, Finder, Protocol):
    """What RE2 gives is both."""


class BadRegex(Invalid):
    """The expression is not RE2; the message is worded as Go's regexp words it."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label. `matches` never fails: a bad expression is refused when the matcher is made."""

    name: str
    op: Op
    value: str

    def __post_init__(self) -> None:
        if self.op in (Op.REGEX, Op.NOT_REGEX):
            compile_anchored(self.value)

    def matches(self, labels: Mapping[str, str]) -> bool:
        return self.matches_value(labels.get(self.name, ""))

    def matches_value(self, value: str) -> bool:
        match self.op:
            case Op.EQUAL:
                return value == self.value
            case Op.NOT_EQUAL:
                return value != self.value
            case Op.REGEX:
                return compile_anchored(self.value).fullmatch(value) is not None
            case Op.NOT_REGEX:
                return compile_anchored(self.value).fullmatch(value) is None

    def __str__(self) -> str:
        escaped = self.value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        return f'{self.name}{self.op}"{escaped}"'


def matches_all(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)


def parse_matcher(text: str) -> Matcher:
    """Read one matcher such as `severity=~"critical|page"`; the quotes are optional (amtool leaves them out).

    Raises Invalid with Alertmanager's own words, or BadRegex.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise Invalid(f"bad matcher format: {text}", remedy='Write name="value"; other operators: != =~ !~')
    name, op, value = shape.groups()
    return Matcher(_unquote(name), Op(op), _unquote(value.rstrip(whitespace)))


@lru_cache(maxsize=4096)
def compile_anchored(pattern: str) -> Expression:
    """Compile for `fullmatch`, which is what anchoring means. Raises BadRegex."""
    return _compile(pattern)


@lru_cache(maxsize=256)
def compile_finder(pattern: str) -> Finder:
    """Compile for `search`. Raises BadRegex."""
    return _compile(pattern)


def _compile(pattern: str) -> _Compiled:
    if len(pattern) > _MAX_PATTERN:
        raise BadRegex(f"error parsing regexp: expression is longer than {_MAX_PATTERN} characters", _SYNTAX)
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise BadRegex(_in_go_words(error, pattern), _SYNTAX) from error


def is_label_name(name: str) -> bool:
    """Alertmanager 0.25's rule: ASCII letters, digits and underscores, not beginning with a digit."""
    return _LABEL_NAME.fullmatch(name) is not None


def _unquote(raw: str) -> str:
    value, quoted = raw, raw.startswith('"')
    if quoted:
        if len(raw) < 2 or not raw.endswith('"'):
            raise Invalid(f"matcher value contains unescaped double quote: {raw}", remedy="Close the quotes.")
        value = raw[1:-1]
    plain = _ESCAPE.sub("", value)
    if '"' in plain or (quoted and plain.endswith("\\")):
        raise Invalid(f"matcher value contains unescaped double quote: {raw}", remedy='Write \\" for a quote.')
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], value)


def _in_go_words(error: re2.error, pattern: str) -> str:
    said = error.args[0]
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    what, _, where = text.partition(": ")
    return f"error parsing regexp: {_GO_WORDS.get(what, what)}: `{where or pattern}`"
