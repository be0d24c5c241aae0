"""Probes open the same connections as sends, fail in the same words, and send nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from tests.channels.benches import AUTHORITY, certified, trusting
from tests.support.programs import eventually, free_port
from tests.support.sinks import HttpSink, SmtpSink
from tocsin.kernel.addresses import AddressGuard, Resolver, parse_network_list
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.probe import probe_url
from tocsin.kernel.smtp import GuardedSmtp, parse_smtp_url

NEAR = AddressGuard(parse_network_list("127.0.0.0/8"))


@pytest.fixture
async def resolver() -> AsyncIterator[Resolver]:
    resolver = Resolver(threads=1)
    yield resolver
    resolver.close()


async def test_a_host_that_answers_is_sent_nothing(resolver: Resolver) -> None:
    with HttpSink() as sink:
        await probe_url(URL(f"{sink.url}/secret"), guard=NEAR, resolver=resolver)
        await asyncio.to_thread(eventually, "the connection is seen", lambda: sink.connections == 1)


async def failure_of(url: str, guard: AddressGuard, resolver: Resolver) -> FailureReason:
    with pytest.raises(SendFailed) as failed:
        await probe_url(URL(url), guard=guard, resolver=resolver)
    return failed.value.reason


async def test_what_keeps_a_host_from_being_spoken_to(resolver: Resolver) -> None:
    assert await failure_of(f"http://127.0.0.1:{free_port()}", NEAR, resolver) is FailureReason.UNREACHABLE
    with HttpSink() as sink:
        assert await failure_of(sink.url, AddressGuard(), resolver) is FailureReason.BLOCKED_ADDRESS
    with HttpSink(tls=certified(AUTHORITY, "127.0.0.1")) as sink:
        assert await failure_of(sink.url, NEAR, resolver) is FailureReason.TLS, "nobody trusts its certificate"


@pytest.mark.parametrize(("password", "reason"), [("right", None), ("wrong", FailureReason.AUTHENTICATION)])
async def test_the_mail_server_is_asked_as_far_as_the_password(password: str, reason: FailureReason | None) -> None:
    with SmtpSink(tls=certified(AUTHORITY, "127.0.0.1"), require_login=("tocsin", "right")) as sink:
        url = f"smtp://tocsin:{password}@127.0.0.1:{sink.port}?starttls=required"
        smtp = GuardedSmtp(parse_smtp_url(url), tls=trusting(AUTHORITY))
        try:
            if reason is None:
                await smtp.probe()
            else:
                with pytest.raises(SendFailed) as failed:
                    await smtp.probe()
                assert failed.value.reason is reason
        finally:
            smtp.close()
