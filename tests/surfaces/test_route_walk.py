"""Every route × every role × one's own team, another team, and a private incident (SEC-1).

The routes are those that the applications serve, what they shall answer is in `tests.support.permissions`. A role that
is not enough is refused and nothing happens; one that is enough is never refused for who it is.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.applications import URL, application
from tests.support.keys import KEYRING
from tests.support.office import furnish, link_for
from tests.support.permissions import BODIES, OF_INCIDENT, PUBLIC, TABLES, least_of
from tests.support.routes import Route, list_routes
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.accounts.model import Role, UserDraft
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.live import Hub
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy
from tocsin.reactions import REACTIONS

CALLERS = {Role.VIEWER: "victor", Role.RESPONDER: "dora", Role.MANAGER: "mona", Role.ADMIN: "root"}
"""Dora is on the team `search`, Mona leads nobody; Alice and Bob are on `payments`, which Carol leads."""
FILLED = {"ref": "INC-1", "schedule": "payments-primary", "name": "payments", "kind": "update"}
ENDS_THE_SESSION = ("POST /password", "POST /sign-out")
REFUSED = (401, 403)


@dataclass
class Caller:
    """Somebody with a session and a token, or nobody."""

    client: httpx.AsyncClient
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    async def call(self, route: Route, given: Mapping[str, str]) -> httpx.Response:
        path, body = route.at(given), BODIES.get(str(route), {})
        if route.path.startswith("/api/"):
            sent = None if route.method == "GET" else body
            return await self.client.request(route.method, path, json=sent, headers=self.headers)
        if route.method == "GET":
            return await self.client.get(path)
        return await self.client.request(route.method, path, data={"csrf": self.csrf, **body})


@dataclass
class Town:
    routes: list[Route]
    callers: dict[str, Caller]


@pytest.fixture
async def town(dsn: str, clock: VirtualClock) -> AsyncIterator[Town]:
    """INC-1 is everybody's; INC-2 is private, of Alice."""
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING))
        await _people(db)
        hub = Hub(db)
        await hub.start()
        stack.push_async_callback(hub.close)
        app = application(db, hub)
        callers: dict[str, Caller] = {}
        for name in ("nobody", "alice", "carol", *CALLERS.values()):
            transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
            client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=URL))
            callers[name] = Caller(client) if name == "nobody" else await _signed_in(db, client, name)
        yield Town(list_routes(app), callers)


async def _people(db: Database) -> None:
    await furnish(db)
    async with db.transaction() as tx:
        for name, role in (("dora", Role.RESPONDER), ("mona", Role.MANAGER), ("root", Role.ADMIN)):
            draft = UserDraft(name=name, email=f"{name}@example.com", role=role)
            await accounts.upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await accounts.upsert_team(tx, "search", ["dora"], [], managed_by=None, actor="tocsin")
    await _declare(db)


async def _declare(db: Database) -> None:
    async with db.transaction() as tx:
        ladder = (Step((parse_target("user:alice"),), timedelta(minutes=5)),)
        await put_policy(tx, Policy("alice", ladder), None)
        await incidents.declare(tx, Declaration(title="Checkout fails", by="@alice", services=("checkout",)))
        await incidents.declare(tx, Declaration(title="A key leaked", by="@alice", policy="alice", is_private=True))


async def _signed_in(db: Database, client: httpx.AsyncClient, name: str) -> Caller:
    assert (await client.post(await link_for(db, name))).status_code == 303
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/")).text)
    assert csrf
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, name)
        token = (await sign_in.create_token(tx, user, "walk", actor="tocsin")).secret
    return Caller(client, csrf[1], {"Authorization": f"Bearer {token}"})


def was_refused(answer: httpx.Response) -> bool:
    """For who asks, and not for what they ask."""
    return answer.status_code in REFUSED or answer.headers.get("location", "").startswith("/sign-in?")


def walked(town: Town) -> list[Route]:
    return [route for route in town.routes if not route.is_stream and str(route) not in ENDS_THE_SESSION]


async def test_every_route_says_whom_it_lets_in(town: Town) -> None:
    unnamed = []
    for route in town.routes:
        try:
            least_of(route)
        except LookupError as missing:
            unnamed.append(str(missing))
    assert unnamed == []


