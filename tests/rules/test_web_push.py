"""RFC 8291 and RFC 8292 by their own examples, and by another library than ours."""

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.support.push_service import CURVE, Browser, base64url, raw_of
from tocsin.kernel.web_push import MOST_TEXT, BadKeys, check_keys, seal, seal_with, sender

# RFC 8291, 5
PLAIN = b"When I grow up, I want to be a watermelon"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95"
    "bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    own = ec.derive_private_key(int.from_bytes(raw_of(OWN)), CURVE)
    assert base64url(seal_with(PLAIN, P256DH, AUTH, own, raw_of(SALT))) == base64url(raw_of(BODY))[: len(BODY)]


@given(st.binary(max_size=MOST_TEXT))
def test_a_browser_reads_what_was_sealed_for_it(text: bytes) -> None:
    browser = Browser()
    body = seal(text, browser.p256dh, base64url(browser.auth))
    assert len(body) <= 4096
    opened = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    assert opened == text


def test_no_two_messages_look_alike() -> None:
    assert seal(PLAIN, P256DH, AUTH) != seal(PLAIN, P256DH, AUTH)


def test_more_than_one_push_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="3994 bytes do not fit"):
        seal(b"x" * (MOST_TEXT + 1), P256DH, AUTH)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [(P256DH, "short"), ("", AUTH), (P256DH[:-2], AUTH), ("B" + "A" * 86, AUTH), ("é", AUTH), (P256DH, "!" * 22)],
)
def test_keys_that_are_none(p256dh: str, auth: str) -> None:
    with pytest.raises(BadKeys):
        check_keys(p256dh, auth)


def test_the_key_of_an_installation_stays_the_same() -> None:
    assert sender(b"s" * 32, "mailto:a@b.c").public_key == sender(b"s" * 32, "mailto:x@y.z").public_key
    assert sender(b"s" * 32, "").public_key != sender(b"t" * 32, "").public_key
    assert len(raw_of(sender(b"\xff" * 32, "").public_key)) == 65, "also above the order of the curve"
