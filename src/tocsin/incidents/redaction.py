"""What of an entry is text that a person may have to take back, and what is left of it (WAR-6). Pure.

A record of what happened has to stay one: instants, names of people, states and types are kept, so that what is
computed from the record does not change. Everything else that is text goes.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import msgspec

from tocsin.kernel.json_text import replace_in
from tocsin.kernel.ledger import LedgerEntry

MARK = "[redacted]"
LEAST = 6
"""Characters of a text that is looked for elsewhere, too: a shorter one is part of too many others."""

KEPT = frozenset(
    {
        *("type", "before", "after", "by", "via", "how", "said_by", "severity", "status", "state", "role", "user"),
        *("owner", "commander", "policy", "source", "urgency", "rule", "occurrence", "media_type", "strategy"),
        *("result", "worse", "acknowledged_by", "redacted_by", "services", "audience", "also_commands", "title"),
        *("name", "service"),
    }
)
"""Names in the data of an entry whose strings are no prose of this entry."""

REPEATED = frozenset({"title", "name"})
"""Of these the words of somebody, which another entry repeats."""

WORDS_OF_ITS_OWN = {"IncidentDeclared": ("title",), "AttachmentAdded": ("name",)}
"""By kind, what is prose there: a title belongs to the declaration, and every later entry only repeats it."""


def is_redacted(entry: LedgerEntry) -> bool:
    return "redacted_by" in entry.data


def tombstone(by: str, reason: str) -> str:
    """What stands in the place of the text."""
    return f"{MARK} by {by}: {reason}"


def redact_data(entry: LedgerEntry, by: str) -> dict[str, Any]:
    """The data of an entry without its prose."""
    kept = {name: value if _is_kept(entry.kind, name) else _without_text(value) for name, value in entry.data.items()}
    return {**kept, "redacted_by": by}


def without(entry: LedgerEntry, text: str) -> LedgerEntry:
    """Another entry without a text that was taken back. What programs read of it stays, though it may look like the
    text: names, states, instants, ids."""
    data = replace_in(entry.data, text, MARK, _is_read_by_programs)
    return msgspec.structs.replace(entry, sentence=entry.sentence.replace(text, MARK), data=data)


def _is_read_by_programs(name: str) -> bool:
    return name in KEPT - REPEATED or name in ("eta", "until") or name.endswith(("_at", "_id", "_ids"))


def texts_of(entries: Iterable[LedgerEntry]) -> tuple[str, ...]:
    """The prose of entries, the longest first, so that a part of one is not replaced before its whole."""
    found = {text.strip() for entry in entries for text in _texts(entry)}
    return tuple(sorted((text for text in found if len(text) >= LEAST), key=lambda text: (-len(text), text)))


def _texts(entry: LedgerEntry) -> Iterator[str]:
    for name, value in entry.data.items():
        if not _is_kept(entry.kind, name):
            yield from _flat(value)


def _is_kept(kind: str, name: str) -> bool:
    if name in WORDS_OF_ITS_OWN.get(kind, ()):
        return False
    return name in KEPT or name == "eta" or name.endswith("_at")


def _without_text(value: Any) -> Any:
    match value:
        case str():
            return MARK
        case list():
            return [_without_text(part) for part in cast("list[Any]", value)]
        case dict():
            return {name: _without_text(part) for name, part in cast("dict[str, Any]", value).items()}
        case _:
            return value


def _flat(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | dict():
            parts = cast("dict[str, Any]", value).values() if isinstance(value, dict) else cast("list[Any]", value)
            for part in parts:
                yield from _flat(part)
        case _:
            return
