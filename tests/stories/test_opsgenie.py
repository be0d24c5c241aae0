"""What clients of Opsgenie's interface do to an alert happens to its incident: the people who are called, and the
timeline that they read."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.asgi import ask, not_here
from tests.support.world import World
from tocsin.alerts.service import Arrival, receive
from tocsin.surfaces.compat.opsgenie import OpsgenieApp

KEY = "opsgenie-key-of-32-characters-ab"
CLIENTS = ORGANISATION.replace(
    "integrations:\n", f"integrations:\n  - {{name: legacy, type: opsgenie, key: {KEY}, service: checkout}}\n"
)


class Client:
    """A client with its key; everything that follows from a request happens before it returns."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = OpsgenieApp(world.db, world.book, self._submit, not_here)
        self.path = "/v2/alerts"

    async def _submit(self, arrivals: Any, size: int = 0) -> int:
        async with self.world.db.connection() as conn:
            await receive(self.world.desk, conn, list[Arrival](arrivals))
        return 0

    async def creates(self, priority: str = "P1") -> None:
        body = {"message": "Disk full", "alias": "disk", "priority": priority}
        said = await self.ask_for("POST", "/v2/alerts", body)
        assert said.status == 202, said
        (row,) = await self.world.rows("select max(id) from alert")
        self.path = f"/v2/alerts/{row[0]}"

    async def says(self, action: str, **body: Any) -> str:
        """What the status of the request is in the end."""
        said = await self.ask_for("POST", f"{self.path}/{action}", body)
        assert said.status == 202, said
        told = await self.ask_for("GET", f"/v2/alerts/requests/{said.json()['requestId']}")
        return told.json()["data"]["status"]

    async def is_refused(self, action: str, **body: Any) -> str:
        """By the field's own words."""
        said = await self.ask_for("POST", f"{self.path}/{action}", body)
        assert said.status == 422, said
        (words,) = said.json()["errors"].values()
        return words

    async def reads(self) -> dict[str, Any]:
        return (await self.ask_for("GET", self.path)).json()["data"]

    async def ask_for(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        said = await ask(self.app, method, path, {"authorization": f"GenieKey {KEY}"}, content)
        await self.world.worker.drain()
        return said


@pytest.fixture
async def client(world: World) -> AsyncGenerator[Client]:
    """Its alert has just paged alice."""
    await world.configure(CLIENTS)
    client = Client(world)
    await client.creates()
    world.phone("alice").receives("page")
    yield client
    world.nobody_else_is_paged()


async def test_who_is_assigned_is_called_by_their_address_and_who_snoozes_has_quiet(
    world: World, client: Client
) -> None:
    assert await client.says("assign", owner={"username": "bob@example.com"}, user="ann") == "Assigned alert"
    world.phone("bob").receives("page")
    world.phone("alice").receives("info", saying="handed")
    until = (world.clock.now() + timedelta(minutes=30)).isoformat()
    assert await client.says("snooze", endTime=until, user="ann", note="the vendor works on it") == "Snoozed alert"
    for name in ("alice", "bob"):
        world.phone(name).receives("acknowledged", saying="ann has acknowledged INC-1")
    await world.says("ann wants quiet until 03:30 UTC: the vendor works on it. Unless it is resolved, people are")
    shown = await client.reads()
    assert (shown["snoozed"], shown["owner"]) == (True, "ann")
    assert (await world.explain()).next == "At 03:30:00 UTC people are called again, unless it is resolved."
    await world.passes(minutes=30)
    world.phone("alice").receives("page")
    await world.says("The quiet is over: the quiet until 03:30 UTC is over")
    assert (await client.reads())["snoozed"] is False


async def test_escalating_calls_the_next_step_and_a_responder_is_called_beside(world: World, client: Client) -> None:
    assert await client.says("escalate", escalation={"name": "old-night"}, user="ann") == (
        "Called the next step of the escalation"
    )
    world.phone("bob").receives("page")
    await world.says("ann asked for it: escalation old-night")
    world.phone("carol").receives("page")
    responder = {"type": "user", "username": "dave"}
    assert await client.says("responders", responder=responder) == "Added responder"
    world.phone("dave").receives("page")
    assert await client.is_refused("responders", responder=responder) == (
        "dave is being called already. Name somebody else."
    )
    assert await client.is_refused("assign", owner={"username": "nobody"}) == (
        "There is nobody named 'nobody'. See who there is with: tocsin admin user list"
    )
    await world.worker.drain()


async def test_what_is_given_back_is_called_for_again_and_can_be_taken_again(world: World, client: Client) -> None:
    await client.says("acknowledge", user="ann")
    world.phone("alice").receives("acknowledged")
    assert await client.says("unacknowledge", user="ann") == "Unacknowledged alert"
    world.phone("alice").receives("page", saying="ann has taken the acknowledgement back")
    await client.says("acknowledge", user="bea")
    world.phone("alice").receives("acknowledged")
    assert (await world.see()).acknowledged_by == "bea"
    await world.passes(minutes=20)


async def test_notes_and_another_priority_are_read_on_the_timeline(world: World, client: Client) -> None:
    await client.says("notes", note="looking\nat it", user="ann")
    await world.says("ann, in the tool that sent the alert: looking\nat it")
    said = await client.ask_for("PUT", f"{client.path}/priority", {"priority": "P5", "user": "ann"})
    assert said.status == 202
    await world.says("Disk full: ann calls its priority P5, in the tool that sent it.")
    assert await client.is_refused("snooze", endTime=(world.clock.now() + timedelta(days=3)).isoformat()) == (
        "An incident is quiet for 1 minute to 24 hours. To end it: tocsin resolve. To silence alerts: tocsin silence."
    )
