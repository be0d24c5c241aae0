import base64
import time
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from tocsin.kernel.signing import (
    derive,
    format_webhook_secret,
    is_short_of,
    sign_id,
    sign_short,
    span_of_short,
    verify_id,
    webhook_headers,
)

MASTER = bytes(range(32))

# Recorded from a client of Standard Webhooks 1.0; the secret is made up.
VECTOR = {
    "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
    "id": "msg_1",
    "timestamp": 1795189235,
    "body": b'{"type":"incident.created","timestamp":"2026-11-20T00:00:00Z","data":{"id":"x"}}',
    "signature": "v1,R8XtgsFgG5Qe4DGlIKvVcGqu/a7FJs2R9v9We29mndY=",
}


def test_keys_differ_by_purpose_and_subject() -> None:
    keys = {derive(MASTER, *names) for names in [("ab", "c"), ("a", "bc"), ("abc",), ("abc", "x"), ("ack",)]}
    assert len(keys) == 5
    assert all(len(key) == 32 for key in keys)
    assert derive(MASTER, "ack") == derive(MASTER, "ack")


def test_a_token_carries_its_id_and_fits_a_url() -> None:
    key, subject = derive(MASTER, "ack"), uuid4()
    token = sign_id(key, subject)
    assert verify_id(key, token) == subject
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()
    assert str(subject) not in token


@given(st.uuids(), st.integers(0, 42), st.characters(codec="utf-8"))
def test_no_other_spelling_of_a_token_is_accepted(subject: UUID, place: int, char: str) -> None:
    key = derive(MASTER, "ack")
    token = sign_id(key, subject)
    forged = token[:place] + char + token[place + 1 :]
    assert verify_id(key, forged) == (subject if forged == token else None)


@given(st.text(max_size=60))
def test_strange_tokens_are_refused_without_an_error(token: str) -> None:
    assert verify_id(derive(MASTER, "ack"), token) is None


@given(st.uuids(), st.integers(0, 29), st.characters(codec="utf-8"))
def test_a_short_token_is_that_of_one_id_and_says_where_to_look_for_it(subject: UUID, place: int, char: str) -> None:
    key = derive(MASTER, "ack")
    token = sign_short(key, subject)
    span = span_of_short(token)
    assert len(token) == 30
    assert span is not None
    assert span[0] <= subject <= span[1]
    assert is_short_of(key, subject, token)
    assert not is_short_of(derive(MASTER, "other"), subject, token)
    forged = token[:place] + char + token[place + 1 :]
    assert is_short_of(key, subject, forged) is (forged == token)


@given(st.text(max_size=60))
def test_a_strange_short_token_is_looked_for_nowhere_or_found_to_be_nobodys(token: str) -> None:
    span = span_of_short(token)
    assert span is None or not is_short_of(derive(MASTER, "ack"), span[0], token)


def test_a_token_of_another_key_is_refused() -> None:
    assert verify_id(derive(MASTER, "other"), sign_id(derive(MASTER, "ack"), uuid4())) is None


def test_signature_of_the_recorded_vector() -> None:
    key = base64.b64decode(VECTOR["secret"].removeprefix("whsec_"))
    headers = webhook_headers(key, VECTOR["id"], VECTOR["timestamp"], VECTOR["body"])
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795189235",
        "webhook-signature": VECTOR["signature"],
    }


def test_the_library_of_the_standard_accepts_our_signature() -> None:
    key, now = derive(MASTER, "webhook", "7"), int(time.time())
    body = '{"type":"page","timestamp":"2026-11-20T00:00:00Z","data":{"title":"Überlast"}}'.encode()
    headers = webhook_headers(key, "0192", now, body)
    assert Webhook(format_webhook_secret(key)).verify(body, headers)["type"] == "page"
