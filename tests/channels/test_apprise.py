"""Apprise, in its process, beside the contract suite: what arrives, and that its connections pass the guard."""

import asyncio
import os
from pathlib import Path

import apprise
import msgspec
import pytest

from tests.channels.benches import OUTGOING
from tests.support.patience import PATIENCE
from tests.support.sinks import Behaviour, HttpSink, answers, silent
from tocsin.delivery.model import Outgoing
from tocsin.delivery.wording import shown_address
from tocsin.integrations.channels.apprise.child import Gate, Outcome, Task
from tocsin.integrations.channels.apprise.send import CHILD, AppriseChannel, check_address, missing
from tocsin.integrations.channels.apprise.services import INSTEAD, SERVICES
from tocsin.kernel.addresses import AddressGuard, BlockedAddress
from tocsin.kernel.errors import Invalid
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.settings import Settings

TAKEN = b'{"code":200,"message":"success"}'
LOOPBACK = ("127.0.0.0/8",)


def to(port: int, scheme: str = "bark", **changed: object) -> Outgoing:
    return msgspec.structs.replace(OUTGOING, address=f"{scheme}://127.0.0.1:{port}/s3cret", **changed)


async def refused(behaviour: Behaviour, networks: tuple[str, ...] = LOOPBACK, patience: float = PATIENCE) -> SendFailed:
    with HttpSink(behaviour) as sink:
        with pytest.raises(SendFailed) as failed:
            await AppriseChannel(networks, patience).send(to(sink.port))
        sink.inbox.forget()
    assert "s3cret" not in failed.value.detail
    return failed.value


async def test_a_page_arrives_with_its_links_and_mentions_nobody() -> None:
    message = msgspec.structs.replace(OUTGOING.message, what="@everyone [bank](http://evil.example)")
    with HttpSink(answers(200, TAKEN)) as sink:
        receipt = await AppriseChannel(LOOPBACK, PATIENCE).send(to(sink.port, message=message))
        said = sink.inbox.take().json()
    assert receipt.answer == "taken by bark"
    assert said["title"] == "[SEV-2] INC-1 Checkout 5xx"
    assert "Acknowledge: https://tocsin.example.com/ack/x4t9Zq" in said["body"]
    assert "Service: checkout" in said["body"]
    assert "@everyone" not in said["body"]
    assert "](" not in said["body"]


async def test_what_is_inside_is_not_called_unless_it_is_allowed() -> None:
    failure = await refused(answers(200, TAKEN), networks=())
    assert failure.reason is FailureReason.BLOCKED_ADDRESS
    assert "TOCSIN_ALLOWED_NETWORKS" in failure.detail


async def test_a_service_that_asks_for_fewer_messages_is_not_asked_when() -> None:
    failure = await refused(answers(429, b"Socket Exception: SSLError", Retry_After="7"))
    assert (failure.reason, failure.detail) == (FailureReason.RATE_LIMIT, "bark: it answered 429")
    assert failure.retry_after is None


async def test_one_that_takes_longer_than_it_may_is_left() -> None:
    failure = await refused(silent(), patience=0.5)
    assert (failure.reason, failure.detail) == (FailureReason.TIMEOUT, "bark took longer than 0.5 s")


async def test_an_address_that_apprise_does_not_understand_is_refused_for_good() -> None:
    with pytest.raises(SendFailed) as failed:
        await AppriseChannel((), PATIENCE).send(msgspec.structs.replace(OUTGOING, address="tgram://x"))
    assert failed.value.reason is FailureReason.REJECTED


async def test_what_acts_on_this_machine_is_not_reached_even_past_the_list() -> None:
    child = await asyncio.create_subprocess_exec(*CHILD, stdin=-1, stdout=-1, env={"PATH": os.defpath})
    said, _ = await child.communicate(msgspec.json.encode(Task("dbus://", "x", "x", True, "")))
    assert msgspec.json.decode(said, type=Outcome).reason is not None


@pytest.mark.parametrize("address", [("10.0.0.1", 80), ("localhost", 80), ("::1", 80, 0, 0), "/run/postgres.sock"])
def test_the_gate_refuses_what_the_guard_does_and_whatever_is_no_plain_address(address: object) -> None:
    gate = Gate(AddressGuard())
    with pytest.raises(BlockedAddress):
        gate("socket.connect", (None, address))
    assert gate.refused


def test_the_gate_starts_no_program_and_lets_the_rest_pass() -> None:
    gate = Gate(AddressGuard())
    with pytest.raises(BlockedAddress):
        gate("subprocess.Popen", ("sh", ["sh"], None, None))
    gate("socket.connect", (None, ("93.184.215.14", 443)))
    gate("open", ("/etc/hostname", "r", 0))


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("slack://T/B/X", "there is a channel for it"),
        ("syslog://", "no service that Apprise may be asked for"),
        ("telegram", "no service"),
        ("tgram://token/1?format=markdown", "plain text"),
        ("tgram://[", "no address of a service"),
    ],
)
def test_addresses_that_are_refused_say_what_to_write_and_are_not_repeated(address: str, what: str) -> None:
    with pytest.raises(Invalid, match=what) as wrong:
        check_address(address)
    assert wrong.value.remedy
    assert "token" not in wrong.value.message


def test_all_that_is_shown_of_an_address_is_its_service() -> None:
    address = check_address(" tgram://123456:s3cret/42 ")
    assert address == "tgram://123456:s3cret/42"
    assert shown_address("apprise", address) == "tgram"
    assert AppriseChannel(()).endpoint(address) == "tgram"


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # Apprise looks for what Python 3.13 has no more
def test_every_service_that_may_be_named_is_one_of_apprise() -> None:
    known = {
        scheme
        for each in apprise.Apprise().details()["schemas"]
        for scheme in (*(each["protocols"] or ()), *(each["secure_protocols"] or ()))
    }
    assert known >= SERVICES
    assert not SERVICES & set(INSTEAD)
    assert missing(Settings(data_dir=Path("/nowhere"))) is None
