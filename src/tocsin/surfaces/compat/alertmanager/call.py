"""One request, read: who calls, with which parameters; and the shapes of the answers."""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from tocsin.accounts.model import ORGANISATION_SCOPE, Permission, Viewer
from tocsin.alerts.model import Integration
from tocsin.alerts.rulebook import Rulebook
from tocsin.db.database import Database
from tocsin.integrations.sources.contract import Answer

_TRUE = frozenset({"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"})


class Caller(NamedTuple):
    """`integration_id` None: a person, who may see everything in `scopes`."""

    scopes: tuple[int, ...]
    integration: str | None
    integration_id: int | None
    may_silence: bool
    actor: str

    @classmethod
    def of_integration(cls, integration: Integration) -> "Caller":
        return cls((integration.scope_id,), integration.name, integration.id, True, f"integration:{integration.name}")

    @classmethod
    def of_person(cls, viewer: Viewer) -> "Caller":
        return cls(viewer.scopes or (ORGANISATION_SCOPE,), None, None, viewer.may(Permission.SILENCE), viewer.actor)


class Call(NamedTuple):
    """`item` is the last part of the path where it names one thing."""

    db: Database
    rulebook: Rulebook
    caller: Caller
    item: str
    query: list[tuple[str, str]]
    body: bytes
    content_type: str | None

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def value(self, name: str) -> str | None:
        values = self.values(name)
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """True unless given; what is given and not a word for true is false, as go-openapi has it."""
        value = self.value(name)
        return value is None or value.lower() in _TRUE


def success(content: object) -> Answer:
    """Alertmanager ends its JSON with a newline."""
    return Answer(status=200, body=msgspec.json.encode(content) + b"\n")


def wire_time(instant: datetime) -> str:
    """Milliseconds and a Z: what amtool's generated client reads."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
