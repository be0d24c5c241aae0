"""Who may tell us what became of a message: Twilio by its signature, a gateway by the address it was given (SEC-5)."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from twilio.request_validator import RequestValidator

from tests.support.asgi import ask
from tests.support.telephones import GATEWAY_TOKEN, LINKS, SETTINGS, SHARED, TOKEN, Telephones
from tocsin.db.database import Database
from tocsin.integrations.telephony.signatures import is_of_twilio
from tocsin.kernel.clock import VirtualClock
from tocsin.provider_settings import Inbound, Twilio
from tocsin.surfaces.callbacks.strangers import MOST, MOST_ADDRESSES, WINDOW, Strangers, TooMany

NOBODYS = UUID("01920000-0000-7000-8000-000000000001")
PLACES = ["texts", "texts/{}", "calls/{}", "keys/{}"]
FORM = {"CallSid": "CA1", "Digits": "4", "From": "+4915111111111", "Body": "4 1234 ünï", "MessageStatus": ""}


@pytest.fixture
def telephones(db: Database) -> Telephones:
    return Telephones(db)


def at(place: str) -> str:
    token = LINKS.url_for(f"twilio/{place.split('/')[0]}", NOBODYS).rpartition("/")[2]
    return f"{SETTINGS.public_url}/callbacks/twilio/{place.format(token)}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "signature",
    [
        "",
        "x",
        "é" * 28,
        base64.b64encode(bytes(20)).decode(),
        RequestValidator("another token").compute_signature("", {}),
    ],
    ids=["absent", "short", "not ASCII", "forged", "by another token"],
)
async def test_nobody_but_twilio_is_heard(telephones: Telephones, place: str, signature: str) -> None:
    answer = await telephones.twilio(at(place), signature=signature, **FORM)
    assert answer.status == 403
    assert b"the signature does not fit" in answer.body


@pytest.mark.parametrize("port", ["", ":443"])
async def test_twilios_own_validator_makes_what_we_accept_with_and_without_port(
    telephones: Telephones, port: str
) -> None:
    url = at("texts")
    signed = url.replace("example.com", f"example.com{port}")
    signature = RequestValidator(TOKEN).compute_signature(signed, FORM)
    assert RequestValidator(TOKEN).validate(url, FORM, signature)
    assert (await telephones.twilio(url, signature=signature, **FORM)).status == 200
    changed = {**FORM, "Body": "4 1235"}
    assert not RequestValidator(TOKEN).validate(url, changed, signature)
    assert (await telephones.twilio(url, signature=signature, **changed)).status == 403
    assert (await telephones.twilio(f"{url}?more=1", signature=signature, **FORM)).status == 403


async def test_a_shared_key_signs_the_newer_scheme_and_neither_passes_for_the_other(telephones: Telephones) -> None:
    url = at("texts")
    assert (await telephones.twilio_with_shared_key(url, **FORM)).status == 200
    newer = RequestValidator(SHARED).compute_signature(url, FORM, "HMAC_SHA256")
    assert RequestValidator(SHARED).validate(url, FORM, newer, "HMAC_SHA256")
    assert (await telephones.twilio(url, signature=newer, **FORM)).status == 403
    headers = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_MD5", "X-Twilio-Signature": newer}
    assert (await telephones.post(url, headers, FORM)).status == 403
    without = telephones.without(twilio=replace(SETTINGS.twilio, signing_secret=None))
    assert (await without.twilio_with_shared_key(url, **FORM)).status == 403


@pytest.mark.parametrize("place", PLACES[1:])
async def test_an_address_belongs_to_one_message_of_ours_and_one_place(telephones: Telephones, place: str) -> None:
    url = at(place)
    assert (await telephones.twilio(url[:-2] + "xx", **FORM)).status == 404
    elsewhere = url.replace(place.split("/")[0], "keys" if "keys" not in place else "calls")
    assert (await telephones.twilio(elsewhere, **FORM)).status == 404


async def test_a_report_about_no_delivery_of_ours_changes_nothing(telephones: Telephones) -> None:
    assert (await telephones.twilio(at("texts/{}"), MessageStatus="delivered", MessageSid="SM1")).status == 204
    assert (await telephones.twilio(at("calls/{}"), CallStatus="busy", CallSid="CA1")).status == 204
    assert (await telephones.twilio(at("keys/{}"), Digits="4")).status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/callbacks/twilio/texts", b"", 405),
        ("POST", "/callbacks/pigeon/texts", b"", 404),
        ("POST", "/callbacks/twilio/texts", b"\xff\xfe=%ff", 400),
        ("POST", "/callbacks/twilio/texts", b"&".join(b"a%d=1" % n for n in range(200)), 400),
        ("POST", "/callbacks/twilio/texts", b"x" * 70_000, 413),
        ("POST", "/callbacks/gateway/texts", b"{}", 401),
        ("POST", "/callbacks/gateway/texts/nonsense", b"{}", 404),
    ],
)
async def test_what_makes_no_sense_has_a_clear_refusal(
    telephones: Telephones, method: str, path: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "c2lnbmVkIHNvbWVob3c="}
    answer = await ask(telephones.app, method, path, headers, body)
    assert answer.status == status
    assert answer.body.endswith(b"\n")


async def test_what_is_not_below_callbacks_goes_on(telephones: Telephones) -> None:
    assert "x-rest" in (await ask(telephones.app, "POST", "/api/v1/incidents")).headers


async def test_without_a_secret_nothing_of_twilio_is_believed(telephones: Telephones) -> None:
    without = telephones.without(twilio=Twilio(account_sid="AC0", api_key="SK1", api_secret="s"))
    assert (await without.twilio(at("texts"), signature="", **FORM)).status == 404
    assert not is_of_twilio(Twilio(), at("texts"), list(FORM.items()), "", "")


async def test_a_gateway_hands_texts_over_by_its_token_alone(telephones: Telephones) -> None:
    url = f"{SETTINGS.public_url}/callbacks/gateway/texts"
    text = {"from": "+49 151 11111111", "text": "4 1234"}
    for wrong in ("", "Bearer ", "Bearer wrong", f"Basic {GATEWAY_TOKEN}"):
        assert (await telephones.post(url, {"Authorization": wrong}, text)).status == 401
    right = {"Authorization": f"Bearer {GATEWAY_TOKEN}"}
    assert (await telephones.post(url, right, text)).json() == {"reply": None}
    assert (await telephones.post(url, right, {"text": "no number"})).status == 400
    closed = telephones.without(gateway=Inbound())
    assert (await closed.post(url, {"Authorization": "Bearer "}, text)).status == 401


async def test_a_gateways_reports_need_the_address_that_was_given_with_the_message(telephones: Telephones) -> None:
    url = LINKS.url_for("gateway/texts", NOBODYS)
    json_type = {"Content-Type": "application/json"}
    path = url.removeprefix(SETTINGS.public_url)
    assert (await ask(telephones.app, "POST", path, json_type, b'{"status": "delivered"}')).status == 204
    assert (await telephones.post(url, {}, {"status": "failed"})).status == 204
    assert (await telephones.post(url, {}, {"status": "perhaps"})).status == 400
    assert (await ask(telephones.app, "POST", path, json_type, b"[1]")).status == 400
    calls = LINKS.url_for("gateway/calls", NOBODYS)
    assert (await telephones.post(calls, {}, {"status": "busy"})).status == 204
    assert (await telephones.post(calls, {}, {"key": "4"})).status == 404
    assert (await telephones.post(calls, {}, {"hello": "4"})).status == 400


async def test_who_comes_on_and_on_without_proof_is_told_to_wait_and_twilio_is_heard_all_the_same(
    telephones: Telephones, clock: VirtualClock
) -> None:
    app = telephones.app
    forged = {"X-Twilio-Signature": base64.b64encode(bytes(20)).decode()}
    path = "/callbacks/twilio/texts"
    statuses = [(await ask(app, "POST", path, headers, b"a=1")).status for headers in ({}, forged) * MOST]
    assert statuses == [403] * MOST + [429] * MOST
    for place in ("gateway/texts", "gateway/texts/nonsense", "pushover/nonsense"):
        slowed = await ask(app, "POST", f"/callbacks/{place}", {}, b"{}")
        assert (slowed.status, slowed.headers["retry-after"]) == (429, "60")
    signature = RequestValidator(TOKEN).compute_signature(at("texts"), {"From": "+4915111111111"})
    form_type = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    assert (await ask(app, "POST", path, form_type, b"From=%2B4915111111111")).status == 200
    gateway = LINKS.url_for("gateway/texts", NOBODYS).removeprefix(SETTINGS.public_url)
    assert (await ask(app, "POST", gateway, {}, b"status=delivered")).status == 204
    clock.advance(WINDOW)
    assert (await ask(app, "POST", path, {}, b"a=1")).status == 403


async def test_of_somebody_without_proof_nothing_is_read(telephones: Telephones) -> None:
    for path, status in (("twilio/texts", 403), ("gateway/texts", 401), ("gateway/calls/x", 404), ("pushover/x", 404)):
        answer = await ask(telephones.app, "POST", f"/callbacks/{path}", {"Content-Length": "70000"}, b"x" * 70_000)
        assert answer.status == status, path


def test_each_address_is_counted_by_itself_and_no_more_than_can_be_kept() -> None:
    now, strangers = datetime(2026, 3, 2, 3, tzinfo=UTC), Strangers()
    for n in range(MOST_ADDRESSES):
        assert strangers.count(f"2001:db8:0:{n:x}::1", now) is None
    late = [strangers.count(f"198.51.100.{n}", now) for n in range(MOST + 1)]
    assert late == [None] * MOST + [TooMany(WINDOW, is_first=True)]
    assert strangers.count("198.51.100.0", now) == TooMany(WINDOW, is_first=False)
    assert strangers.count("2001:db8:0:1::2", now) is None
    assert strangers.count("198.51.100.0", now + WINDOW) is None
