"""Tables as CSV (RFC 4180) that a spreadsheet opens as what they are: text, and never a formula (SEC-7)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell may not begin with; the wide forms mean the same to some spreadsheets."""


def csv_document(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines end in CRLF. A cell that a spreadsheet would run has an apostrophe in front, which it shows as text."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def safe_cell(text: str) -> str:
    """The text, or the text behind an apostrophe. Numbers, negative ones too, stay numbers."""
    if _NUMBER.fullmatch(text) or not text.lstrip(" ").startswith(_FORMULA):
        return text
    return f"'{text}"
