"""What of an entry is text, and what is left of it (WAR-6)."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.redaction import LEAST, MARK, is_redacted, redact_data, texts_of, tombstone
from tocsin.kernel.ledger import LedgerEntry

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def entry(kind: str = "TimelineNoted", **data: Any) -> LedgerEntry:
    return LedgerEntry(id=1, at=AT, kind=kind, topic="incident/1", scope_id=1, actor="@bob", sentence="said", data=data)


def test_what_is_computed_from_stays_and_prose_goes() -> None:
    noted = entry(
        type="action", text="the key is hunter2", said_by="@eve", said_at="2026-03-02T09:00:00Z", n=3, private=True
    )
    assert redact_data(noted, "@root") == {
        "type": "action",
        "text": MARK,
        "said_by": "@eve",
        "said_at": "2026-03-02T09:00:00Z",
        "n": 3,
        "private": True,
        "redacted_by": "@root",
    }
    update = entry("UpdatePosted", text="all of it", done=["rolled back"], facts={"breach": "yes, of Eve"}, eta="17:00")
    assert redact_data(update, "@root") == {
        "text": MARK,
        "done": [MARK],
        "facts": {"breach": MARK},
        "eta": "17:00",
        "redacted_by": "@root",
    }
    assert texts_of([update]) == ("rolled back", "yes, of Eve", "all of it")


def test_a_title_is_prose_of_the_declaration_alone() -> None:
    assert texts_of([entry("IncidentDeclared", title="Eve cannot pay", reason="")]) == ("Eve cannot pay",)
    assert texts_of([entry("IncidentResolved", title="Eve cannot pay", reason="refunded her")]) == ("refunded her",)
    assert texts_of([entry("AttachmentAdded", name="eve.png", media_type="image/png")]) == ("eve.png",)


def test_short_words_are_not_hunted_for_elsewhere_and_wholes_come_before_their_parts() -> None:
    assert texts_of([entry(text="done"), entry(text=" the key "), entry(text="the key is hunter2")]) == (
        "the key is hunter2",
        "the key",
    )


def test_a_tombstone_is_recognised() -> None:
    assert tombstone("@root", "a name") == "[redacted] by @root: a name"
    assert not is_redacted(entry(text="x"))
    assert is_redacted(entry(**redact_data(entry(text="x"), "@root")))


@given(st.recursive(st.text(min_size=LEAST) | st.integers() | st.none(), lambda inner: st.lists(inner)))
def test_no_prose_survives(value: Any) -> None:
    left = redact_data(entry(what=value), "@root")
    assert set(texts_of([entry(what=left["what"])])) <= {MARK}
