import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.channels.benches import LOOPBACK, MASTER, OUTGOING
from tests.support.sinks import HttpSink
from tocsin.delivery.keys import webhook_key, webhook_secret
from tocsin.delivery.model import Line, Purpose
from tocsin.integrations.channels.webhook import send as webhook
from tocsin.integrations.channels.webhook.send import MAX_BODY, check_address, encode_body
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp


async def test_the_receivers_library_accepts_what_we_send() -> None:
    with HttpSink() as sink:
        async with GuardedHttp(LOOPBACK) as http:
            channel = webhook.channel(http, lambda contact: webhook_key(MASTER, contact))
            receipt = await channel.send(msgspec.structs.replace(OUTGOING, address=f"{sink.url}/hook"))
        request = sink.inbox.take()
    assert receipt.answer == "HTTP 204"
    assert (request.method, request.path) == ("POST", "/hook")
    assert request.headers["webhook-id"] == str(OUTGOING.id)
    assert request.headers["content-type"] == "application/json"
    verified = Webhook(webhook_secret(MASTER, 7)).verify(request.body, request.headers)
    assert verified == {
        "type": "incident.paged",
        "timestamp": "2026-11-21T03:04:05.000Z",
        "data": {
            "delivery_id": str(OUTGOING.id),
            "incident": "INC-1",
            "title": "Checkout 5xx",
            "severity": "SEV-2",
            "urgency": "high",
            "what": "12 % of requests fail.",
            "why_you": "You are on call for payments-primary until Mon 09:00.",
            "since": "2026-11-21T03:00:00.000Z",
            "facts": {"Service": "checkout"},
            "url": "https://tocsin.example.com/incidents/INC-1",
            "acknowledge_url": "https://tocsin.example.com/ack/x4t9Zq",
        },
    }


async def test_an_address_that_a_policy_names_has_a_secret_of_its_own() -> None:
    with HttpSink() as sink:
        async with GuardedHttp(LOOPBACK) as http:
            channel = webhook.channel(http, lambda receiver: webhook_key(MASTER, receiver))
            address = f"{sink.url}/hook"
            await channel.send(msgspec.structs.replace(OUTGOING, address=address, contact_id=None, user_id=None))
        request = sink.inbox.take()
    assert Webhook(webhook_secret(MASTER, address)).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook_secret(MASTER, f"{sink.url}/other")).verify(request.body, request.headers)


def test_every_contact_has_its_own_secret() -> None:
    assert webhook_secret(MASTER, 7) != webhook_secret(MASTER, 8)
    assert webhook_secret(MASTER, 7).startswith("whsec_")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=3000), st.integers(0, 300), st.sampled_from(list(Purpose)))
def test_the_body_is_small_and_json_whatever_an_alert_holds(text: str, lines: int, purpose: Purpose) -> None:
    message = msgspec.structs.replace(
        OUTGOING.message,
        title=text * 20,
        what=text * 20,
        why_you=text,
        lines=tuple(Line(f"{i} {text[:40]}", text) for i in range(lines)),
    )
    body = encode_body(msgspec.structs.replace(OUTGOING, message=message, purpose=purpose))
    assert len(body) < MAX_BODY
    document: dict[str, Any] = json.loads(body)
    assert set(document) == {"type", "timestamp", "data"}


def test_facts_go_before_the_text_does() -> None:
    lines = tuple(Line(f"label {i}", "v" * 900) for i in range(300))
    message = msgspec.structs.replace(OUTGOING.message, lines=lines)
    data = json.loads(encode_body(msgspec.structs.replace(OUTGOING, message=message)))["data"]
    assert data["what"] == OUTGOING.message.what
    assert 0 < len(data["facts"]) < 300


@pytest.mark.parametrize(
    "address", ["ftp://x/y", "https://", "hooks.example.com/x", "javascript:alert(1)", "http://[", ""]
)
def test_addresses_that_cannot_be_called_are_refused_without_repeating_them(address: str) -> None:
    with pytest.raises(Invalid, match="Write it as https://"):
        check_address(address)
