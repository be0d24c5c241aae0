"""How long a child that fails again and again is left alone."""

import json
import logging
import sys

import pytest

from tocsin.serve.logs import JsonLines, TextLines
from tocsin.serve.supervisor import next_pause


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0.5), (1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (5000, 30.0)]
)
def test_pauses_grow_to_half_a_minute(failures: int, seconds: float) -> None:
    assert next_pause(failures) == seconds


def record(message: str, *, failed: bool = False, words: str = "no such thing") -> logging.LogRecord:
    exc_info = None
    if failed:
        try:
            raise ValueError(words)
        except ValueError:
            exc_info = sys.exc_info()
    made = logging.LogRecord("tocsin.worker", logging.WARNING, "file", 1, message, None, exc_info)
    made.created = 1_772_445_600.25
    return made


def test_a_json_line_holds_one_object_whatever_the_message() -> None:
    line = JsonLines("worker").format(record('two\nlines and "quotes"'))
    assert "\n" not in line
    told = json.loads(line)
    assert told["at"] == "2026-03-02T10:00:00.250+00:00"
    assert (told["level"], told["process"], told["logger"]) == ("warning", "worker", "tocsin.worker")
    assert told["message"] == 'two\nlines and "quotes"'
    assert "ValueError: no such thing" in json.loads(JsonLines("web").format(record("x", failed=True)))["exception"]


def test_a_text_line_begins_with_its_instant() -> None:
    assert TextLines("web").format(record("all is calm")) == "2026-03-02T10:00:00.250Z warning web: all is calm"
    assert TextLines("web").format(record("x", failed=True)).endswith("ValueError: no such thing")


FORGED = "page /x\n2026-03-02T10:00:00.250Z info web: all is well\x1b[2J\x00\u202e failed"


def test_what_was_sent_to_us_forges_no_line_of_text() -> None:
    line = TextLines("web").format(record(FORGED))
    assert line.isprintable()
    assert r"page /x\n2026-03-02" in line
    assert r"\x1b[2J\x00\u202e failed" in line


def test_nor_in_the_words_of_an_exception() -> None:
    first, *rest = TextLines("web").format(record("x", failed=True, words=FORGED)).split("\n")
    assert first.endswith("web: x")
    assert all(each.startswith("  ") and each.isprintable() for each in rest)
