"""What colleagues say about a postmortem before it is published (PMT-5): comments, and what reviewers think. Pure."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.markdown import spell_out

MAX_COMMENT = 4_000
MAX_QUOTE = 500
MAX_NOTE = 1_000

_REMINDERS = (timedelta(days=2), timedelta(days=5))
"""After so long without a word a reviewer is reminded; then no more."""


class Verdict(StrEnum):
    """What a reviewer has said so far."""

    ASKED = "asked"
    APPROVED = "approved"
    WANTS_CHANGES = "wants-changes"

    @property
    def words(self) -> str:
        return {"asked": "asked", "approved": "approved", "wants-changes": "wants changes"}[self.value]


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `postmortem_comment`; `n` counts within the postmortem. `quote` is the passage or the heading that it
    is about, empty: the whole. `by` and `resolved_by` are actors such as "@alice"; `answer` came with the resolution.
    """

    postmortem_id: int
    n: int
    by: str
    at: datetime
    text: str
    quote: str
    resolved_by: str | None
    resolved_at: datetime | None
    answer: str

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class Reviewer(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `postmortem_reviewer`: `user` is a name; `version` is the one that the verdict is about, None as long
    as there is none; `reminded` counts the reminders since they were asked.
    """

    postmortem_id: int
    user: str
    asked_by: str
    asked_at: datetime
    verdict: Verdict
    note: str
    version: int | None
    said_at: datetime | None
    reminded: int


class CommentDraft(msgspec.Struct, frozen=True):
    """What somebody wants to say, and about which passage; empty: the whole."""

    text: str
    quote: str = ""


def checked_comment(draft: CommentDraft, body: str) -> CommentDraft:
    """Trimmed. Raises Invalid for its text, or for a passage that the postmortem does not have."""
    text, quote = draft.text.strip(), _one_space(draft.quote)
    if not 1 <= len(text) <= MAX_COMMENT:
        raise Invalid(f"A comment has 1 to {MAX_COMMENT} characters.", "Write what you would say.", field="text")
    if len(quote) > MAX_QUOTE:
        raise Invalid(f"A passage has up to {MAX_QUOTE} characters.", "Quote its first words.", field="quote")
    if quote and not stands_in(quote, body):
        raise Invalid(
            "The postmortem has no such passage.",
            "Copy it from the text as it is now, or leave it out to speak of the whole.",
            field="quote",
        )
    return CommentDraft(text, quote)


def checked_note(note: str, *, is_needed: bool) -> str:
    """What a reviewer adds to a verdict. Raises Invalid; whoever wants changes says which."""
    note = note.strip()
    if len(note) > MAX_NOTE:
        raise Invalid(f"A note has up to {MAX_NOTE} characters.", "Say more in comments.", field="note")
    if is_needed and not note:
        raise Invalid(
            "What shall change is missing.", "Say it in a sentence, or comment on the passages.", field="note"
        )
    return note


def stands_in(quote: str, body: str) -> bool:
    """Whether the text still has this passage, however its lines are broken and whatever marks it carries."""
    wanted = _one_space(quote)
    return wanted in _one_space(body) or _one_space(spell_out(wanted)) in _one_space(_without_marks(body))


def read_verdict(text: str) -> Verdict:
    """Raises Invalid, naming what a reviewer can say."""
    said = text.strip().lower().replace("_", "-").replace(" ", "-")
    if said not in (Verdict.APPROVED, Verdict.WANTS_CHANGES):
        raise Invalid(
            f"{text[:40]!r} is nothing that a reviewer says.", "Say approved or wants-changes.", field="verdict"
        )
    return Verdict(said)


def is_approval(reviewer: Reviewer, version: int) -> bool:
    """Of the text as it is now; an approval of an earlier version says nothing of what came after."""
    return reviewer.verdict is Verdict.APPROVED and reviewer.version == version


def next_reminder_at(reviewer: Reviewer) -> datetime | None:
    """When a reviewer who has said nothing is reminded next; None: no more."""
    if reviewer.verdict is not Verdict.ASKED or reviewer.reminded >= len(_REMINDERS):
        return None
    return reviewer.asked_at + _REMINDERS[reviewer.reminded]


def _one_space(text: str) -> str:
    return " ".join(text.split())


_MARKS = re.compile(r"[*_`~#]|!?\[|\]\([^\])\s]*\)|^[ \t]*(?:[-+>]|\d{1,9}[.)])\s", re.MULTILINE)


def _without_marks(body: str) -> str:
    """Roughly what a reader sees and can copy."""
    return _MARKS.sub("", body)
