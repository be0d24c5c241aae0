"""What chats answer that is not in the contract suite: receipts that are none, identity, and how long to wait."""

import json
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from tests.channels.benches import HTTP_BENCHES, LOOPBACK, NOW, OUTGOING
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers
from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.discord import send as discord
from tocsin.integrations.channels.mattermost import send as mattermost
from tocsin.integrations.channels.slack import send as slack
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.outbound import FailureReason, SendFailed

CHATS = ("slack", "mattermost", "discord")
CHECKS: dict[str, Callable[[str], str]] = {
    "slack": slack.check_address,
    "mattermost": mattermost.check_address,
    "discord": discord.check_address,
}


async def sent(kind: str, behaviour: Behaviour, outgoing: Outgoing = OUTGOING) -> tuple[Receipt, HttpRequest]:
    bench = HTTP_BENCHES[kind]
    with HttpSink(behaviour) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            channel = bench.make(http, HttpTimeout())
            receipt = await channel.send(msgspec.structs.replace(outgoing, address=f"{sink.url}{bench.path}"))
        return receipt, sink.inbox.take()


async def refused(kind: str, behaviour: Behaviour) -> SendFailed:
    bench = HTTP_BENCHES[kind]
    with HttpSink(behaviour) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            with pytest.raises(SendFailed) as failed:
                await bench.make(http, HttpTimeout()).send(
                    msgspec.structs.replace(OUTGOING, address=f"{sink.url}{bench.path}")
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


@pytest.mark.parametrize("kind", CHATS)
def test_an_address_is_taken_without_the_space_around_it(kind: str) -> None:
    assert CHECKS[kind]("  https://chat.example.com/hooks/x \n") == "https://chat.example.com/hooks/x"
