"""Every committed entry reaches every open stream that wants it, once, whatever the order of the commits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.kernel.errors import TooManyAttempts
from tocsin.kernel.ledger import Event, LedgerEntry
from tocsin.kernel.live import MOST_OF_ONE, Hub, Listener


class Rang(Event, frozen=True):
    bell: str


@pytest.fixture
async def hub(db: Database) -> AsyncIterator[Hub]:
    hub = Hub(db)
    await hub.start()
    yield hub
    await hub.close()


async def ring(db: Database, bell: str, topic: str = "bell/1") -> None:
    async with db.transaction() as tx:
        await tx.emit(Rang(topic=topic, sentence=f"{bell} rang.", bell=bell))


async def heard(listener: Listener, count: int) -> list[str]:
    """What the listener is given until it has `count` entries."""
    entries: list[LedgerEntry] = []
    while len(entries) < count:
        batch = await listener.next(PATIENCE)
        assert batch, f"only {[entry.sentence for entry in entries]} came"
        entries += batch
    return [entry.data["bell"] for entry in entries]


async def test_an_entry_reaches_every_stream_that_wants_it(db: Database, hub: Hub) -> None:
    with (
        hub.listen(lambda entry: entry.topic == "bell/1") as one,
        hub.listen(lambda entry: entry.topic == "bell/2") as other,
    ):
        await ring(db, "brass")
        await ring(db, "iron", topic="bell/2")
        assert await heard(one, 1) == ["brass"]
        assert await heard(other, 1) == ["iron"]


async def test_an_entry_that_commits_after_a_later_one_is_shown_too(db: Database, hub: Hub) -> None:
    with hub.listen(lambda entry: True) as listener:
        async with db.transaction() as slow:
            await slow.emit(Rang(topic="bell/1", sentence="slow rang.", bell="slow"))
            await ring(db, "quick")
            assert await heard(listener, 1) == ["quick"]
        assert await heard(listener, 1) == ["slow"]
        await ring(db, "last")
        assert await heard(listener, 1) == ["last"]


async def test_a_stream_that_cannot_say_what_it_wants_ends_alone(
    db: Database, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    with hub.listen(lambda entry: bool(entry.data["no such bell"])) as broken, hub.listen(lambda entry: True) as other:
        await ring(db, "brass")
        assert await heard(other, 1) == ["brass"]
        assert await broken.next(PATIENCE) == []
        assert broken.is_over
        await ring(db, "iron")
        assert await heard(other, 1) == ["iron"]
    assert "a live stream cannot say what it wants" in caplog.text


async def test_a_stop_ends_every_stream_at_once(db: Database, hub: Hub) -> None:
    with hub.listen(lambda entry: True) as listener:
        waiting = asyncio.create_task(listener.next(PATIENCE))
        await hub.close()
        assert await waiting == []
        assert listener.is_over


async def test_nobody_listening_reads_nothing_and_the_next_one_hears_again(db: Database, hub: Hub) -> None:
    with hub.listen(lambda entry: True) as listener:
        await ring(db, "first")
        assert await heard(listener, 1) == ["first"]
    await ring(db, "unheard")
    with hub.listen(lambda entry: entry.data["bell"] == "second") as listener:
        await ring(db, "second")
        assert await heard(listener, 1) == ["second"]


async def test_one_person_takes_no_more_than_their_streams(hub: Hub) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(hub.listen(lambda entry: True, of=1)) for _ in range(MOST_OF_ONE)]
        with pytest.raises(TooManyAttempts, match="50 times already"):
            hub.check_room(1)
        hub.check_room(2)
        with hub.listen(lambda entry: True, of=1) as late:  # it came between another's question and its beginning
            assert late.is_over
        assert not any(stream.is_over for stream in streams)
    hub.check_room(1)


async def test_a_stream_that_does_not_keep_up_is_ended(db: Database, hub: Hub) -> None:
    with hub.listen(lambda entry: True) as listener:
        async with db.transaction() as tx:
            for number in range(1001):
                await tx.emit(Rang(topic="bell/1", sentence="rang.", bell=str(number)))
        async with asyncio.timeout(PATIENCE):
            while not listener.is_over:  # noqa: ASYNC110  nobody takes what comes, a page of the ledger at a time
                await asyncio.sleep(0)
