import msgspec
import pytest

from tests.channels.benches import LOOPBACK, OUTGOING
from tests.support.sinks import HttpRequest, HttpSink, answers
from tocsin.delivery.model import Line, Outgoing, Purpose, Urgency
from tocsin.integrations.channels.gotify import send as gotify
from tocsin.integrations.channels.gotify.send import check_address
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed

STORED = answers(200, b'{"id":25,"appid":5,"message":"m","title":"t","priority":10}')


async def sent(outgoing: Outgoing, path: str = "") -> HttpRequest:
    with HttpSink(STORED) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            url = f"http://:AWxS2x.fT-b_9@127.0.0.1:{sink.port}{path}"
            receipt = await gotify.channel(http).send(msgspec.structs.replace(outgoing, address=url))
        assert receipt.answer == "HTTP 200 id 25"
        return sink.inbox.take()


async def test_a_page_rings_and_a_tap_opens_the_page_that_acknowledges() -> None:
    request = await sent(OUTGOING)
    assert (request.method, request.path) == ("POST", "/message")
    assert request.headers["x-gotify-key"] == "AWxS2x.fT-b_9"
    assert "authorization" not in request.headers
    assert request.json() == {
        "title": "[SEV-2] INC-1 Checkout 5xx",
        "message": "12 % of requests fail.\nSince: Sat 21 Nov 2026, 04:00 CET\nService: checkout\n"
        "You are on call for payments-primary until Mon 09:00.",
        "priority": 10,
        "extras": {
            "client::display": {"contentType": "text/plain"},
            "client::notification": {"click": {"url": "https://tocsin.example.com/ack/x4t9Zq"}},
        },
    }


@pytest.mark.parametrize(
    ("purpose", "urgency", "priority"),
    [
        (Purpose.PAGE, Urgency.HIGH, 10),
        (Purpose.PAGE, Urgency.LOW, 8),
        (Purpose.RESOLVED, Urgency.HIGH, 4),
        (Purpose.TEST, Urgency.HIGH, 4),
    ],
)
async def test_only_a_page_rings_loudly(purpose: Purpose, urgency: Urgency, priority: int) -> None:
    request = await sent(msgspec.structs.replace(OUTGOING, purpose=purpose, urgency=urgency, ack_url=None))
    assert request.json()["priority"] == priority
    assert request.json()["extras"]["client::notification"]["click"]["url"] == OUTGOING.message.url


async def test_a_message_about_nothing_with_an_address_opens_nothing() -> None:
    message = msgspec.structs.replace(OUTGOING.message, url="")
    request = await sent(msgspec.structs.replace(OUTGOING, ack_url=None, message=message))
    assert request.json()["extras"] == {"client::display": {"contentType": "text/plain"}}


async def test_a_server_below_a_path() -> None:
    assert (await sent(OUTGOING, "/gotify/")).path == "/gotify/message"


@pytest.mark.parametrize("text", ["x" * 50_000, "ü" * 50_000, "🔥" * 50_000])
async def test_a_message_stays_short(text: str) -> None:
    message = msgspec.structs.replace(OUTGOING.message, what=text, title=text, lines=(Line(text, text),) * 50)
    document = (await sent(msgspec.structs.replace(OUTGOING, message=message))).json()
    assert len(document["message"].encode()) <= 4003
    assert document["message"].endswith("…")


async def test_a_page_of_some_other_program_is_no_receipt() -> None:
    with HttpSink(answers(200, b"<html>welcome</html>")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            outgoing = msgspec.structs.replace(OUTGOING, address=f"http://:token@127.0.0.1:{sink.port}")
            with pytest.raises(SendFailed, match="does not answer like a Gotify server") as failed:
                await gotify.channel(http).send(outgoing)
        sink.inbox.forget()
    assert failed.value.reason is FailureReason.REJECTED


@pytest.mark.parametrize(
    "address", ["https://gotify.example.com", "https://user@gotify.example.com", "https://:a%20b@g.example.com", "x"]
)
def test_addresses_without_a_token_are_refused(address: str) -> None:
    with pytest.raises(Invalid, match="Write it as https://:TOKEN@gotify") as refused:
        check_address(address)
    assert refused.value.field == "gotify"


def test_an_address_is_kept_as_it_was_written() -> None:
    assert check_address(" https://:AWxS2x.fT-b_9@gotify.example.com/push ") == (
        "https://:AWxS2x.fT-b_9@gotify.example.com/push"
    )
