"""Sealing what has to be read again (SEC-3): only with a key, only in its place, with old keys while there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.keys import NEW, OLD, keyring
from tocsin.kernel.secrets import NO_KEYS, UNREADABLE, Unreadable, key_name

PLACE = "contact.address/7/webhook"
ADDRESS = "https://hooks.example.com/canary"


@given(st.text())
def test_what_is_sealed_is_opened_and_says_nothing_meanwhile(text: str) -> None:
    sealed = keyring(OLD).seal(text, PLACE)
    assert keyring(OLD).open(sealed, PLACE) == text
    assert len(text) < 8 or text not in sealed


def test_the_same_text_is_never_sealed_the_same() -> None:
    assert keyring(OLD).seal(ADDRESS, PLACE) != keyring(OLD).seal(ADDRESS, PLACE)


def test_it_opens_in_its_own_place_only() -> None:
    sealed = keyring(OLD).seal(ADDRESS, PLACE)
    with pytest.raises(Unreadable):
        keyring(OLD).open(sealed, "contact.address/8/webhook")
    assert keyring(OLD).read(sealed, "contact.address/8/webhook") == UNREADABLE


def test_without_its_key_the_error_names_the_key_and_not_the_text() -> None:
    sealed = keyring(OLD).seal(ADDRESS, PLACE)
    with pytest.raises(Unreadable, match=key_name(OLD)) as error:
        keyring(NEW).open(sealed, PLACE)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("damage", ["sealed:", "sealed:0:", "sealed:{}:!", "sealed:{}:AAAA", "sealed:{}:" + "A" * 64])
def test_what_is_damaged_is_unreadable(damage: str) -> None:
    assert keyring(OLD).read(damage.format(key_name(OLD)), PLACE) == UNREADABLE


def test_the_newest_key_seals_and_old_ones_open() -> None:
    before, both = keyring(OLD).seal(ADDRESS, PLACE), keyring(NEW, OLD)
    after = both.seal(ADDRESS, PLACE)
    assert both.open(before, PLACE) == both.open(after, PLACE) == keyring(NEW).open(after, PLACE) == ADDRESS
    assert both.is_current(after)
    assert not both.is_current(before)
    assert not both.is_current(ADDRESS)


def test_a_text_in_the_clear_is_read_as_it_is() -> None:
    assert keyring(OLD).open(ADDRESS, PLACE) == ADDRESS


def test_a_digest_stays_while_keys_change_and_belongs_to_its_place() -> None:
    digest = keyring(OLD).digest(ADDRESS, PLACE)
    assert digest == keyring(NEW).digest(ADDRESS, PLACE)
    assert digest != keyring(OLD).digest(ADDRESS, "calendar.url/x")
    assert digest != keyring(OLD).digest(ADDRESS + "2", PLACE)


def test_a_connection_without_keys_writes_nothing_in_the_clear() -> None:
    with pytest.raises(Exception, match="without the keys"):
        NO_KEYS.seal(ADDRESS, PLACE)
