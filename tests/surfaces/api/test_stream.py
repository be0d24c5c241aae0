"""Server-sent events over HTTP: who may not listen, what is heard, and what a listener that was cut off gets again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from tests.support.patience import PATIENCE
from tests.surfaces.api.callers import Api, problem
from tests.surfaces.api.test_incidents import declare, make_private
from tocsin.kernel.live import MOST_OF_ONE
from tocsin.surfaces.wire.stream import REPLAYED

FLOOD = """
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %s, 'AlertsGrouped', 'alerts', 1, 'tocsin', 'A flood.', '{}' from generate_series(1, %s)
"""


class Listener:
    """What one open stream has heard."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.heard: list[dict[str, Any]] = []

    async def hears(self, kind: str) -> dict[str, Any]:
        """The document of the next event of this kind, with its place in the stream as `position`."""
        while (event := await self._next())["kind"] != kind:
            pass
        return event

    async def _next(self) -> dict[str, Any]:
        event: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                event[name] = value
                if not line and "data" in event:
                    self.heard.append({**json.loads(event["data"]), "position": event["id"]})
                    return self.heard[-1]
                if not line:
                    event = {}
        raise AssertionError("the stream has ended")


@asynccontextmanager
async def listening(api: Api, name: str, after: str = "") -> AsyncIterator[Listener]:
    headers = {"Authorization": f"Bearer {api.tokens[name]}", **({"Last-Event-ID": after} if after else {})}
    async with api.client.stream("GET", "/api/v1/stream", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert "listening" in await anext(lines)
        yield Listener(lines)


async def test_who_may_not_listen(api: Api) -> None:
    problem(await api.nobody.get("/stream"), 401)


async def test_what_happens_is_heard_by_those_who_may_see_it(api: Api) -> None:
    await declare(api, "Secret")
    await make_private(api, "INC-1", "alice")
    async with listening(api, "carol") as carol, listening(api, "alice") as alice:
        await api.alice.post("/incidents/INC-1/timeline", text="hush")
        await declare(api, "For everybody")
        while (heard := await carol.hears("IncidentDeclared"))["incident"] != "INC-2":
            pass
        assert heard["by"] == "@alice"
        assert "For everybody" in heard["text"]
        assert "hush" not in str(carol.heard)
        assert (await alice.hears("TimelineNoted"))["text"] == "hush"


async def test_a_listener_that_was_cut_off_gets_what_it_missed(api: Api) -> None:
    async with listening(api, "bob") as bob:
        await declare(api, "First")
        position = (await bob.hears("IncidentDeclared"))["position"]
    await declare(api, "Second")
    async with listening(api, "bob", after=position) as bob:
        again = await bob.hears("IncidentDeclared")
        missed = again if "Second" in again["text"] else await bob.hears("IncidentDeclared")
        assert "Second" in missed["text"]


async def test_a_listener_that_missed_too_much_is_told_to_read_anew(api: Api) -> None:
    async with listening(api, "bob") as bob:
        await declare(api, "First")
        position = (await bob.hears("IncidentDeclared"))["position"]
    async with api.db.transaction() as tx:
        await tx.conn.execute(FLOOD, (tx.now, REPLAYED))
    async with api.client.stream(
        "GET", "/api/v1/stream", headers={**api.bob.headers, "Last-Event-ID": position}
    ) as answer:
        lines = answer.aiter_lines()
        async with asyncio.timeout(PATIENCE):
            while not (line := await anext(lines)).startswith("event: "):
                pass
        assert line == "event: reset"
        assert "read the lists anew" in await anext(lines)


async def test_a_place_that_is_none(api: Api) -> None:
    answer = await api.client.get("/api/v1/stream", headers={**api.bob.headers, "Last-Event-ID": "yesterday"})
    assert problem(answer, 400)["field"] == "Last-Event-ID"


async def test_one_person_holds_no_more_streams_than_a_program_needs(api: Api) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            await stack.enter_async_context(listening(api, "alice"))
        assert "50 times" in problem(await api.alice.get("/stream"), 429)["detail"]
        await stack.enter_async_context(listening(api, "bob"))
