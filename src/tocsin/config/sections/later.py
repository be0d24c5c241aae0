"""Sections of later parts: their shape is checked as far as it is known, they are kept, and `plan` says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tocsin.config.fields import Fields, Place
from tocsin.config.yaml_text import plain_value


class Later(NamedTuple):
    """A section that is kept: what it waits for, and how the shape of one entry is checked."""

    waits_for: str
    check: Callable[[Fields, str], None]


def read_entry(section: str, value: Any, place: Place, index: int, zone: str) -> tuple[str, Any]:
    """The name of an entry (its number where the section has no names) and its value as it was written."""
    fields = Fields(value, place, what=f"An entry of {section}")
    LATER[section].check(fields, zone)
    fields.done()
    name = fields.value.get("name")
    return str(name) if isinstance(name, str) else str(index), plain_value(fields.value)


def _status_page(fields: Fields, zone: str) -> None:
    fields.name()
    fields.find_text("title")
    for entry, at in fields.items("components"):
        component = Fields(entry, at, what="A component")
        component.text("name")
        component.names("services")
        for key in ("group", "description"):
            component.find_text(key)
        component.done()


def _free(fields: Fields, zone: str) -> None:
    fields.name()
    fields.taken |= set(fields.value)


LATER: Mapping[str, Later] = {
    "status_pages": Later("there is no status page yet", _status_page),
    "holidays": Later("schedules do not know holidays yet", _free),
}
