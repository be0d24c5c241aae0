"""YAML text → plain values and the line of each, with bounds: what a file says, before anybody gives it a meaning.

Scalars stay text: YAML would make a number of `09:00`, a date of `2026-01-05` and a boolean of `no`, and only the
reader of a field knows which it is. Numbers, booleans and null are made by whoever asks (`plain_value`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import yaml

from tocsin.config.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_VALUES = 100_000
MAX_DEPTH = 40

_NULL = ("", "~", "null", "Null", "NULL")
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")


class Plain(str):
    """A scalar without quotes: `5` may be a number where one is expected, `"5"` may not."""

    __slots__ = ()


class YamlText:
    """One file's value with the line of every path, and the problems found so far."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._left = MAX_VALUES
        self._open: set[int] = set()
        self.value = self._read(text)

    def problem(self, path: str, message: str, remedy: str = "", *, line: int | None = None) -> None:
        """Note what is wrong at a path; the line is that of the path or of the nearest part above it."""
        self.problems.append(
            Problem(
                file=self.name,
                line=nearest_line(self.lines, path) if line is None else line,
                path=path,
                message=message,
                remedy=remedy,
            )
        )

    def _read(self, text: str) -> Any:
        if len(text) > MAX_BYTES:
            self.problem("", f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB.", "Split it.", line=0)
            return None
        try:
            documents = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            why = " ".join(part for part in (error.context, error.problem) if part)
            self.problem(
                "", f"This is not YAML: {why}.", "Check indentation and quotes.", line=mark.line + 1 if mark else 0
            )
            return None
        except (yaml.YAMLError, RecursionError) as error:
            self.problem("", f"This is not YAML: {error}".split("\n")[0], "Check the file's encoding (UTF-8).", line=0)
            return None
        if len(documents) > 1:
            line = documents[1].start_mark.line + 1
            self.problem("", "The file holds several documents.", "Keep one: remove the `---` lines.", line=line)
            return None
        return self._value(documents[0], "", 0) if documents else None

    def _value(self, node: yaml.Node, path: str, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            if self._left >= -1:  # said once: everything after it is too much as well
                self.problem(path, "The file is too deep or, with its aliases, too large.", "Simplify it.", line=line)
                self._left = -2
            return None
        if node.tag not in _TAGS:
            self.problem(path, f"The tag {node.tag!r} is not allowed.", "Remove it.", line=line)
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self.problem(path, "An alias stands within the value that it names.", "Write the value out.", line=line)
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self._value(item, f"{path}[{n}]", depth + 1) for n, item in enumerate(node.value)]
            return self._mapping(node, path, depth)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, path: str) -> str | None:
        if "\0" in node.value:
            line = node.start_mark.line + 1
            self.problem(path, "The text holds a NUL, which cannot be kept.", "Remove the \\0.", line=line)
            return None
        if node.style:  # one of the quotes or block styles
            return str(node.value)
        return None if node.value in _NULL else Plain(node.value)

    def _mapping(self, node: yaml.Node, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:merge":
                merged = self._merge(value, path, depth) | merged
                continue
            if not isinstance(key, yaml.ScalarNode):
                self.problem(path, "A key must be a word.", "Write `key: value`.", line=line)
                continue
            name = str(key.value)
            below = f"{path}.{name}" if path else name
            if name in found:
                self.problem(
                    below,
                    f"The key {name!r} is here twice (first in line {self.lines[below]}).",
                    "Keep one.",
                    line=line,
                )
                continue
            self.lines[below] = line
            found[name] = self._value(value, below, depth + 1)
        return merged | found

    def _merge(self, node: yaml.Node, path: str, depth: int) -> dict[str, Any]:
        """`<<: *alias`, or a list of aliases of which the earlier counts."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for part in reversed(parts):
            value = self._value(part, path, depth + 1)
            if not isinstance(value, dict):
                self.problem(
                    path, "`<<` merges mappings only.", "Name an alias of a mapping.", line=part.start_mark.line + 1
                )
                continue
            merged |= value
        return merged


def nearest_line(lines: Mapping[str, int], path: str) -> int:
    """The line of a path, or of the nearest part above it that has one; 0: nothing has."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 0)


def plain_value(value: Any) -> Any:
    """The JSON value of what was read: unquoted numbers, booleans and null become such, everything else is text."""
    if isinstance(value, dict):
        return {key: plain_value(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [plain_value(one) for one in cast("list[Any]", value)]
    if not isinstance(value, Plain):
        return value
    if value in ("true", "True", "false", "False"):
        return value in ("true", "True")
    if _INTEGER.fullmatch(value) and len(value) <= 18:
        return int(value)
    return float(value) if _FLOAT.fullmatch(value) and len(value) <= 25 else str(value)
