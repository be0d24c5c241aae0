"""The guarded HTTP client itself, against real peers."""

import asyncio

import pytest

from tests.channels.benches import RawPeer
from tests.support.sinks import HttpRequest, HttpSink, answers, floods, says
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.http_answer import MAX_BODY
from tocsin.kernel.outbound import FailureReason, SendFailed

NOT_CALLED = (FailureReason.BLOCKED_ADDRESS, FailureReason.REJECTED)
LOOPBACK = AddressGuard(parse_network_list("127.0.0.0/8"))


async def refused(http: GuardedHttp, url: str) -> FailureReason:
    with pytest.raises(SendFailed) as failed:
        await http.request("GET", url)
    return failed.value.reason


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "169.254.169.254",
        "192.0.0.192",
        "user@127.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
    ],
)
async def test_no_spelling_of_an_inner_address_is_called(host: str) -> None:
    with HttpSink() as sink:
        async with GuardedHttp() as http:
            assert await refused(http, f"http://{host}:{sink.port}/") in NOT_CALLED
        assert sink.connections == 0


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "unix:/run/x.sock", "http://", "//x", "x"]
)
async def test_only_http_urls_are_called(url: str) -> None:
    async with GuardedHttp(LOOPBACK) as http:
        assert await refused(http, url) is FailureReason.REJECTED


async def test_a_name_that_leads_nowhere() -> None:
    async with GuardedHttp(LOOPBACK) as http:
        assert await refused(http, "http://no-such-host.invalid/") is FailureReason.UNREACHABLE


async def test_every_hop_of_a_redirect_passes_the_guard() -> None:
    with HttpSink() as inner:
        location = f"http://127.0.0.2:{inner.port}/"
        with HttpSink(answers(302, Location=location)) as outer:
            guard = AddressGuard(parse_network_list("127.0.0.1/32"))
            async with GuardedHttp(guard) as http:
                with pytest.raises(SendFailed) as failed:
                    await http.request("GET", outer.url, redirects=3)
                assert failed.value.reason is FailureReason.BLOCKED_ADDRESS
                assert (await http.request("GET", outer.url)).status == 302
            outer.inbox.forget()
        assert inner.connections == 0


async def test_redirects_end() -> None:
    with HttpSink(answers(302, Location="/again")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            with pytest.raises(SendFailed, match="redirects") as failed:
                await http.request("GET", sink.url, redirects=3)
        sink.inbox.forget()
    assert failed.value.reason is FailureReason.REJECTED


async def test_an_endless_answer_is_cut_and_its_connection_closed() -> None:
    with HttpSink(floods(b"HTTP/1.1 200 OK\r\n\r\n")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            answer = await http.request("GET", sink.url)
        sink.inbox.forget()
    assert answer.truncated
    assert len(answer.body) == MAX_BODY


async def test_a_small_answer_cannot_grow() -> None:
    packed = b"\x1f\x8b\x08\x00" + b"\x00" * 100
    with HttpSink(answers(200, packed, Content_Encoding="gzip")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            answer = await http.request("GET", sink.url)
        request = sink.inbox.take()
    assert answer.body == packed
    assert request.headers["accept-encoding"] == "identity"


async def test_cookies_are_not_kept() -> None:
    with HttpSink(answers(200, Set_Cookie="session=1")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            await http.request("GET", sink.url)
            await http.request("GET", sink.url)
        requests = sink.inbox.forget()
    assert [request.headers.get("cookie") for request in requests] == [None, None]


async def test_a_kept_connection_that_was_closed_costs_a_second_try_not_a_failure() -> None:
    async def answer_then_close_when_called_again(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        if request.path == "/second" and not seen:
            seen.append(request)
            writer.transport.abort()
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    seen: list[HttpRequest] = []
    with HttpSink(answer_then_close_when_called_again) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            await http.request("POST", f"{sink.url}/first", body=b"1")
            answer = await http.request("POST", f"{sink.url}/second", body=b"2")
        paths = [request.path for request in sink.inbox.forget()]
    assert answer.status == 200
    assert paths == ["/first", "/second", "/second"]
    assert sink.connections == 2


async def test_a_fresh_connection_that_is_closed_is_a_failure() -> None:
    with HttpSink(says(b"")) as sink:
        async with GuardedHttp(LOOPBACK) as http:
            with pytest.raises(SendFailed) as failed:
                await http.request("POST", sink.url, body=b"1")
        assert len(sink.inbox.forget()) == 1
    assert failed.value.reason is FailureReason.UNREACHABLE
    assert failed.value.may_have_arrived


async def test_what_never_left_cannot_have_arrived() -> None:
    with HttpSink(says(b"")) as sink:
        gone = sink.url
    async with GuardedHttp(LOOPBACK) as http:
        with pytest.raises(SendFailed) as refused:
            await http.request("POST", gone, body=b"1")
    assert refused.value.reason is FailureReason.UNREACHABLE
    assert not refused.value.may_have_arrived


async def test_plain_http_on_a_tls_address_is_a_tls_failure() -> None:
    with RawPeer(says(b"HTTP/1.1 400 X\r\n\r\n")) as peer:
        async with GuardedHttp(LOOPBACK) as http:
            assert await refused(http, f"https://127.0.0.1:{peer.port}") is FailureReason.TLS
