"""Opsgenie's query language as far as scripts use it: `status=open AND priority: P1`. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tocsin.alerts.model import Alert, State
from tocsin.integrations.sources.opsgenie.labels import tags_in
from tocsin.integrations.sources.opsgenie.parse import NotProcessable

_CONDITION = re.compile(r"\s*(not\s+)?(\w+)\s*(!=|=|:)\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
MAX_QUERY = 1000


def status_of(alert: Alert) -> str:
    return "open" if alert.state is State.FIRING else "closed"


def tags_of(alert: Alert) -> list[str]:
    return tags_in(alert.labels)


def _label(name: str) -> Callable[[Alert], list[str]]:
    return lambda alert: [alert.labels.get(name, "")]


_FIELDS: dict[str, Callable[[Alert], list[str]]] = {
    "status": lambda alert: [status_of(alert)],
    "acknowledged": lambda alert: ["true" if alert.acknowledged_at else "false"],
    "message": lambda alert: [alert.title],
    "tag": tags_of,
    "tags": tags_of,
    "tinyid": lambda alert: [str(alert.id)],
    "alias": _label("alias"),
    "entity": _label("entity"),
    "source": _label("source"),
    "priority": _label("priority"),
}


class Condition(NamedTuple):
    field: str
    value: str
    is_negated: bool

    def holds(self, alert: Alert) -> bool:
        return (self.value in (text.lower() for text in _FIELDS[self.field](alert))) is not self.is_negated


def read_query(text: str) -> list[Condition]:
    """The conditions, all of which have to hold; `:` and `=` mean the same. Raises NotProcessable."""
    if len(text) > MAX_QUERY:
        raise NotProcessable("query", f"Query should not be longer than {MAX_QUERY} characters.")
    return [_read_condition(part) for part in _AND.split(text.strip())] if text.strip() else []


def _read_condition(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    field = found[2].lower() if found else ""
    if found is None or field not in _FIELDS:
        known = ", ".join(sorted(_FIELDS))
        raise NotProcessable(
            "query", f"Query is not understood at {text[:50]!r}. Conditions on {known}, joined by AND."
        )
    value = next(group for group in found.groups()[3:] if group is not None)
    return Condition(field, value.lower(), is_negated=bool(found[1]) is not (found[3] == "!="))
