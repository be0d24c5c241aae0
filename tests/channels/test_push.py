from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.benches import DEVICES, IDENTITY, LOOPBACK, OUTGOING
from tests.support.push_service import Browser, claims_of
from tests.support.sinks import HttpRequest, HttpSink, answers
from tocsin.delivery.keys import device_proofs
from tocsin.delivery.model import Line, Outgoing, Purpose, Urgency
from tocsin.delivery.wording import shown_address
from tocsin.integrations.channels.push.send import PushChannel, check_address, identity_of
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.settings import load

PHONE = Browser()


async def sent(outgoing: Outgoing, status: int = 201) -> HttpRequest:
    with HttpSink(answers(status)) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            address = PHONE.address(f"{sink.url}/push/4f1")
            try:
                await PushChannel(http, IDENTITY, DEVICES).send(msgspec.structs.replace(outgoing, address=address))
            finally:
                request = sink.inbox.take()
        return request


async def said(outgoing: Outgoing) -> dict[str, Any]:
    return PHONE.reads(await sent(outgoing))


async def test_a_page_is_sealed_for_the_phone_and_rings() -> None:
    request = await sent(OUTGOING)
    assert (request.method, request.path) == ("POST", "/push/4f1")
    assert (request.headers["urgency"], request.headers["ttl"]) == ("high", "43200")
    told = PHONE.reads(request)
    assert told == {
        "title": "[SEV-2] INC-1 Checkout 5xx",
        "body": "12 % of requests fail.\nSince: Sat 21 Nov 2026, 04:00 CET\nService: checkout\n"
        "You are on call for payments-primary until Mon 09:00.",
        "tag": request.headers["topic"],
        "purpose": "page",
        "isLoud": True,
        "since": 1795230000000,
        "answer": "/ack/x4t9Zq",
        "open": "/ack/x4t9Zq",
        "renewal": {"proof": told["renewal"]["proof"], "key": IDENTITY.public_key},
    }
    assert b"Checkout" not in request.body


async def test_the_push_service_knows_who_sends() -> None:
    request = await sent(OUTGOING)
    claims = claims_of(request, IDENTITY.public_key)
    assert claims["aud"].startswith("http://127.0.0.1:")
    assert claims["sub"] == "mailto:tocsin@example.com"


async def test_a_newer_message_about_the_same_replaces_the_older_and_does_not_ring() -> None:
    page, resolved = await sent(OUTGOING), await sent(over(OUTGOING))
    other = await sent(msgspec.structs.replace(OUTGOING, topic="incident/43"))
    assert page.headers["topic"] == resolved.headers["topic"] != other.headers["topic"]
    assert len(page.headers["topic"]) == 32, "RFC 8030, 5.4"
    told = PHONE.reads(resolved)
    assert (told["purpose"], told["isLoud"], told["answer"], told["open"]) == (
        "resolved",
        False,
        "",
        "/incidents/INC-1",
    )


def over(outgoing: Outgoing) -> Outgoing:
    return msgspec.structs.replace(outgoing, purpose=Purpose.RESOLVED, ack_url=None)


async def test_a_device_is_told_what_proves_it_and_for_how_long() -> None:
    told = (await said(OUTGOING))["renewal"]
    assert DEVICES.contact_of(told["proof"]) == OUTGOING.contact_id
    assert (await said(msgspec.structs.replace(OUTGOING, contact_id=None)))["renewal"] is None
    assert DEVICES.contact_of(device_proofs(bytes(32)).issue(7, "")) is None


@given(contact=st.integers(1, 2**63 - 1), address=st.text(), other=st.text(), others=st.integers(1, 2**63 - 1))
def test_a_proof_is_of_one_contact_with_one_address(contact: int, address: str, other: str, others: int) -> None:
    proof = DEVICES.issue(contact, address)
    assert DEVICES.contact_of(proof) == contact
    assert DEVICES.is_current(proof, contact, address)
    assert DEVICES.is_current(proof, contact, other) == (other == address)
    assert DEVICES.is_current(proof, others, address) == (others == contact)


async def test_a_page_that_can_wait_does_not_wake_the_radio() -> None:
    request = await sent(msgspec.structs.replace(OUTGOING, urgency=Urgency.LOW))
    assert request.headers["urgency"] == "normal"


@pytest.mark.parametrize("text", ["x" * 50_000, "ü" * 50_000, "🔥" * 50_000, '"\\\n' * 9_000, "\x7f" * 9_000])
async def test_a_message_fits_one_push(text: str) -> None:
    message = msgspec.structs.replace(OUTGOING.message, what=text, title=text, lines=(Line(text, text),) * 50)
    told = await said(msgspec.structs.replace(OUTGOING, message=message))
    assert told["body"]
    assert told["answer"] == "/ack/x4t9Zq"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_says_which_device(status: int) -> None:
    with pytest.raises(SendFailed, match="Chrome on Android does not take messages any more") as failed:
        await sent(OUTGOING, status)
    assert (failed.value.reason, failed.value.disables) == (FailureReason.REFUSED, True)


@pytest.mark.parametrize(
    "address",
    [
        *("", "https://push.example.com/1", '{"endpoint":"x"}'),
        *(PHONE.address(endpoint) for endpoint in ("ftp://x/1", "https://[x", "https://x:0/", "x" * 3000)),
    ],
)
def test_what_no_browser_gave_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="Wake me on this device") as refused:
        check_address(address)
    assert refused.value.field == "push"


def test_of_a_device_only_its_name_is_shown() -> None:
    address = check_address(PHONE.address("https://push.example.com/s3cret", "Firefox on\n Android"))
    assert shown_address("push", address) == "Firefox on Android"
    assert shown_address("push", "(cannot be read)") == "push"


@pytest.mark.parametrize(
    ("environment", "contact"),
    [
        ({"TOCSIN_PUBLIC_URL": "https://tocsin.example.com"}, "https://tocsin.example.com"),
        ({"TOCSIN_MAIL_FROM": "Tocsin <pager@example.com>"}, "mailto:pager@example.com"),
    ],
)
def test_a_push_service_can_complain_to_somebody(environment: dict[str, str], contact: str) -> None:
    assert identity_of(load({"HOME": "/", "TOCSIN_SECRET_KEY": "00" * 32, **environment}, {})).contact == contact
