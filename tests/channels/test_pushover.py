from datetime import timedelta
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
import pytest

from tests.channels.benches import LOOPBACK, OUTGOING, PUSHOVER_KEY
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers, says
from tocsin.delivery.model import Line, Outgoing, Purpose, Ring, Urgency
from tocsin.integrations.channels.pushover.send import PushoverChannel, check_address, missing
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.provider_settings import Pushover
from tocsin.settings import load

TAKEN = answers(200, b'{"status":1,"request":"647d2300-702c","receipt":"rLqVuqTRh62UzxtmqiaLzQmVcPgiCy"}')


def called_back(delivery: UUID) -> str:
    return f"https://tocsin.example.com/callbacks/pushover/{delivery}"


def channel_at(sink: HttpSink, http: GuardedHttp) -> PushoverChannel:
    return PushoverChannel(http, Pushover(token="azGDORePK8gMaC0QOYAMyEEuzJnyUi", url=sink.url), called_back)


async def requests(outgoing: Outgoing, address: str = PUSHOVER_KEY, behaviour: Behaviour = TAKEN) -> list[HttpRequest]:
    with HttpSink(behaviour) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            await channel_at(sink, http).send(msgspec.structs.replace(outgoing, address=address))
        return sink.inbox.forget()


def form_of(request: HttpRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode(), strict_parsing=True).items()}


async def sent(outgoing: Outgoing, address: str = PUSHOVER_KEY) -> dict[str, str]:
    (request,) = await requests(outgoing, address)
    assert (request.method, request.path) == ("POST", "/1/messages.json")
    return form_of(request)


async def test_a_page_rings_until_it_is_answered() -> None:
    form = await sent(OUTGOING)
    tags = form.pop("tags")
    assert tags.replace("-", "").replace("_", "").isalnum(), "it is part of an address"
    assert form == {
        "token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi",
        "user": PUSHOVER_KEY,
        "title": "[SEV-2] INC-1 Checkout 5xx",
        "message": "12 % of requests fail.\nSince: Sat 21 Nov 2026, 04:00 CET\nService: checkout\n"
        "You are on call for payments-primary until Mon 09:00.",
        "priority": "2",
        "retry": "30",
        "expire": "3600",
        "callback": called_back(OUTGOING.id),
        "timestamp": "1795230245",
        "url": "https://tocsin.example.com/ack/x4t9Zq",
        "url_title": "Open the page",
    }


async def test_one_device_of_a_person() -> None:
    form = await sent(OUTGOING, f"{PUSHOVER_KEY}/nightstand")
    assert (form["user"], form["device"]) == (PUSHOVER_KEY, "nightstand")


async def test_what_was_taken_elsewhere_stops_ringing_and_says_so_quietly() -> None:
    page = await sent(OUTGOING)
    told = msgspec.structs.replace(OUTGOING, purpose=Purpose.ACKNOWLEDGED, ack_url=None)
    end, message = await requests(told)
    assert end.path == f"/1/receipts/cancel_by_tag/{page['tags']}.json"
    assert form_of(end) == {"token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi"}
    form = form_of(message)
    assert (form["priority"], form["title"]) == ("-1", "[ACKNOWLEDGED] INC-1 Checkout 5xx")
    assert "retry" not in form
    other = await sent(msgspec.structs.replace(OUTGOING, topic="incident/43"))
    assert other["tags"] != page["tags"], "another incident rings on"


@pytest.mark.parametrize(
    ("purpose", "urgency", "priority"),
    [(Purpose.PAGE, Urgency.LOW, "1"), (Purpose.TEST, Urgency.HIGH, "0"), (Purpose.INFO, Urgency.HIGH, "0")],
)
async def test_only_a_page_rings_on(purpose: Purpose, urgency: Urgency, priority: str) -> None:
    form = await sent(msgspec.structs.replace(OUTGOING, purpose=purpose, urgency=urgency))
    assert form["priority"] == priority
    assert "retry" not in form


