"""One person by four ways: the answer by one silences the other three, wherever it was given (PAG-7)."""

import json
from asyncio import StreamWriter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.channels.benches import LOOPBACK
from tests.stories.conftest import ORGANISATION
from tests.support.channels import Received
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.sinks import HttpRequest, HttpSink, answers
from tests.support.telephones import LINKS, MASTER, Telephones
from tests.support.world import World, new_world
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import Receipt
from tocsin.integrations.channels.pushover.send import PushoverChannel
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.paging.asking import questions_of
from tocsin.provider_settings import Pushover

KEY = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
KINDS = ("email", "ntfy", "gotify", "pushover")
FOUR_WAYS = ORGANISATION.replace(
    "  - {name: alice, email: alice@example.com}\n",
    f"""  - name: alice
    email: alice@example.com
    contacts:
      - email: alice@example.com
      - ntfy: https://ntfy.example.com/alice
      - gotify: https://:AWxS2x@gotify.example.com
      - pushover: {KEY}
    notify: {{high: [{{email: 0m}}, {{ntfy: 0m}}, {{gotify: 0m}}, {{pushover: 0m}}]}}
""",
)


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, FOUR_WAYS) as world:
        yield world


async def paged(world: World) -> dict[str, Received]:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    return {kind: world.phone("alice").receives("page", by=kind) for kind in KINDS}


async def test_acknowledged_in_pushover_the_other_three_say_so(world: World) -> None:
    page = (await paged(world))["pushover"]
    told = {"receipt": "rLqVuqTRh62UzxtmqiaLzQmVcPgiCy", "acknowledged": "1"}
    for _ in range(2):  # Pushover may call twice
        assert (await Telephones(world.db).post(LINKS.url_for("pushover", page.delivery.id), {}, told)).status == 204
    await world.worker.drain()
    assert (await world.see()).acknowledged_by == "@alice"
    for kind in ("email", "ntfy", "gotify"):
        world.phone("alice").receives("acknowledged", by=kind, saying="You have INC-1")
    assert world.airwaves.unread == []


async def test_pushover_is_asked_while_it_rings_where_it_cannot_call_back(dsn: str, clock: VirtualClock) -> None:
    pushover = PushoverReceipts()
    with HttpSink(pushover) as sink:
        async with GuardedHttp(LOOPBACK) as http, world_that_asks(dsn, clock, sink, http) as world:
            await paged(world)
            await world.passes(seconds=25)
            assert [asked.path.partition("?")[0] for asked in sink.inbox.forget()] == ["/1/receipts/rLqVuq.json"] * 2
            pushover.acknowledged = 1
            await world.passes(seconds=5)
            assert (await world.see()).acknowledged_by == "@alice"
            for kind in ("email", "ntfy", "gotify"):
                world.phone("alice").receives("acknowledged", by=kind, saying="You have INC-1")
            sink.inbox.forget()
            await world.passes(minutes=3)
            assert sink.inbox.waiting() == []


async def test_what_was_answered_elsewhere_is_asked_about_no_more(dsn: str, clock: VirtualClock) -> None:
    with HttpSink(PushoverReceipts()) as sink:
        async with GuardedHttp(LOOPBACK) as http, world_that_asks(dsn, clock, sink, http) as world:
            await paged(world)
            await world.acknowledge("alice")
            world.airwaves.unread.clear()
            await world.passes(minutes=3)
            assert sink.inbox.waiting() == []


class PushoverReceipts:
    """What Pushover says of a page when it is asked."""

    acknowledged = 0

    async def __call__(self, request: HttpRequest, writer: StreamWriter) -> None:
        told = {"status": 1, "acknowledged": self.acknowledged, "expired": 0}
        await answers(200, json.dumps(told).encode())(request, writer)


@asynccontextmanager
async def world_that_asks(dsn: str, clock: VirtualClock, sink: HttpSink, http: GuardedHttp) -> AsyncGenerator[World]:
    """Pages ring in Pushover, whose receipts are at the sink."""
    patient = HttpTimeout(total=25, connect=20, read=25)
    channel = PushoverChannel(http, Pushover(token="t", url=sink.url), str, patient)
    links = ack_links(MASTER, "https://tocsin.example.com")
    async with new_world(dsn, clock, kinds=questions_of({"pushover": channel}, links).kinds()) as world:
        world.airwaves.receipts["pushover"] = Receipt(answer="200", ref="rLqVuq", rings_for=timedelta(hours=1))
        await world.configure(FOUR_WAYS)
        yield world


async def test_acknowledged_on_the_command_line_what_rings_on_or_stays_falls_silent(world: World) -> None:
    await paged(world)
    await world.acknowledge("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind)
    assert world.airwaves.unread == []


async def test_declined_by_a_message_the_others_ring_no_more(world: World) -> None:
    await paged(world)
    await world.decline("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind, saying="You are not called for INC-1 any more")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    assert world.airwaves.unread == []


async def test_whoever_comes_to_help_is_not_rung_for_either(world: World) -> None:
    await paged(world)
    await world.acknowledge("bob")
    for kind in KINDS:
        world.phone("alice").receives("acknowledged", by=kind, saying="@bob has acknowledged INC-1")
    await world.add_responders("bob", "alice")
    for kind in KINDS:
        world.phone("alice").receives("page", by=kind)
    await world.acknowledge("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind, saying="@bob has INC-1, and knows that you come")
    world.phone("bob").receives("info")
    assert world.airwaves.unread == []
