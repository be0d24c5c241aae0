"""What a postmortem is: its values, its states, what may be written. No IO, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import one_line

MAX_BODY = 200_000
"""Bytes of UTF-8 of one version."""
MAX_AUTHORS = 20
MAX_AUTHOR = 100
MAX_NOTE = 300
QUESTION = "**Question:**"
"""How a draft marks what the record does not say; who answers it takes the mark away."""


class State(StrEnum):
    """From the draft on; a published one can still be corrected, and stays published."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


class Postmortem(Struct, frozen=True, kw_only=True):
    """One postmortem as its latest version reads; `body` is Markdown.

    `owner` is a user's name: whoever it was assigned to, else who commands the incident; None: nobody does. `template`
    names a kind of cause, `layout` one of `layouts`. `schedule_by` and `publish_by` follow from the incident's level
    and its resolution; None: it is not over yet, or its level asks for none.
    """

    id: int
    incident_id: int
    incident_number: int
    title: str
    severity: str | None
    state: State
    owner: str | None
    authors: tuple[str, ...]
    template: str | None
    layout: str
    body: str
    version: int
    edited_by: str
    edited_at: datetime
    schedule_by: datetime | None = None
    publish_by: datetime | None = None
    resolved_at: datetime | None = None
    drafted_at: datetime
    drafted_by: str
    published_at: datetime | None
    scope_id: int

    @property
    def is_published(self) -> bool:
        return self.state is State.PUBLISHED

    @property
    def questions(self) -> int:
        """How many gaps are still marked in the text."""
        return self.body.count(QUESTION)


class Version(Struct, frozen=True, kw_only=True):
    """One version of a postmortem, from 1 on; `by` is an actor, `note` what its writer says of it."""

    version: int
    body: str
    by: str
    at: datetime
    note: str


class Reader(Struct, frozen=True, kw_only=True):
    """Somebody who says that they have read a version."""

    name: str
    version: int
    read_at: datetime


class Unread(Struct, frozen=True, kw_only=True):
    """A published postmortem that somebody has not read: its incident."""

    number: int
    title: str


class NewPostmortem(Struct, frozen=True, kw_only=True):
    """What its first version is made with."""

    incident_id: int
    authors: tuple[str, ...]
    template: str | None
    layout: str
    body: str
    by: str


def check_body(body: str) -> str:
    """The text as it is kept, ended by one line end. Raises Invalid for an empty or overlong one."""
    text = body.replace("\r\n", "\n").strip("\n")
    size = len(text.encode())
    if not text.strip():
        raise Invalid("A postmortem without a text tells nothing.", "Write it in Markdown.", field="body")
    if size > MAX_BODY:
        raise Invalid(
            f"A postmortem has at most {MAX_BODY // 1000} kB, this one has {size // 1000}.",
            "Attach long output to the incident as a file, and link to it.",
            field="body",
        )
    return f"{text}\n"


def check_authors(authors: Sequence[str]) -> tuple[str, ...]:
    """The names as they are shown, each once. Raises Invalid for too many and for one that is empty or too long."""
    names = tuple(dict.fromkeys(one_line(author).strip().removeprefix("@") for author in authors))
    if len(names) > MAX_AUTHORS or not all(1 <= len(name) <= MAX_AUTHOR for name in names):
        raise Invalid(
            "These authors cannot be written down.",
            f"Name at most {MAX_AUTHORS}, each in 1 to {MAX_AUTHOR} characters.",
            field="authors",
        )
    return names


def check_note(note: str) -> str:
    """Raises Invalid for one that is too long."""
    if len(note.strip()) > MAX_NOTE:
        raise Invalid(
            f"A note on a version has at most {MAX_NOTE} characters.", "Say in a line what changed.", field="note"
        )
    return note.strip()


def read_state(text: str) -> State:
    """Raises Invalid that lists the states."""
    try:
        return State(text.strip().lower().replace("_", "-").replace(" ", "-"))
    except ValueError:
        raise Invalid(
            f"{text[:40]!r} is not a state of a postmortem.", f"Use one of {', '.join(State)}.", field="state"
        ) from None
