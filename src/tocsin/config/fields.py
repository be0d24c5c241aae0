"""Take the keys of one mapping, one by one, each as what it must be; what nobody took is unknown and refused.

A problem is noted with its place and reading goes on, so that one run names everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar, cast

from tocsin.accounts.rules import check_slug
from tocsin.config.yaml_text import Plain, YamlText, plain_value
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.localtime import is_zone

T = TypeVar("T")


class Place(NamedTuple):
    """Where in a file something stands."""

    file: YamlText
    path: str

    def key(self, name: str) -> Place:
        return Place(self.file, f"{self.path}.{name}" if self.path else name)

    def item(self, index: int) -> Place:
        return Place(self.file, f"{self.path}[{index}]")

    def problem(self, message: str, remedy: str = "") -> None:
        self.file.problem(self.path, message, remedy)

    def refuse(self, error: TocsinError) -> None:
        self.problem(error.message, error.remedy)


class Fields:
    """The keys of one mapping. A value of the wrong kind is a problem and reads as the default."""

    def __init__(self, value: Any, place: Place, *, what: str) -> None:
        self.place = place
        self.what = what
        self.taken: set[str] = set()
        self.value = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            place.problem(f"{what} must be a mapping.", "Write it as `key: value` lines.")

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def raw(self, key: str) -> Any:
        """The value as it was read, None when it is absent."""
        self.taken.add(key)
        return self.value.get(key)

    def plain(self, key: str) -> Any:
        """The value as JSON, for what is only kept."""
        return plain_value(self.raw(key))

    def find_text(self, key: str) -> str | None:
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.place.key(key).problem(f"{key} must be a text.")
            return None
        return str(value)

    def text(self, key: str) -> str:
        """A text that must be there; "" after a problem."""
        value = self.find_text(key)
        if not value and self.value.get(key) in (None, ""):
            self.missing(key)
        return value or ""

    def missing(self, key: str) -> None:
        self.place.problem(f"{self.what} needs {key!r}.", f"Add `{key}: …`.")

    def name(self) -> str:
        """The slug by which everything else refers to this."""
        value = self.text("name")
        return value if not value or self.read_with("name", check_slug, value) is not None else ""

    def find_name(self, key: str) -> str | None:
        """A reference by name; whether it exists is `check`'s business."""
        value = self.find_text(key)
        return None if value is None else self.read_with(key, check_slug, value)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of references by name."""
        found: list[str] = []
        for text, place in self.texts(key):
            try:
                found.append(check_slug(text, key))
            except TocsinError as error:
                place.refuse(error)
        for index, one in enumerate(found):
            if one in found[:index]:
                self.place.key(key).problem(f"{key} names {one!r} twice.", "Keep one.")
        return tuple(found)

    def texts(self, key: str) -> Iterator[tuple[str, Place]]:
        """The texts of a list, each with its place."""
        for value, place in self.items(key):
            if isinstance(value, str):
                yield str(value), place
            else:
                place.problem(f"An entry of {key} must be a text.")

    def items(self, key: str) -> Iterator[tuple[Any, Place]]:
        """The entries of a list, each with its place; an absent list is empty."""
        value, place = self.raw(key), self.place.key(key)
        if value is None:
            return
        if not isinstance(value, list):
            place.problem(f"{key} must be a list.", "Begin each entry with `- ` or write [a, b].")
            return
        for index, one in enumerate(cast("list[Any]", value)):
            yield one, place.item(index)

    def fields(self, key: str, what: str) -> Fields | None:
        value = self.raw(key)
        return None if value is None else Fields(value, self.place.key(key), what=what)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, Plain) and value.lower() in ("true", "yes", "false", "no"):
            return value.lower() in ("true", "yes")
        self.place.key(key).problem(f"{key} must be true or false.")
        return default

    def integer(self, key: str, low: int, high: int) -> int | None:
        value = self.raw(key)
        if value is None:
            return None
        number = plain_value(value)
        if isinstance(number, int) and not isinstance(number, bool) and low <= number <= high:
            return number
        self.place.key(key).problem(f"{key} must be a whole number from {low} to {high}.")
        return None

    def choice(self, key: str, options: Collection[str], default: str) -> str:
        value = self.find_text(key)
        if value is None or value in options:
            return value or default
        self.place.key(key).problem(
            f"{key} cannot be {value!r}.{suggest(value, options)}", f"Use one of {', '.join(options)}."
        )
        return default

    def duration(self, key: str) -> timedelta | None:
        value = self.find_text(key)
        return None if value is None else self.read_with(key, parse_duration, value)

    def zone(self, key: str) -> str | None:
        value = self.find_text(key)
        if value is not None and not is_zone(value):
            self.place.key(key).problem(f"There is no time zone {value!r}.", "Write it as Europe/Berlin or UTC.")
            return None
        return value

    def read_with(self, key: str, read: Callable[[str], T], value: str) -> T | None:
        """What a parser makes of a value; its refusal becomes a problem at the key."""
        try:
            return read(value)
        except TocsinError as error:
            self.place.key(key).refuse(error)
            return None

    def done(self) -> None:
        """Refuse every key that nobody took, with the nearest that exists."""
        for key in self.value:
            if key not in self.taken:
                known = ", ".join(sorted(self.taken))
                self.place.key(key).problem(
                    f"{self.what} has no key {key!r}.{suggest(key, self.taken)}", f"The keys are {known}."
                )


def is_slug(name: str) -> bool:
    """Whether this is a name by which things refer to each other."""
    try:
        check_slug(name)
    except TocsinError:
        return False
    return True


def suggest(word: str, options: Collection[str]) -> str:
    """` Did you mean "severity"?`, or nothing."""
    near = get_close_matches(word, list(options), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
