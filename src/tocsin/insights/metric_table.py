"""A file of incidents as a table: CSV as it stands, JSON with its objects laid flat. Pure; knows no system."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from tocsin.kernel.errors import Invalid

Cells = Sequence[Any]

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class Table(NamedTuple):
    """`names` by `plain_name`; `first` is the number of the first row, as somebody counts who looks at the file."""

    names: list[str]
    rows: Iterable[Cells]
    first: int


def read_table(content: bytes) -> Table:
    """Raises Invalid for what is neither CSV nor a JSON list of objects, both in UTF-8."""
    head = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _json_table(content) if head in (b"[", b"{") else _csv_table(content)


def plain_name(heading: str) -> str:
    """`Created On`, `createdOn` and `created_on` as one: small letters with an underscore between words."""
    return _NOT_WORD.sub("_", _HUMP.sub("_", heading.strip()).lower()).strip("_")


def _csv_table(content: bytes) -> Table:
    line = content.partition(b"\n")[0]
    separator = ";" if line.count(b";") > line.count(b",") else ","
    text = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    rows = _csv_rows(csv.reader(text, delimiter=separator))
    headings = next(rows, None) or []
    return Table([plain_name(name) for name in headings], rows, 2)


def _csv_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except UnicodeDecodeError:
        raise Invalid("The file is no text in UTF-8.", "Export it as CSV or JSON in UTF-8.", field="file") from None
    except csv.Error as wrong:
        raise Invalid(f"The file is no CSV: {wrong}.", "Export it again as CSV or JSON.", field="file") from None


def _json_table(content: bytes) -> Table:
    try:
        found: Any = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Invalid(f"The file is no JSON: {wrong}.", "Export it again as CSV or JSON.", field="file") from None
    if isinstance(found, dict):
        answer = cast("dict[str, Any]", found)
        found = answer.get("incidents", answer.get("data"))
    if not isinstance(found, list):
        what = "The JSON is no list of incidents."
        raise Invalid(what, "Give a list, or an object with one under incidents.", field="file")
    lines = [dict(_flat(item)) for item in cast("list[Any]", found)]
    names = list(dict.fromkeys(name for line in lines for name in line))
    return Table(names, [[line.get(name) for name in names] for line in lines], 1)


def _flat(item: object) -> Iterator[tuple[str, Any]]:
    """One object as cells: an object within it by its name, a report by its own members, teams as one text."""
    members = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    for key, value in members.items():
        name = plain_name(key)
        if isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            yield from ((plain_name(each), inner[each]) for each in inner if name == "report")
            yield f"{name}_name", inner.get("summary") or inner.get("name")
        elif isinstance(value, list) and name == "acknowledgements":
            taken = _each(cast("list[Any]", value), "at")
            yield "acknowledged_at", min((at for at in taken if isinstance(at, str)), default=None)
        elif isinstance(value, list) and name == "teams":
            teams = _each(cast("list[Any]", value), "summary", "name")
            yield "teams", ", ".join(str(team) for team in teams if team)
        else:
            yield name, value


def _each(values: list[Any], *members: str) -> Iterator[Any]:
    """The first of these members of each object; what is no object stands for itself."""
    for value in values:
        if isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            yield next((inner[member] for member in members if inner.get(member)), None)
        else:
            yield value
