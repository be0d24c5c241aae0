"""Matchers as people type them into a page: in Alertmanager's dialect, several at once. Pure."""

import re
from collections.abc import Mapping

from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Matcher, Op, parse_matcher

LONGEST = 4_000

_BETWEEN = re.compile(r'(?:[^,\n"]|"(?:[^"\\]|\\.)*"?)+')


def read_matchers(text: str, *, field: str = "match") -> tuple[Matcher, ...]:
    """`alertname="Slow", job=~"web|api"`, one a line or with commas, in braces or not; raises Invalid with `field`."""
    bare = text.strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    if len(bare) > LONGEST:
        raise Invalid("That is too long for matchers.", "Use fewer, or a regular expression.", field=field)
    try:
        return tuple(parse_matcher(part) for part in _BETWEEN.findall(bare) if part.strip())
    except Invalid as wrong:
        remedy = wrong.remedy or 'Write name="value"; other operators: != =~ !~'
        raise Invalid(f"{wrong.message}.", remedy, field=field) from wrong


def matchers_of(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    """Those that match alerts with exactly these values, by name."""
    return tuple(Matcher(name, Op.EQUAL, value) for name, value in sorted(labels.items()))


def write_matchers(matchers: tuple[Matcher, ...]) -> str:
    """One a line; `read_matchers` reads it back."""
    return "\n".join(str(matcher) for matcher in matchers)
