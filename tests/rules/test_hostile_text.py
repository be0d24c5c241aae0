"""The hostile corpus in everything that is no page: mails, calendars, tables and the terminal (SEC-7)."""

import csv
import email
import email.policy
import io
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import msgspec
import pytest
from icalendar import Calendar

from tests.channels.benches import OUTGOING
from tests.support.hostile import CORPUS, LONG
from tocsin.delivery.model import Line
from tocsin.incidents.task_model import TaskDraft, read_command
from tocsin.incidents.text_format import parse
from tocsin.integrations.channels.email.compose import Identity, compose
from tocsin.kernel.csv_text import csv_document
from tocsin.kernel.matchers import Matcher, Op, parse_matcher
from tocsin.oncall.feed_text import Feed, write
from tocsin.postmortems.publishing import open_questions
from tocsin.postmortems.review_model import stands_in
from tocsin.surfaces.cli import output

IDENTITY = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "a1b2c3d4")
EVERYTHING = {**CORPUS, "long": LONG}
STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


class Structure(HTMLParser):
    """The tags of a document with their attributes, and nothing that it says."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))


def mail_with(text: str) -> EmailMessage:
    message = msgspec.structs.replace(
        OUTGOING.message, title=text, what=text, why_you=text, severity=text, lines=(Line(text, text),)
    )
    outgoing = msgspec.structs.replace(OUTGOING, address="alice@example.com", message=message)
    return email.message_from_bytes(compose(outgoing, IDENTITY, 0).as_bytes(), policy=email.policy.default)


def structure_of(mail: EmailMessage) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    part = mail.get_body(("html",))
    assert part is not None
    parser = Structure()
    parser.feed(str(part.get_content()))
    return parser.tags


@pytest.mark.parametrize("kind", list(EVERYTHING))
def test_a_mail_gains_no_header_and_no_markup(kind: str) -> None:
    harmless, hostile = mail_with("x"), mail_with(EVERYTHING[kind])
    assert hostile.keys() == harmless.keys()
    assert hostile["to"] == "alice@example.com"
    assert not STEERS.search(hostile["subject"])
    assert structure_of(hostile) == structure_of(harmless)


@pytest.mark.parametrize("kind", list(EVERYTHING))
def test_a_calendar_gains_no_line(kind: str) -> None:
    written = Calendar.from_ical(write(Feed(EVERYTHING[kind], "Europe/Berlin", "https://tocsin.example.com", [])))
    harmless = Calendar.from_ical(write(Feed("x", "Europe/Berlin", "https://tocsin.example.com", [])))
    assert list(written.keys()) == list(harmless.keys())
    assert [part.name for part in written.walk()] == [part.name for part in harmless.walk()]


@pytest.mark.parametrize("kind", list(EVERYTHING))
def test_no_cell_of_a_table_is_a_formula(kind: str) -> None:
    text = EVERYTHING[kind]
    (_, (cell, other)) = csv.reader(io.StringIO(csv_document(("a", "b"), [(text, "next")]), newline=""))
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text
    assert other == "next"


@pytest.mark.parametrize("kind", list(EVERYTHING))
def test_nothing_steers_the_terminal(kind: str) -> None:
    assert not STEERS.search(output.line(EVERYTHING[kind]))
    assert "\x1b" not in output.safe(EVERYTHING[kind])


MANY = 300_000
"""So long that a reader which looks at every rest of a text again does not come to its end within a test's time."""


def test_many_blanks_are_read_in_one_go() -> None:
    blanks = " " * MANY
    assert read_command(f"/task{blanks}") is None
    assert read_command(f"{blanks}/task{blanks}@bob restart it{blanks}") == TaskDraft("restart it", "bob")
    (entry,) = parse(f"[12:30{blanks}so it goes", datetime(2026, 11, 21, 13, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    assert entry.at is None
    assert parse_matcher(f"team={blanks}a{blanks}b{blanks}") == Matcher("team", Op.EQUAL, f"a{blanks}b")


def test_a_postmortem_of_marks_is_read_in_one_go() -> None:
    blanks = " " * MANY
    assert open_questions(f"**Question:**{blanks}who{blanks}was told?{blanks}| next") == [f"who{blanks}was told?"]
    for marks in ("](" * MANY, "\n" * MANY, "[" * MANY):
        assert stands_in("it failed", f"{marks} **it** failed")
        assert not stands_in("it worked", f"{marks} **it** failed")