async def test_no_table_names_a_route_that_is_gone(town: Town) -> None:
    served = {str(route) for route in town.routes}
    named = {*PUBLIC, *(route for routes in TABLES.values() for route in routes), *BODIES}
    assert named - served == set()


async def test_nobody_comes_in_without_a_credential(town: Town) -> None:
    nobody, let_in = town.callers["nobody"], []
    for route in town.routes:
        if least_of(route) is None:
            continue
        answer = await nobody.call(route, FILLED)
        expected = 401 if route.path.startswith("/api/") else 303
        if answer.status_code != expected or not was_refused(answer):
            let_in.append(f"{route} → {answer.status_code}")
    assert let_in == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RESPONDER, Role.MANAGER])
async def test_a_role_that_is_not_enough_is_refused(town: Town, role: Role) -> None:
    wrong = []
    for route in walked(town):
        least = least_of(route)
        if least is None or role.rank >= least.rank:
            continue
        answer = await town.callers[CALLERS[role]].call(route, FILLED)
        sound = str(route) in BODIES or route.path.startswith(OF_INCIDENT) is False
        if answer.status_code != 403 and (sound or answer.status_code != 400):
            wrong.append(f"{route} → {answer.status_code} for a {role}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_that_is_enough_is_let_in(town: Town, role: Role) -> None:
    wrong = []
    for route in walked(town):
        least = least_of(route)
        if least is not None and role.rank < least.rank:
            continue
        answer = await town.callers[CALLERS[role]].call(route, FILLED)
        is_of_a_team = role is Role.RESPONDER and "{schedule}" in route.path
        if answer.status_code >= 500 or (was_refused(answer) and not is_of_a_team and str(route) != "POST /sign-in"):
            wrong.append(f"{route} → {answer.status_code} for a {role}")
    assert wrong == []


@pytest.mark.parametrize("name", list(CALLERS.values()))
async def test_a_private_incident_is_to_strangers_as_one_that_does_not_exist(town: Town, name: str) -> None:
    stranger, wrong = town.callers[name], []
    for route in town.routes:
        if not route.path.startswith(OF_INCIDENT):
            continue
        private = await stranger.call(route, {**FILLED, "ref": "INC-2"})
        absent = await stranger.call(route, {**FILLED, "ref": "INC-99"})
        allowed = (404,) if route.method == "GET" or str(route) in BODIES else (404, 400)
        if private.status_code not in allowed or told(private, "INC-2") != told(absent, "INC-99"):
            wrong.append(f"{route} → {private.status_code}, {absent.status_code}")
    assert wrong == []


def told(answer: httpx.Response, ref: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(ref, "INC-?")


async def test_its_member_finds_it_by_every_route_that_reads(town: Town) -> None:
    for route in town.routes:
        if route.path in OF_INCIDENT and route.method == "GET":
            answer = await town.callers["alice"].call(route, {**FILLED, "ref": "INC-2"})
            assert "A key leaked" in answer.text


OVERRIDE = {"schedule": "payments-primary", "user": "bob", "ends_at": "2026-03-02T12:00:00Z"}
OF_A_TEAM: list[tuple[str, str, dict[str, Any] | None, tuple[str, ...]]] = [
    # what is asked of the schedule of the team payments, and who of alice (its member), carol (its lead), dora (of
    # another team) and mona (a manager of no team) is let in
    ("GET", "/oncall/payments-primary/readiness", None, ("alice", "carol", "mona")),
    ("POST", "/overrides", OVERRIDE, ("carol", "mona")),
    (
        "POST",
        "/cover",
        {"schedule": "payments-primary", "shift": {"at": "2026-03-04T12:00:00Z"}, "user": "bob"},
        ("carol", "mona"),
    ),
    ("PUT", "/oncall/payments-primary/handoff/note", {"note": "all is well"}, ("carol", "mona")),
]


@pytest.mark.parametrize(("method", "path", "body", "let_in"), OF_A_TEAM)
async def test_what_is_another_teams_is_not_changed(
    town: Town, method: str, path: str, body: dict[str, Any] | None, let_in: tuple[str, ...]
) -> None:
    found = []
    for name in ("alice", "carol", "dora", "mona"):
        caller = town.callers[name]
        answer = await caller.client.request(method, f"/api/v1{path}", json=body, headers=caller.headers)
        if answer.status_code != 403:
            found.append(name)
    assert tuple(found) == let_in
