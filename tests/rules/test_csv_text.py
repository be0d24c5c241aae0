"""A CSV is text to a spreadsheet, whatever somebody has called themselves (SEC-7)."""

import csv
import io

import pytest

from tocsin.kernel.csv_text import csv_document, safe_cell


@pytest.mark.parametrize(
    "hostile",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", '=HYPERLINK("http://x")', "＝1+1", "-"],
)
def test_what_a_spreadsheet_would_run_is_text(hostile: str) -> None:
    assert safe_cell(hostile) == f"'{hostile}"


@pytest.mark.parametrize("plain", ["", "alice", "12", "-12.5", "2026-11-01", "a=b", "it's"])
def test_what_is_text_or_a_number_stays(plain: str) -> None:
    assert safe_cell(plain) == plain


def test_a_reader_of_csv_gets_every_cell_back() -> None:
    written = csv_document(("name", "said"), [("alice", 'one, "two"\nthree'), ("bob", "")])
    assert list(csv.reader(io.StringIO(written))) == [["name", "said"], ["alice", 'one, "two"\nthree'], ["bob", ""]]
    assert written.startswith("name,said\r\n")
