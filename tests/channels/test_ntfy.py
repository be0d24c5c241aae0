from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.channels.benches import LOOPBACK, OUTGOING
from tests.support.sinks import HttpRequest, HttpSink, answers
from tocsin.delivery.model import Line, Outgoing, Purpose, Urgency
from tocsin.integrations.channels.ntfy import send as ntfy
from tocsin.integrations.channels.ntfy.send import check_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed

STORED = answers(200, b'{"id":"sPs71M8A2T","event":"message"}')


async def sent(outgoing: Outgoing, path: str = "/alice", login: str = "") -> HttpRequest:
    with HttpSink(STORED) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            url = f"http://{login}127.0.0.1:{sink.port}{path}"
            await ntfy.channel(http).send(msgspec.structs.replace(outgoing, address=url))
        return sink.inbox.take()


async def test_a_page_rings_and_can_be_acknowledged_from_the_lock_screen() -> None:
    request = await sent(OUTGOING)
    assert (request.method, request.path) == ("POST", "/")
    assert request.json() == {
        "topic": "alice",
        "title": "[SEV-2] INC-1 Checkout 5xx",
        "message": "12 % of requests fail.\nSince: Sat 21 Nov 2026, 04:00 CET\nService: checkout\n"
        "You are on call for payments-primary until Mon 09:00.",
        "priority": 5,
        "tags": ["rotating_light"],
        "sequence_id": str(OUTGOING.id),
        "click": "https://tocsin.example.com/ack/x4t9Zq",
        "actions": [
            {
                "action": "http",
                "label": "Acknowledge",
                "url": "https://tocsin.example.com/ack/x4t9Zq",
                "method": "POST",
                "clear": True,
            },
            {
                "action": "http",
                "label": "Page the next",
                "url": "https://tocsin.example.com/ack/x4t9Zq/decline",
                "method": "POST",
                "clear": True,
            },
            {"action": "view", "label": "Open", "url": "https://tocsin.example.com/incidents/INC-1"},
        ],
    }


async def test_what_ends_a_page_takes_its_place_and_a_page_takes_none() -> None:
    page = (await sent(OUTGOING)).json()["sequence_id"]
    ended = msgspec.structs.replace(OUTGOING, id=UUID(int=7), purpose=Purpose.RESOLVED, ack_url=None, earlier_ref=page)
    assert (await sent(ended)).json()["sequence_id"] == page
    again = msgspec.structs.replace(ended, purpose=Purpose.PAGE)
    assert (await sent(again)).json()["sequence_id"] == str(UUID(int=7))


@pytest.mark.parametrize(
    ("purpose", "urgency", "priority"),
    [
        (Purpose.PAGE, Urgency.HIGH, 5),
        (Purpose.PAGE, Urgency.LOW, 4),
        (Purpose.RESOLVED, Urgency.HIGH, 3),
        (Purpose.TEST, Urgency.HIGH, 3),
    ],
)
async def test_only_a_page_rings_through_quiet_mode(purpose: Purpose, urgency: Urgency, priority: int) -> None:
    request = await sent(msgspec.structs.replace(OUTGOING, purpose=purpose, urgency=urgency, ack_url=None))
    assert request.json()["priority"] == priority
    assert [action["label"] for action in request.json()["actions"]] == ["Open"]


@pytest.mark.parametrize(
    ("login", "header"),
    [("", None), ("alice:pw@", "Basic YWxpY2U6cHc="), (":tk_AgQdq7@", "Bearer tk_AgQdq7")],
)
async def test_protected_topics(login: str, header: str | None) -> None:
    request = await sent(OUTGOING, login=login)
    assert request.headers.get("authorization") == header


async def test_a_server_below_a_path() -> None:
    request = await sent(OUTGOING, "/push/alice-page")
    assert request.path == "/push/"
    assert request.json()["topic"] == "alice-page"


@pytest.mark.parametrize("text", ["x" * 50_000, "ü" * 50_000, "🔥" * 50_000])
async def test_a_message_fits_what_ntfy_shows(text: str) -> None:
    message = msgspec.structs.replace(OUTGOING.message, what=text, title=text, lines=(Line(text, text),) * 50)
    document: dict[str, Any] = (await sent(msgspec.structs.replace(OUTGOING, message=message))).json()
    assert len(document["message"].encode()) <= 4096
    assert len(document["title"]) <= 160


async def test_a_page_of_some_other_program_is_no_receipt() -> None:
    with HttpSink(answers(200, b"<html>welcome</html>")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            with pytest.raises(SendFailed, match="does not answer like an ntfy server") as failed:
                await ntfy.channel(http).send(msgspec.structs.replace(OUTGOING, address=f"{sink.url}/alice"))
        sink.inbox.forget()
    assert failed.value.reason is FailureReason.REJECTED


@pytest.mark.parametrize(
    "address",
    ["https://ntfy.example.com", "https://ntfy.example.com/a b", "ntfy.example.com/x", "https://x/" + "t" * 65],
)
def test_addresses_without_a_topic_are_refused(address: str) -> None:
    with pytest.raises(Invalid, match="Write it as https://ntfy"):
        check_address(address)
