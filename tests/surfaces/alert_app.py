"""The alert surfaces over a database, as the composition root puts them together, and what they left there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tests.support.asgi import Said, ask, not_here
from tocsin.alerts.rulebook import NewIntegration, Rulebook, hash_key, replace_integrations, replace_routes
from tocsin.db.database import Database
from tocsin.surfaces.compat.alertmanager import AlertmanagerApp
from tocsin.surfaces.compat.opsgenie import OpsgenieApp
from tocsin.surfaces.ingest import GroupCommit, IngestApp

KEY = "0123456789abcdef0123456789abcdef"
MASTER = bytes(range(32))


def integration(name: str, type: str, key: str, **more: Any) -> NewIntegration:
    return NewIntegration(name=name, type=type, key_hash=hash_key(key), managed_by="test", **more)


class AlertApp:
    def __init__(self, db: Database) -> None:
        self.db = db
        self.book = Rulebook(db)
        self.commit = GroupCommit(db, self.book)
        opsgenie = OpsgenieApp(db, self.book, self.commit.submit, not_here)
        self.app = IngestApp(db, self.book, self.commit, AlertmanagerApp(db, self.book, opsgenie), MASTER)

    async def ask(self, method: str, target: str, headers: Any = (), body: bytes = b"", **more: Any) -> Said:
        return await ask(self.app, method, target, headers, body, **more)

    async def execute(self, statement: str) -> None:
        async with self.db.connection() as conn:
            await conn.execute(statement)  # type: ignore[arg-type]

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.db.connection() as conn:
            cursor = await conn.execute(statement)  # type: ignore[arg-type]
            return await cursor.fetchall()


@asynccontextmanager
async def alert_app(
    db: Database,
    integrations: Sequence[NewIntegration] | None = None,
    routes: Sequence[dict[str, Any]] = (),
    default_route: dict[str, Any] | None = None,
    inhibitions: Sequence[dict[str, Any]] = (),
) -> AsyncIterator[AlertApp]:
    wanted = integrations or [integration("prometheus", "prometheus", KEY)]
    async with db.transaction() as tx:
        await replace_integrations(tx, wanted)
        await replace_routes(tx, routes, default_route, inhibitions)
    app = AlertApp(db)
    await app.book.refresh()
    app.commit.open()
    try:
        yield app
    finally:
        await app.commit.close()
