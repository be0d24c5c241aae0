"""What every channel does in every situation: one suite, real little servers at the other end."""

import pytest

from tests.channels.benches import BENCHES, HTTP_BENCHES, NOW, Bench, Call, HttpBench
from tocsin.kernel.outbound import EXCERPT_LENGTH, FailureReason, SendFailed


def in_situations(*situations: str) -> list[object]:
    """Each channel in each of these that its bench has."""
    return [
        pytest.param(bench, situation, id=f"{name}-{situation}")
        for name, bench in BENCHES.items()
        for situation in situations
        if situation in bench.situations
    ]


@pytest.fixture(params=HTTP_BENCHES)
def http_bench(request: pytest.FixtureRequest) -> HttpBench:
    return HTTP_BENCHES[request.param]


@pytest.mark.parametrize(("bench", "situation"), in_situations("takes it", "has a certificate"))
async def test_a_message_that_was_taken_has_a_receipt(bench: Bench, situation: str) -> None:
    async with bench.at(situation) as call:
        receipt = await call.channel.send(call.outgoing)
        assert receipt.answer
        assert len(receipt.answer) <= EXCERPT_LENGTH
        assert call.taken() == 1


REASONS = {
    "refuses": FailureReason.REFUSED,
    "knows us not": FailureReason.AUTHENTICATION,
    "drips": FailureReason.TIMEOUT,
    "has trouble": FailureReason.OTHER,
    "talks garbage": FailureReason.OTHER,
    "floods headers": FailureReason.OTHER,
    "floods a refusal": FailureReason.OTHER,
    "hangs up": FailureReason.UNREACHABLE,
    "is away": FailureReason.UNREACHABLE,
    "has a stranger's certificate": FailureReason.TLS,
    "has another's certificate": FailureReason.TLS,
    "is inside": FailureReason.BLOCKED_ADDRESS,
}


@pytest.mark.parametrize(("bench", "situation"), in_situations(*REASONS))
async def test_every_failure_has_its_reason_and_tells_no_secret(bench: Bench, situation: str) -> None:
    async with bench.at(situation) as call:
        with pytest.raises(SendFailed) as failed:
            await call.channel.send(call.outgoing)
    assert failed.value.reason is REASONS[situation], failed.value.detail
    tells_no_secret(call, failed.value)


def tells_no_secret(call: Call, failed: SendFailed) -> None:
    assert failed.detail
    told = failed.detail + failed.answer
    assert len(told) < 2 * EXCERPT_LENGTH
    for secret in ("s3cret", "secret of the peer", "wrong", call.outgoing.ack_url or ""):
        assert secret not in told


@pytest.mark.parametrize(("bench", "situation"), in_situations("falls silent"))
async def test_what_was_taken_and_not_answered_is_no_success(bench: Bench, situation: str) -> None:
    """Nobody knows whether it arrived; the second copy has the same id (REL-2)."""
    async with bench.at(situation) as call:
        with pytest.raises(SendFailed) as failed:
            await call.channel.send(call.outgoing)
        assert failed.value.reason is FailureReason.TIMEOUT
        assert call.channel.timeout.total_seconds() > 0
        assert call.taken() == 1
        tells_no_secret(call, failed.value)


@pytest.mark.parametrize(("bench", "situation"), in_situations("takes it"))
async def test_the_same_delivery_sent_twice_is_recognisable(bench: Bench, situation: str) -> None:
    async with bench.at(situation) as call:
        await call.channel.send(call.outgoing)
        await call.channel.send(call.outgoing)
        assert call.taken() == 2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0.5", 0.5),
        ("Sat, 21 Nov 2026 03:05:05 GMT", 60),
        ("Saturday, 21-Nov-26 03:05:05 GMT", 60),
        ("Sat Nov 21 03:05:05 2026", 60),
        ("Sat, 21 Nov 2026 03:00:00 GMT", 0),
        ("-5", None),
        ("inf", None),
        ("1e999", None),
        ("9" * 400, None),
        ("99999999999", 86_400 * 365),
        ("120, 60", None),
        ("", None),
        ("whenever", None),
    ],
)
async def test_a_request_for_fewer_messages_says_when(http_bench: HttpBench, value: str, seconds: float | None) -> None:
    async with http_bench.answering(429, {"Retry-After": value, "Date": "Sat, 21 Nov 2026 03:04:05 GMT"}) as call:
        with pytest.raises(SendFailed) as failed:
            await call.channel.send(call.outgoing)
    assert failed.value.reason is FailureReason.RATE_LIMIT
    waited = failed.value.retry_after and (failed.value.retry_after - NOW).total_seconds()
    assert waited == seconds


async def test_redirects_are_not_followed(http_bench: HttpBench) -> None:
    async with http_bench.at("redirects inside") as call:
        with pytest.raises(SendFailed, match="redirects are not followed") as failed:
            await call.channel.send(call.outgoing)
        assert failed.value.reason is FailureReason.REJECTED
        assert call.taken() == 1
