"""Two shapes → the fields that differ, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, cast

import msgspec

from tocsin.config.model import FieldChange
from tocsin.config.shape import Hidden

LONGEST = 160


def differences(before: Any, after: Any, path: str = "") -> list[FieldChange]:
    """What differs, field by field; entries of a list are told apart by their names where they have some."""
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _of_mappings(cast("Mapping[str, Any]", before), cast("Mapping[str, Any]", after), path)
    if _has_names(before) and _has_names(after):
        return _of_named(cast("list[Any]", before), cast("list[Any]", after), path)
    if _has_entries(before) and _has_entries(after):
        return _of_entries(cast("list[Any]", before), cast("list[Any]", after), path)
    shown_before, shown_after = show(before), show(after)
    if shown_before == shown_after and shown_after is not None:
        shown_after = f"{shown_after} (another)"
    return [FieldChange(path=path, before=shown_before, after=shown_after)]


def _of_mappings(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> list[FieldChange]:
    keys = [*after, *(key for key in before if key not in after)]
    return [
        change
        for key in keys
        for change in differences(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    ]


def _of_named(before: Sequence[Any], after: Sequence[Any], path: str) -> list[FieldChange]:
    old = {one["name"]: one for one in before}
    new = {one["name"]: one for one in after}
    found: list[FieldChange] = []
    if [name for name in old if name in new] != [name for name in new if name in old]:
        found.append(FieldChange(path=f"{path} (order)", before=", ".join(old), after=", ".join(new)))
    for name in [*new, *(name for name in old if name not in new)]:
        here = f"{path}[{name}]"
        if name in old and name in new:
            found += differences(old[name], new[name], here)
        else:
            found.append(FieldChange(path=here, before=show(old.get(name)), after=show(new.get(name))))
    return found


def _of_entries(before: Sequence[Any], after: Sequence[Any], path: str) -> list[FieldChange]:
    """Entries without names, such as routes: what is alike on both sides stays, the rest is paired in order."""
    found: list[FieldChange] = []
    matcher = SequenceMatcher(None, [_key(one) for one in before], [_key(one) for one in after], autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        for old, new in zip_longest(range(old_from, old_to), range(new_from, new_to)):
            if old is None:
                found.append(FieldChange(path=f"{path}[{new}]", before=None, after=show(after[new])))
            elif new is None:
                found.append(FieldChange(path=f"{path}[{old}]", before=show(before[old]), after=None))
            else:
                found += differences(before[old], after[new], f"{path}[{new}]")
    return found


def _key(value: Any) -> bytes:
    """The same for values that are equal, whatever the order of their keys."""
    return msgspec.json.encode(value, order="deterministic")


def _has_entries(value: Any) -> bool:
    """Whether this is a list of mappings with several keys; a list of pairs, such as contacts, is read as a whole."""
    return isinstance(value, list) and all(
        isinstance(one, Mapping) and len(cast("Mapping[str, Any]", one)) > 1 for one in cast("list[Any]", value)
    )


def _has_names(value: Any) -> bool:
    """Whether this is a list of mappings, each with a name of its own."""
    if not isinstance(value, list) or not value:
        return False
    entries = cast("list[Any]", value)
    names = [cast("Mapping[str, Any]", one).get("name") for one in entries if isinstance(one, Mapping)]
    return len(names) == len(entries) == len({str(name) for name in names}) and None not in names


def show(value: Any) -> str | None:
    """A value as a reader of YAML knows it, on one line and bounded; None: it is absent."""
    if value is None:
        return None
    text = _flow(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _flow(value: Any) -> str:
    if isinstance(value, Hidden):
        return value.shown
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value).items()
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in cast("Sequence[Any]", value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
