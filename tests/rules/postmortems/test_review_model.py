"""Comments and verdicts: what is accepted, which passage a comment is about, and when a reviewer is reminded."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tocsin.kernel.errors import Invalid
from tocsin.postmortems.review_model import (
    CommentDraft,
    Reviewer,
    Verdict,
    checked_comment,
    checked_note,
    is_approval,
    next_reminder_at,
    read_verdict,
    stands_in,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY = "## Impact\n\nCheckout **failed** for\n30 % of payments ([record](/incidents/INC-1#entry-3)).\n\n- 2026 first\n"
ASKED = Reviewer(
    postmortem_id=1,
    user="bob",
    asked_by="@alice",
    asked_at=NOW,
    verdict=Verdict.ASKED,
    note="",
    version=None,
    said_at=None,
    reminded=0,
)
APPROVED = replace(ASKED, verdict=Verdict.APPROVED, version=3, said_at=NOW)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("Impact", True),
        ("Checkout **failed** for 30 %", True),
        ("Checkout failed for 30 % of payments (record).", True),
        ("Checkout\nfailed   for", True),
        ("Checkout failed for 31 %", False),
    ],
)
def test_a_passage_is_found_as_it_is_written_and_as_it_is_read(quote: str, stands: bool) -> None:
    assert stands_in(quote, BODY) is stands


def test_a_comment_is_trimmed() -> None:
    assert checked_comment(CommentDraft(" Since when? \n", "Checkout  failed\nfor"), BODY) == CommentDraft(
        "Since when?", "Checkout failed for"
    )


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (CommentDraft("  "), "text"),
        (CommentDraft("x" * 4_001), "text"),
        (CommentDraft("x", "no such words"), "quote"),
        (CommentDraft("x", "Impact " * 100), "quote"),
    ],
)
def test_a_comment_that_cannot_be_kept_says_which_field(draft: CommentDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_comment(draft, BODY)
    assert refused.value.field == field
    assert refused.value.remedy


@pytest.mark.parametrize("said", ["approved", "Wants changes", "wants_changes"])
def test_verdicts_are_read_as_people_write_them(said: str) -> None:
    assert read_verdict(said) in (Verdict.APPROVED, Verdict.WANTS_CHANGES)


@pytest.mark.parametrize("said", ["asked", "", "lgtm"])
def test_nothing_else_is_a_verdict(said: str) -> None:
    with pytest.raises(Invalid, match="nothing that a reviewer says"):
        read_verdict(said)


def test_whoever_wants_changes_says_which() -> None:
    assert checked_note(" the impact \n", is_needed=True) == "the impact"
    assert checked_note("", is_needed=False) == ""
    for note in ("  ", "x" * 1_001):
        with pytest.raises(Invalid):
            checked_note(note, is_needed=True)


def test_an_approval_is_of_the_version_that_was_read() -> None:
    assert is_approval(APPROVED, 3)
    assert not is_approval(APPROVED, 4)
    assert not is_approval(replace(APPROVED, verdict=Verdict.WANTS_CHANGES), 3)


def test_a_silent_reviewer_is_reminded_twice() -> None:
    assert next_reminder_at(ASKED) == NOW + timedelta(days=2)
    assert next_reminder_at(replace(ASKED, reminded=1)) == NOW + timedelta(days=5)
    assert next_reminder_at(replace(ASKED, reminded=2)) is None
    assert next_reminder_at(APPROVED) is None
