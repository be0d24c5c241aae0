"""What chats answer that is not in the contract suite: receipts that are none, identity, and how long to wait."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from tests.channels.benches import HTTP_BENCHES, LOOPBACK, NOW, OUTGOING, HttpBench
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers
from tocsin.delivery.model import Outgoing, Purpose, Receipt
from tocsin.integrations.channels.discord import send as discord
from tocsin.integrations.channels.google_chat import send as google_chat
from tocsin.integrations.channels.matrix import send as matrix
from tocsin.integrations.channels.mattermost import send as mattermost
from tocsin.integrations.channels.slack import send as slack
from tocsin.integrations.channels.teams import send as teams
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.outbound import FailureReason, SendFailed

CHATS = ("slack", "mattermost", "discord", "teams", "google-chat", "matrix")
WEBHOOKS = ("slack", "mattermost", "discord", "teams", "google-chat")
CHECKS: dict[str, Callable[[str], str]] = {
    "slack": slack.check_address,
    "mattermost": mattermost.check_address,
    "discord": discord.check_address,
    "teams": teams.check_address,
    "google-chat": google_chat.check_address,
    "matrix": matrix.check_address,
}


def address_of(bench: HttpBench, sink: HttpSink) -> str:
    return f"http://{bench.login}127.0.0.1:{sink.port}{bench.path}"


async def sent(kind: str, behaviour: Behaviour, outgoing: Outgoing = OUTGOING) -> tuple[Receipt, HttpRequest]:
    bench = HTTP_BENCHES[kind]
    with HttpSink(behaviour) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            channel = bench.make(http, HttpTimeout())
            receipt = await channel.send(msgspec.structs.replace(outgoing, address=address_of(bench, sink)))
        return receipt, sink.inbox.take()


async def refused(kind: str, behaviour: Behaviour) -> SendFailed:
    bench = HTTP_BENCHES[kind]
    with HttpSink(behaviour) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            with pytest.raises(SendFailed) as failed:
                await bench.make(http, HttpTimeout()).send(
                    msgspec.structs.replace(OUTGOING, address=address_of(bench, sink))
                )
        sink.inbox.forget()
    return failed.value


@pytest.mark.parametrize("kind", CHATS)
async def test_the_answer_of_some_other_program_is_no_receipt(kind: str) -> None:
    failure = await refused(kind, answers(200, b"<html>welcome</html>"))
    assert failure.reason is FailureReason.REJECTED
    assert "welcome" not in failure.detail


@pytest.mark.parametrize("kind", ["slack", "mattermost"])
async def test_nobody_s_name_or_room_is_taken(kind: str) -> None:
    receipt, request = await sent(kind, answers(200, b"ok"))
    assert receipt.answer == "HTTP 200 ok"
    assert request.path == HTTP_BENCHES[kind].path
    assert not {"username", "icon_url", "icon_emoji", "channel"} & set(request.json())


async def test_discord_is_asked_to_wait_and_says_which_message_it_has_stored() -> None:
    receipt, request = await sent("discord", answers(200, HTTP_BENCHES["discord"].success))
    assert receipt.answer == "HTTP 200 message 1442"
    assert request.path == "/api/webhooks/1234/s3cret?wait=true"
    assert request.json()["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize(
    ("body", "seconds"), [({"retry_after": 0.65, "global": False}, 0.65), ({"retry_after": -1}, 3), ("?", 3), ({}, 3)]
)
async def test_discord_says_in_its_body_how_long_to_wait(body: object, seconds: float) -> None:
    headers = {"Retry-After": "3"}
    failure = await refused("discord", answers(429, json.dumps(body).encode(), **headers))
    assert failure.reason is FailureReason.RATE_LIMIT
    assert failure.retry_after == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize("address", ["https://chat.example.com", "ftp://chat.example.com/x", "#ops", "", "http://["])
def test_addresses_that_are_no_webhook_are_refused_without_repeating_them(kind: str, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        CHECKS[kind](address)
    assert refused.value.field == kind
    assert "https://" in refused.value.remedy
    assert not address or address not in refused.value.message


@pytest.mark.parametrize("kind", WEBHOOKS)
def test_an_address_is_taken_without_the_space_around_it(kind: str) -> None:
    assert CHECKS[kind]("  https://chat.example.com/hooks/x \n") == "https://chat.example.com/hooks/x"


@pytest.mark.parametrize("host", ["outlook.office.com", "acme.webhook.office.com", "webhook.office.com"])
def test_a_connector_that_microsoft_has_retired_is_refused_with_what_to_make_instead(host: str) -> None:
    with pytest.raises(Invalid, match="retired") as refused:
        teams.check_address(f"https://{host}/webhook/s3cret")
    assert "Workflows" in refused.value.remedy


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (":t@host/room", "begins with !"),
        (":t@host/#ops:example.com", "alias"),
        (":t@host/%23ops:example.com", "alias"),
        ("host/!room:example.com", "access token is missing"),
        (":t@host/!a/b", "id of a room"),
        (":t@host/!", "id of a room"),
    ],
)
def test_a_room_of_matrix_is_named_by_its_id_with_a_token(path: str, what: str) -> None:
    with pytest.raises(Invalid, match=what) as refused:
        matrix.check_address(f"https://{path}")
    assert matrix.EXAMPLE in refused.value.remedy


async def test_google_keeps_one_thread_for_each_incident() -> None:
    stored = answers(200, HTTP_BENCHES["google-chat"].success)
    _, first = await sent("google-chat", stored)
    _, again = await sent("google-chat", stored, msgspec.structs.replace(OUTGOING, purpose=Purpose.RESOLVED))
    _, other = await sent("google-chat", stored, msgspec.structs.replace(OUTGOING, topic="incident/43"))
    assert first.path == again.path != other.path
    assert first.path.startswith("/v1/spaces/AAAA/messages?key=k&token=s3cret&threadKey=")


async def test_matrix_is_sent_each_delivery_as_one_transaction() -> None:
    receipt, request = await sent("matrix", answers(200, HTTP_BENCHES["matrix"].success))
    assert receipt.answer == "HTTP 200 $143273582443PhrSn"
    place = f"/_matrix/client/v3/rooms/!room:example.com/send/m.room.message/{OUTGOING.id}"
    assert (request.method, request.path) == ("PUT", place)
    assert request.headers["authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(("body", "seconds"), [(b'{"retry_after_ms":2500}', 2.5), (b"?", None), (b"{}", None)])
async def test_an_old_homeserver_says_in_its_body_how_long_to_wait(body: bytes, seconds: float | None) -> None:
    failure = await refused("matrix", answers(429, body))
    assert failure.reason is FailureReason.RATE_LIMIT
    assert failure.retry_after == (NOW + timedelta(seconds=seconds) if seconds else None)


TAKEN = msgspec.structs.replace(OUTGOING, purpose=Purpose.ACKNOWLEDGED, ack_url=None)


@pytest.mark.parametrize(
    ("kind", "ref"), [("discord", "1442"), ("matrix", "$143273582443PhrSn"), ("slack", ""), ("google-chat", "")]
)
async def test_a_page_has_a_name_where_it_can_be_edited(kind: str, ref: str) -> None:
    taken = answers(200, HTTP_BENCHES[kind].success)
    receipt, _ = await sent(kind, taken)
    assert receipt.ref == ref
    beside, _ = await sent(kind, taken, msgspec.structs.replace(OUTGOING, purpose=Purpose.INFO, earlier_ref=ref))
    assert beside.ref == ""


async def test_discord_edits_the_page_when_somebody_has_it() -> None:
    outgoing = msgspec.structs.replace(TAKEN, earlier_ref="1442")
    receipt, request = await sent("discord", answers(200, HTTP_BENCHES["discord"].success), outgoing)
    assert (request.method, request.path) == ("PATCH", "/api/webhooks/1234/s3cret/messages/1442")
    assert request.json()["content"].startswith("**[ACKNOWLEDGED] INC-1")
    assert receipt.ref == "1442"


async def test_discord_posts_anew_what_was_deleted_there() -> None:
    async def behave(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        status, body = (404, b"{}") if request.method == "PATCH" else (200, b'{"id":"1500"}')
        await answers(status, body)(request, writer)

    bench = HTTP_BENCHES["discord"]
    with HttpSink(behave) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            address = f"{address_of(bench, sink)}?thread_id=9"
            outgoing = msgspec.structs.replace(TAKEN, earlier_ref="1442", address=address)
            receipt = await bench.make(http, HttpTimeout()).send(outgoing)
        edit, again = sink.inbox.take(), sink.inbox.take()
    assert edit.path == "/api/webhooks/1234/s3cret/messages/1442?thread_id=9"
    assert (again.method, again.path) == ("POST", "/api/webhooks/1234/s3cret?thread_id=9&wait=true")
    assert receipt.ref == "1500"


async def test_matrix_edits_the_first_message_each_time() -> None:
    outgoing = msgspec.structs.replace(TAKEN, earlier_ref="$first")
    receipt, request = await sent("matrix", answers(200, b'{"event_id":"$second"}'), outgoing)
    assert request.json()["m.relates_to"]["event_id"] == "$first"
    assert (receipt.answer, receipt.ref) == ("HTTP 200 $second", "$first")
