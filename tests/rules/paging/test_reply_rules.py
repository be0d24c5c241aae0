"""What people write back, half asleep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.paging.reply_rules import Meaning, Reply, read_reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("4 1234", Reply(Meaning.TAKE, "1234")),
        ("41234", Reply(Meaning.TAKE, "1234")),
        ("ACK 1234", Reply(Meaning.TAKE, "1234")),
        (" 1234, yes! ", Reply(Meaning.TAKE, "1234")),
        ("ack", Reply(Meaning.TAKE)),
        ("6 1234", Reply(Meaning.NEXT, "1234")),
        ("No 1234.", Reply(Meaning.NEXT, "1234")),
        ("STOP", Reply(Meaning.STOP)),
        ("stop please", Reply(Meaning.STOP)),
        ("Start", Reply(Meaning.START)),
        ("", Reply(Meaning.UNKNOWN)),
        ("1234", Reply(Meaning.UNKNOWN)),
        ("5 1234", Reply(Meaning.UNKNOWN)),
        ("4 1234 5678", Reply(Meaning.UNKNOWN)),
        ("yes no 1234", Reply(Meaning.UNKNOWN)),
        ("I do not want 4 1234", Reply(Meaning.UNKNOWN)),
        ("٤ ١٢٣٤", Reply(Meaning.UNKNOWN)),
    ],
)
def test_a_reply_means_one_thing_or_nothing(text: str, reply: Reply) -> None:
    assert read_reply(text) == reply


@given(st.text(max_size=300))
def test_any_text_has_a_meaning(text: str) -> None:
    reply = read_reply(text)
    assert reply.code == "" or (len(reply.code) == 4 and reply.meaning in (Meaning.TAKE, Meaning.NEXT))
