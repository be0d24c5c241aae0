"""The contact card on the web: for whoever is signed in, and led to where people say how they are reached."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_a_phone_that_is_signed_in_saves_the_card(browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    assert '<a href="/contact-card.vcf" download>Save our numbers</a>' in (await bob.get("/me/notifications")).text
    card = await bob.get("/contact-card.vcf")
    assert card.headers["content-type"] == "text/vcard; charset=utf-8"
    assert card.headers["content-disposition"] == 'attachment; filename="tocsin.vcf"'
    assert "tel:+15557654321" in card.text
