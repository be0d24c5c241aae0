"""The contact card of the pager, as programs of phones read it."""

from dataclasses import replace

import vobject

from tests.support.applications import SETTINGS
from tests.support.telephones import SETTINGS as WITH_TWILIO
from tocsin.integrations.telephony.contact_card import caller_numbers, card_of
from tocsin.provider_settings import Voice


def test_a_phone_reads_every_number_once() -> None:
    settings = replace(
        WITH_TWILIO, voice=Voice(numbers=("+15557654321", "+4930123456")), mail_from="Tocsin <a@b.example>"
    )
    card = vobject.readOne(card_of(settings))
    assert card.version.value == "4.0"
    assert card.fn.value == "Tocsin"
    assert [tel.value for tel in card.tel_list] == ["tel:+15557654321", "tel:+4930123456"]
    assert card.email.value == "a@b.example"
    assert "Calls, texts and mails of the pager come from here." in card.note.value


def test_it_replaces_the_one_that_was_saved_before() -> None:
    again = replace(SETTINGS, voice=Voice(numbers=("+4930999999",)))
    assert vobject.readOne(card_of(SETTINGS)).uid.value == vobject.readOne(card_of(again)).uid.value
    elsewhere = replace(again, public_url="https://other.example.com")
    assert vobject.readOne(card_of(again)).uid.value != vobject.readOne(card_of(elsewhere)).uid.value


def test_lines_end_and_fold_as_the_standard_says() -> None:
    card = card_of(replace(SETTINGS, public_url="https://tocsin.example.com/" + "ü" * 80))
    assert card.endswith("END:VCARD\r\n")
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    assert "ü" * 80 in card.replace("\r\n ", "")
    assert "\n" not in card.replace("\r\n", "")


def test_without_a_number_there_is_no_card() -> None:
    assert card_of(replace(SETTINGS, voice=Voice())) == ""
    assert caller_numbers(WITH_TWILIO) == ("+15557654321",)
