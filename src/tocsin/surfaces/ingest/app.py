"""The ASGI application of the fast path: key, size cap, body deadline, parse, durable, answer (DESIGN, "One alert,
traced")."""

import asyncio
import logging
from collections import Counter

import msgspec
import psycopg

from tocsin.alerts import heartbeat_service
from tocsin.alerts.changes import record_changes
from tocsin.alerts.model import Integration
from tocsin.alerts.rulebook import Rulebook, hash_key
from tocsin.alerts.service import arrivals_of
from tocsin.db.database import Database
from tocsin.integrations.sources import PATH_SOURCES, SOURCES
from tocsin.integrations.sources.contract import Answer, Delivered, Parsed, Source, refuse_plainly
from tocsin.integrations.sources.signatures import signing_secret
from tocsin.kernel.asgi import (
    Application,
    BodyRefused,
    Disconnected,
    Headers,
    Receive,
    Scope,
    Send,
    key_from_authorization,
    read_body,
    send_answer,
)
from tocsin.kernel.errors import Unavailable
from tocsin.surfaces.ingest.address import Address, address_of
from tocsin.surfaces.ingest.commit import Busy, GroupCommit


class IngestApp:
    """Takes the POSTs of alert sources, hands everything else to `rest`."""

    def __init__(
        self,
        db: Database,
        rulebook: Rulebook,
        commit: GroupCommit,
        rest: Application,
        master: bytes,
        taken: Counter[tuple[str, int]] | None = None,
    ) -> None:
        """`master` is the installation's secret, from which those of signed integrations are derived. `taken` counts
        the requests by source and status, for the metrics."""
        self._db = db
        self._rulebook = rulebook
        self._commit = commit
        self._rest = rest
        self._master = master
        self._taken = Counter[tuple[str, int]]() if taken is None else taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = address_of(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if address is None:
            await self._rest(scope, receive, send)
            return
        try:
            answer = await self._answer(address, scope["method"], scope["headers"], receive)
        except Disconnected:
            return
        except (psycopg.Error, TimeoutError) as error:
            _log.warning("a request cannot be decided, its client is asked to come again: %s", error)
            answer = _come_again(PATH_SOURCES.get(address.source), 503, "the database does not answer")
        if answer is None:
            await self._rest(scope, receive, send)
            return
        self._taken[address.source or "webhook", answer.status] += 1
        await send_answer(send, answer.status, answer.wire_headers(), answer.body)

    async def _answer(self, address: Address, method: str, headers: Headers, receive: Receive) -> Answer | None:
        """Known source and key first where the key is not in the body: an unknown caller's bytes are not even
        read. None: not for us after all, since the key's source does not take this method. Raises psycopg.Error and
        TimeoutError when the database cannot say whether a key is known."""
        fields = {name: value for name, value in headers if name in _WANTED}
        source = PATH_SOURCES.get(address.source)
        integration: Integration | None = None
        key = address.key or key_from_authorization(fields.get(b"authorization", b""))
        if source is None or not source.key_in_body:
            integration = await self._find(key)
            source = source or (SOURCES.get(integration.type) if integration else None)
            if method not in (source.methods if source else _METHODS):
                return None
            if integration is None or source is None:
                return _unknown_key(source)
            if source.type != integration.type:
                return _wrong_type(source, integration)
        try:
            if source.takes_headers:
                fields = dict(headers)
            delivered = await _read(source, method, address.rest, fields, receive, integration)
        except BodyRefused as refused:
            return source.refuse(refused.status, refused.message)
        forged = self._find_forgery(source, delivered, key)
        if forged is not None:
            return source.refuse(401, forged)
        parsed = source.parse(delivered)
        if source.key_in_body and (parsed.signals or parsed.changes):
            integration = await self._find(parsed.key)
            if integration is None or integration.type != source.type:
                return _unknown_key(source)
        return await self._keep(source, integration, parsed, len(delivered.body))

    def _find_forgery(self, source: Source, delivered: Delivered, key: str | None) -> str | None:
        """What is wrong with the signature of a source that signs (SEC-5), or None."""
        if source.verify is None or key is None:
            return None
        return source.verify(delivered, signing_secret(self._master, hash_key(key)), self._db.clock.now())

    async def _find(self, key: str | None) -> Integration | None:
        if not key:
            return None
        known = self._rulebook.find_integration(key)
        if known is not None:
            return known
        async with asyncio.timeout(_LOOK_FOR):
            return await self._rulebook.find_integration_anew(key)

    async def _keep(self, source: Source, integration: Integration | None, parsed: Parsed, size: int) -> Answer:
        """Durable first, then the answer (ALR-2)."""
        if integration is None:
            return parsed.answer
        refused = 0
        try:
            if parsed.ping is not None:
                await heartbeat_service.ping(self._db, self._commit.submit, integration, parsed.ping)
            if parsed.signals:
                refused = await self._commit.submit(arrivals_of(integration, parsed.signals), size)
            if parsed.changes:
                async with self._db.transaction() as tx:
                    await record_changes(tx, integration, parsed.changes)
        except Busy:
            return _come_again(source, source.busy_status, "too many requests wait already")
        except Unavailable as unavailable:
            return _come_again(source, 503, unavailable.message)
        if refused:
            return source.refuse(400, f"{refused} alerts of this request could not be stored")
        return parsed.answer


_LOOK_FOR = 5.0
"""How many seconds an unknown key may wait for the database's word on it."""
_RETRY_AFTER = "5"
_log = logging.getLogger(__name__)

_METHODS = frozenset(("POST", "PUT"))
"""What an unknown key is refused for; by another method it is a question to the rest."""

_WANTED = frozenset(
    (b"authorization", b"content-type", b"content-length", b"content-encoding", b"user-agent", b"x-routing-key")
)


async def _read(
    source: Source,
    method: str,
    rest: str,
    fields: dict[bytes, bytes],
    receive: Receive,
    integration: Integration | None,
) -> Delivered:
    declared = fields.get(b"content-length", b"")
    body = await read_body(
        receive,
        cap=source.max_body,
        declared=int(declared) if declared.isdigit() else None,
        encoding=_text(fields, b"content-encoding").strip().lower(),
    )
    return Delivered(
        body=body,
        content_type=_text(fields, b"content-type") or None,
        user_agent=_text(fields, b"user-agent"),
        integration=integration,
        key=_text(fields, b"x-routing-key") or None,
        headers={name.decode("latin-1"): _text(fields, name) for name in fields} if source.takes_headers else {},
        method=method,
        rest=rest,
    )


def _text(fields: dict[bytes, bytes], name: bytes) -> str:
    return fields.get(name, b"").decode("latin-1")


def _come_again(source: Source | None, status: int, why: str) -> Answer:
    """A refusal in the source's own words that makes its client try again; those that read `Retry-After` wait so
    long."""
    refuse = source.refuse if source else refuse_plainly
    refused = refuse(status, f"{why.rstrip('.')}; send it again in a moment")
    return msgspec.structs.replace(refused, headers=(*refused.headers, ("retry-after", _RETRY_AFTER)))


def _unknown_key(source: Source | None) -> Answer:
    refuse = source.refuse if source else refuse_plainly
    return refuse(
        401, "the integration key is missing or unknown; it is in `integrations:` of the applied configuration"
    )


def _wrong_type(source: Source, integration: Integration) -> Answer:
    text = (
        f"this key belongs to integration {integration.name} of type {integration.type}; this path needs {source.type}"
    )
    return source.refuse(401, text)
