"""One request, read: who calls, which alert it names, what it says; and which alert that is."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tocsin.alerts import reading
from tocsin.alerts.model import Alert, Integration, Signal, identity_of_key
from tocsin.alerts.service import Submit, arrivals_of
from tocsin.db.database import Database
from tocsin.integrations.sources.contract import Answer
from tocsin.kernel.text import one_line


class Call(NamedTuple):
    """`identifier` is the alert's part of the path, "" where there is none; `fields` the body's object, of
    `size` bytes."""

    db: Database
    submit: Submit
    integration: Integration
    identifier: str
    query: dict[str, str]
    fields: dict[str, Any]
    size: int

    @property
    def scopes(self) -> tuple[int, ...]:
        return (self.integration.scope_id,)

    @property
    def by(self) -> str:
        """Who does it, by the client's own word: never "@ann", which is said of people who have proven who they
        are."""
        user = self.fields.get("user", self.query.get("user"))
        name = one_line(user, 200).lstrip("@") if isinstance(user, str) else ""
        return name or f"integration:{self.integration.name}"

    async def keep(self, signal: Signal) -> None:
        """Returns when it is durable; raises Unavailable."""
        await self.submit(arrivals_of(self.integration, [signal]), self.size)


Handler = Callable[[Call], Awaitable[Answer]]


async def find_alert(call: Call) -> Alert | None:
    """The alert that a request names: by alias the latest of that alias, by id or tiny id that very one."""
    if call.query.get("identifierType", "id").lower() == "alias":
        return await find_by_alias(call, call.identifier)
    if not (call.identifier.isascii() and call.identifier.isdecimal() and len(call.identifier) <= 18):
        return None
    async with call.db.connection() as conn:
        found = await reading.find_alert(conn, call.scopes, int(call.identifier))
    return found if found is not None and found.integration_id == call.integration.id else None


async def find_by_alias(call: Call, alias: str) -> Alert | None:
    async with call.db.connection() as conn:
        return await reading.find_current(conn, call.scopes, call.integration.id, identity_of_key(alias))
