"""Who may say that a page was acknowledged in Pushover: whoever has the address that was given for it (SEC-5)."""

from uuid import UUID

import pytest

from tests.support.asgi import ask
from tests.support.telephones import LINKS, SETTINGS, Telephones
from tocsin.db.database import Database

NOBODYS = UUID("01920000-0000-7000-8000-000000000001")
SAID = {"receipt": "rLqVuqTRh62UzxtmqiaLzQmVcPgiCy", "acknowledged": "1", "acknowledged_by_device": "nightstand"}


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 43, LINKS.url_for("twilio/texts", NOBODYS).rpartition("/")[2]])
async def test_nobody_without_its_address_is_heard(db: Database, token: str) -> None:
    answer = await Telephones(db).post(f"{SETTINGS.public_url}/callbacks/pushover/{token}", {}, SAID)
    assert answer.status == 404


async def test_what_is_looked_at_and_what_is_something_else_changes_nothing(db: Database) -> None:
    url = LINKS.url_for("pushover", NOBODYS)
    looked = await ask(Telephones(db).app, "GET", url.removeprefix(SETTINGS.public_url), {}, b"")
    assert (looked.status, looked.headers["allow"]) == (405, "POST")
    for body in ({}, {"acknowledged": "0"}, {"receipt": "\0"}):
        assert (await Telephones(db).post(url, {}, body)).status == 400


async def test_a_page_that_is_gone_is_no_error_that_would_be_told_again(db: Database) -> None:
    assert (await Telephones(db).post(LINKS.url_for("pushover", NOBODYS), {}, SAID)).status == 204
