"""The configured side of alerting: who may send (integrations), where alerts go (routes), what mutes what
(inhibitions).

`replace_…` is called by whoever applies a configuration; `Rulebook` is what a process holds compiled.
"""

import asyncio
import hashlib
import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tocsin.alerts import rule_store
from tocsin.alerts.events import RoutingReplaced
from tocsin.alerts.model import Integration
from tocsin.alerts.routing import Route, RouteDefinition, Router, read_route
from tocsin.alerts.silencing import Inhibition, read_inhibition
from tocsin.alerts.windows import Windows
from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.loops import end, run_for_ever
from tocsin.kernel.tx import Tx

REROUTE_JOB = "alerts.reroute"
LOOK_EVERY = 1.0
_KNOWN_TO_ALL = timedelta(seconds=2 * LOOK_EVERY)
"""After so long no process decides by the routes of before."""
MIN_KEY = 8
_LOOK_ANEW_AFTER = 0.05
_USED_EVERY = timedelta(minutes=1)
_NEVER = datetime.min.replace(tzinfo=UTC)

_log = logging.getLogger(__name__)


class NewIntegration(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `integrations:`; of its key only the digest (`hash_key`)."""

    name: str
    type: str
    key_hash: bytes
    service: str | None = None
    timeout: timedelta | None = None
    options: dict[str, Any] = {}
    managed_by: str | None = None


def hash_key(key: str) -> bytes:
    """What is stored of a key. Keys are random, so a plain digest is enough – and finding one by it takes constant
    time."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


async def replace_integrations(
    tx: Tx, wanted: Sequence[NewIntegration], *, owners: Collection[str] | None = None, actor: str = "tocsin"
) -> bool:
    """Make the integrations that these files (`owners`; None: any file) manage those that are wanted; the keys of the
    others of theirs are refused from now on.

    Returns whether anything changed. Raises Invalid when two share a key.
    """
    stored = {row.name: row for row in await rule_store.list_integrations(tx.conn, with_retired=True)}
    changed = [each for each in wanted if not _is_as_stored(each, stored.get(each.name))]
    names = {integration.name for integration in wanted}
    gone = [
        row.name
        for row in stored.values()
        if row.managed_by and not row.retired_at and row.name not in names
        if owners is None or row.managed_by in owners
    ]
    if not changed and not gone:
        return False
    kept = [row.key_hash for row in stored.values() if row.key_hash and row.name not in names | set(gone)]
    if len({*kept, *(each.key_hash for each in wanted)}) < len(kept) + len(wanted):
        raise Invalid("Two integrations have the same key.", "Give each its own key.", field="integrations")
    await rule_store.retire_integrations(tx.conn, gone, tx.now)
    await rule_store.release_keys(tx.conn, [integration.name for integration in changed])
    for each in changed:
        await rule_store.upsert_integration(
            tx.conn,
            name=each.name,
            type=each.type,
            key_hash=each.key_hash,
            service=each.service,
            timeout=each.timeout,
            options=each.options,
            managed_by=each.managed_by,
            now=tx.now,
        )
    await _record(tx, "integrations", len(wanted), actor)
    return True


def _is_as_stored(wanted: NewIntegration, row: rule_store.IntegrationRow | None) -> bool:
    if row is None or row.retired_at is not None:
        return False
    facts = (wanted.type, wanted.key_hash, wanted.service, wanted.timeout, wanted.options, wanted.managed_by)
    return facts == (row.type, row.key_hash, row.service, row.timeout, row.options, row.managed_by)


async def list_integrations(conn: Conn) -> list[rule_store.IntegrationRow]:
    """The integrations that may send, by name."""
    return await rule_store.list_integrations(conn)


async def get_integration(conn: Conn, name: str) -> rule_store.IntegrationRow:
    """Raises NotFound, naming those there are."""
    rows = {row.name: row for row in await rule_store.list_integrations(conn)}
    if name not in rows:
        raise NotFound(f"There is no integration {name!r}.", f"There are: {', '.join(rows) or 'none yet'}.")
    return rows[name]


async def organisation_changed(tx: Tx) -> None:
    """Compiled routes read the organisation's zone and business hours: every process compiles them anew."""
    await rule_store.raise_version(tx.conn)
    await jobs.enqueue(tx, reroute_at(tx.now + _KNOWN_TO_ALL))


async def list_routing(conn: Conn) -> tuple[list[dict[str, Any]], dict[str, Any] | None, list[dict[str, Any]]]:
    """Routes in order, the default route, and inhibitions, as `replace_routes` took them."""
    routes = dict(await rule_store.list_routes(conn))
    default = routes.pop(0, None)
    return list(routes.values()), default, await rule_store.list_inhibitions(conn)


async def replace_routes(
    tx: Tx,
    routes: Sequence[dict[str, Any]],
    default_route: dict[str, Any] | None = None,
    inhibitions: Sequence[dict[str, Any]] = (),
    *,
    actor: str = "tocsin",
) -> bool:
    """Make these the routes, in this order. Definitions are as in the configuration file; raises Invalid for a bad
    one.

    Returns whether anything changed.
    """
    for position, definition in enumerate(routes, 1):
        read_route(definition, position)
    for position, definition in enumerate(inhibitions, 1):
        read_inhibition(definition, position)
    numbered = list(enumerate(routes, 1))
    if default_route is not None:
        read_route(default_route, 0)
        numbered.insert(0, (0, default_route))
    routes_changed = await rule_store.list_routes(tx.conn) != numbered
    inhibitions_changed = await rule_store.list_inhibitions(tx.conn) != list(inhibitions)
    if routes_changed:
        await rule_store.replace_routes(tx.conn, numbered)
        await jobs.enqueue(tx, reroute_at(tx.now + _KNOWN_TO_ALL))
        await _record(tx, "routes", len(routes), actor)
    if inhibitions_changed:
        await rule_store.replace_inhibitions(tx.conn, inhibitions)
        await _record(tx, "inhibitions", len(inhibitions), actor)
    return routes_changed or inhibitions_changed


async def _record(tx: Tx, what: str, count: int, actor: str) -> None:
    await rule_store.raise_version(tx.conn)
    sentence = f"{what.capitalize()} of alerts were replaced: {count} now"
    await tx.emit(RoutingReplaced(topic="config", sentence=sentence, actor=actor, what=what, count=count))


async def load_router(conn: Conn) -> Router:
    """The stored routes, compiled; their time windows read the organisation's business hours and time zone.

    A route that this version cannot read is left out, loudly: intake must not stand still for one of many.
    """
    windows = Windows(await catalog.organisation(conn))
    default: RouteDefinition | None = None
    routes: list[Route] = []
    for position, definition in await rule_store.list_routes(conn):
        try:
            route = read_route(definition, position)
        except Invalid as error:
            _log.error("route %s is left out, apply the configuration again: %s", position, error)
            continue
        if position == 0:
            default = route.definition
        else:
            routes.append(route)
    return Router(routes, default, windows.is_during)


async def find_next_turn(conn: Conn, now: datetime) -> datetime | None:
    """When the next time window of a route begins or ends, None: no route has one, or they never turn."""
    windows = Windows(await catalog.organisation(conn))
    during = [definition["during"] for _, definition in await rule_store.list_routes(conn) if definition.get("during")]
    turns = (windows.turn_after(each, now) for each in during)
    return min((turn for turn in turns if turn is not None and turn > now), default=None)


def reroute_at(run_at: datetime, after_id: int = 0) -> jobs.NewJob:
    """The job that decides held alerts again."""
    return jobs.NewJob(kind=REROUTE_JOB, payload={"after_id": after_id}, lane="alerts", run_at=run_at, key=REROUTE_JOB)


async def load_inhibitions(conn: Conn) -> list[Inhibition]:
    """In order."""
    return read_inhibitions(await rule_store.list_inhibitions(conn))


def read_inhibitions(definitions: Sequence[dict[str, Any]]) -> list[Inhibition]:
    """Compiled, in order; one that this version cannot read mutes nobody, and keeps no alert from being grouped."""
    inhibitions: list[Inhibition] = []
    for position, definition in enumerate(definitions, 1):
        try:
            inhibitions.append(read_inhibition(definition, position))
        except Invalid as error:
            _log.error("inhibition %s is left out, apply the configuration again: %s", position, error)
    return inhibitions


class Rulebook:
    """Integrations by key and the compiled routes, as this process last saw them: at most a second old."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._by_hash: dict[bytes, Integration] = {}
        self._by_key: dict[str, Integration] = {}
        self._version = -1
        self._looked_at = 0.0
        self._next_look: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._used: set[int] = set()
        self._recorded: dict[int, datetime] = {}
        self.opened_at = db.clock.now()
        self.router = Router([])

    async def open(self) -> None:
        """Loads once, then looks for a new version each second until `close`."""
        await self.refresh()
        keep = run_for_ever(self._keep, doing="looking for new routes and keys; the last known stay in force")
        self._keeper = asyncio.create_task(keep, name="rulebook")

    async def close(self) -> None:
        if self._keeper is not None:
            await end(self._keeper)

    def find_integration(self, key: str) -> Integration | None:
        """The integration that a key belongs to; notes that it was used, which is written with the next look."""
        found = self._by_key.get(key) or self._by_hash.get(hash_key(key))
        if found is None:
            return None
        self._by_key[key] = found
        self._used.add(found.id)
        return found

    async def find_integration_anew(self, key: str) -> Integration | None:
        """The same after a look at the database – an unknown key may be one that was applied this very second –, but
        guesses of keys cost at most twenty looks a second: whoever comes before the next look begins shares it.
        """
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look_anew(), name="look for a key")
        await asyncio.shield(self._next_look)
        return self.find_integration(key)

    async def _look_anew(self) -> None:
        await asyncio.sleep(self._looked_at + _LOOK_ANEW_AFTER - asyncio.get_running_loop().time())
        self._next_look = None  # who comes from here on may ask for what this look is too early to see
        await self.refresh()

    def service_names(self) -> list[str]:
        """Where alerts may go: the services of routes and integrations."""
        named = [route.definition.service for route in self.router.routes]
        named += [integration.service for integration in self._by_hash.values()]
        return sorted({name for name in (*named, self.router.default_service) if name})

    async def refresh(self) -> None:
        self._looked_at = asyncio.get_running_loop().time()
        async with self._db.connection() as conn:
            version = await rule_store.get_version(conn)
            if version != self._version:
                await self._load(conn)
                self._version = version
            now = self._db.clock.now()
            if used := self._take_used(now):
                await rule_store.update_last_used(conn, used, now)

    async def _load(self, conn: Conn) -> None:
        rows = await rule_store.list_integrations(conn)
        self.router = await load_router(conn)
        self._by_hash = {row.key_hash: row.as_integration() for row in rows if row.key_hash is not None}
        self._by_key = {}

    def _take_used(self, now: datetime) -> list[int]:
        """The integrations used since the last look, without those of which that was written within the minute."""
        used = [id for id in sorted(self._used) if now - self._recorded.get(id, _NEVER) >= _USED_EVERY]
        self._used.clear()
        self._recorded |= dict.fromkeys(used, now)
        return used

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.refresh()
