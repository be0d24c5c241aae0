"""Replacing a text in the strings of a JSON value, and in nothing else: names, numbers and instants stay. Pure."""

from collections.abc import Callable
from typing import Any, cast


def replace_in(value: Any, text: str, mark: str, is_kept: Callable[[str], bool]) -> Any:
    """The value with `mark` in the place of each `text`; what stands under a name that `is_kept` stays as it is."""
    match value:
        case str():
            return value.replace(text, mark)
        case list():
            return [replace_in(part, text, mark, is_kept) for part in cast("list[Any]", value)]
        case dict():
            return {
                name: part if is_kept(name) else replace_in(part, text, mark, is_kept)
                for name, part in cast("dict[str, Any]", value).items()
            }
        case _:
            return value
