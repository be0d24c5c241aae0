"""Sizes of files as people write them: `500 kB`, `10 MB`; thousands, as file managers count."""

import re

from tocsin.kernel.errors import Invalid

_SHAPE = re.compile(r"([0-9]{1,9})\s?(B|kB|MB|GB)?", re.ASCII | re.IGNORECASE)
_UNITS = {"b": 1, "kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}


def parse_size(text: str) -> int:
    """ "10 MB" → bytes; a bare number is bytes. Raises Invalid."""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        raise Invalid(f"{text[:40]!r} is not a size.", "Write it like 500kB or 10MB.")
    return int(shape[1]) * _UNITS[(shape[2] or "B").lower()]


def size_words(size: int) -> str:
    """ "12 kB", "3.4 MB"."""
    if size < 1_000:
        return f"{size} B"
    return f"{round(size / 1_000)} kB" if size < 999_500 else f"{round(size / 1_000_000, 1):g} MB"