@pytest.mark.parametrize("text", ["x" * 50_000, "ü" * 50_000])
async def test_a_message_keeps_the_limits(text: str) -> None:
    message = msgspec.structs.replace(OUTGOING.message, what=text, title=text, lines=(Line(text, text),) * 9)
    form = await sent(msgspec.structs.replace(OUTGOING, message=message))
    assert len(form["message"]) <= 1024
    assert len(form["title"]) <= 250


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"<html>welcome</html>", FailureReason.REJECTED), (b'{"status":0,"request":"x"}', FailureReason.REFUSED)],
)
async def test_what_is_no_receipt(body: bytes, reason: FailureReason) -> None:
    with pytest.raises(SendFailed) as failed:
        await requests(OUTGOING, behaviour=answers(200, body))
    assert failed.value.reason is reason


@pytest.mark.parametrize(
    ("answer", "ring"),
    [
        (b'{"status":1,"acknowledged":0,"acknowledged_by":"","expired":0,"called_back":0}', Ring.RINGS),
        (b'{"status":1,"acknowledged":1,"acknowledged_by":"u","expired":0}', Ring.ANSWERED),
        (b'{"status":1,"acknowledged":1,"expired":1}', Ring.ANSWERED),
        (b'{"status":1,"acknowledged":0,"expired":1}', Ring.OVER),
    ],
)
async def test_it_says_when_asked_whether_it_still_rings(answer: bytes, ring: Ring) -> None:
    with HttpSink(answers(200, answer)) as sink:
        assert await ring_at(sink) is ring
        asked = sink.inbox.take()
    assert (asked.method, asked.path) == ("GET", "/1/receipts/r%2Fx.json?token=azGDORePK8gMaC0QOYAMyEEuzJnyUi")


async def test_a_receipt_that_it_does_not_know_is_asked_for_no_more() -> None:
    with HttpSink(answers(404, b'{"status":0}')) as sink:
        assert await ring_at(sink) is Ring.OVER
        sink.inbox.forget()


@pytest.mark.parametrize(
    "behaviour", [answers(503), answers(429), answers(200, b"<html>"), answers(200, b'{"status":1}'), says(b"")]
)
async def test_what_is_no_answer_tells_nothing_and_no_secret(behaviour: Behaviour) -> None:
    with HttpSink(behaviour) as sink:
        with pytest.raises(SendFailed) as failed:
            await ring_at(sink)
        sink.inbox.forget()
    assert "azGD" not in failed.value.detail + failed.value.answer


@pytest.mark.parametrize(
    ("changed", "rings"),
    [
        ({}, True),
        ({"ack_url": None}, False),
        ({"urgency": Urgency.LOW}, False),
    ],
)
async def test_a_page_that_can_be_answered_rings_on_for_an_hour(changed: dict[str, object], rings: bool) -> None:
    is_emergency = changed.get("urgency") is not Urgency.LOW
    taken = TAKEN if is_emergency else answers(200, b'{"status":1,"request":"647d2300-702c"}')
    with HttpSink(taken) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            outgoing = msgspec.structs.replace(OUTGOING, address=PUSHOVER_KEY, **changed)
            receipt = await channel_at(sink, http).send(outgoing)
        sink.inbox.forget()
    assert receipt.rings_for == (timedelta(hours=1) if rings else None)


async def ring_at(sink: HttpSink) -> Ring:
    async with GuardedHttp(LOOPBACK) as http:
        return await channel_at(sink, http).read_ring("r/x", OUTGOING.now)


@pytest.mark.parametrize(
    "address", ["", "uQiRzpo4DXghDmr9QzzfQu27cmVRs", "https://pushover.net", f"{PUSHOVER_KEY}/a b"]
)
def test_keys_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(Invalid, match="30 letters and digits") as refused:
        check_address(address)
    assert refused.value.field == "pushover"


def test_without_a_token_it_says_what_to_set() -> None:
    assert "TOCSIN_PUSHOVER_TOKEN" in (missing(load({"HOME": "/"}, {})) or "")
    assert missing(load({"HOME": "/", "TOCSIN_PUSHOVER_TOKEN": "azGDORePK8gMaC0QOYAMyEEuzJnyUi"}, {})) is None
