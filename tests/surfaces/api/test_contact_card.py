"""GET /contact-card: who may not, then the numbers."""

from tests.surfaces.api.callers import Api, problem


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/contact-card"), 401)


async def test_whoever_is_signed_in_gets_the_numbers(api: Api) -> None:
    told = (await api.vera.get("/contact-card")).json()
    assert told["numbers"] == ["+15557654321", "+4930123456"]
    assert told["card"].startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n")
    assert "tel:+4930123456" in told["card"]
