"""The ASGI application: which path, who calls, which method, what is accepted – in the answers of Alertmanager 0.25.

`POST /alerts` never comes here, the fast path has taken it. Paths are under any prefix, `/integrations/<key>`
included.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import psycopg

from tocsin.accounts.refusals import RefusalMeter, note_forged_token
from tocsin.accounts.sign_in import authenticate_token
from tocsin.alerts.rulebook import Rulebook
from tocsin.db.database import Database
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.prometheus.parse import refuse
from tocsin.kernel.asgi import (
    Application,
    BodyRefused,
    Disconnected,
    Receive,
    Scope,
    Send,
    key_from_authorization,
    read_body,
    send_answer,
)
from tocsin.kernel.errors import Unauthenticated
from tocsin.surfaces.compat.alertmanager import alerts, silences, status
from tocsin.surfaces.compat.alertmanager.call import Call, Caller

_API = re.compile(r"(?P<prefix>.*)/api/v2(?P<path>/.*)")
_HEALTH = re.compile(r".*/-/(?:healthy|ready)")
_KEY_IN_PREFIX = re.compile(r"/integrations/(?P<key>[^/]+)")
_SILENCE = re.compile(r"/silence/([^/]+)")
_MAX_BODY = 256 * 1024

Handler = Callable[[Call], Awaitable[Answer]]


class _Found(NamedTuple):
    methods: Mapping[str, Handler]
    item: str = ""


ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/alerts": {"GET": alerts.list_alerts, "POST": alerts.refuse_post},
    "/alerts/groups": {"GET": alerts.list_groups},
    "/receivers": {"GET": alerts.list_receivers},
    "/silences": {"GET": silences.list_silences, "POST": silences.set_silence},
    "/status": {"GET": status.get_status},
    "/silence/{id}": {"DELETE": silences.expire_silence, "GET": silences.get_silence},
}
"""Below `/api/v2`: what is taken, by path and method."""


class AlertmanagerApp:
    """Serves its paths, hands everything else to `rest`."""

    def __init__(self, db: Database, rulebook: Rulebook, rest: Application) -> None:
        self._db = db
        self._rulebook = rulebook
        self._rest = rest
        self._forged = RefusalMeter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if _HEALTH.fullmatch(path) and scope["method"] in ("GET", "HEAD"):
            body = b"OK" if scope["method"] == "GET" else b""
            await send_answer(send, 200, [(b"content-type", b"text/plain; charset=utf-8")], body)
            return
        api = _API.fullmatch(path)
        if api is None:
            await self._rest(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, api["prefix"], api["path"])
        except Disconnected:
            return
        except (psycopg.Error, TimeoutError):
            answer = refuse(503, "the database does not answer; ask again in a moment")
        await send_answer(send, answer.status, answer.wire_headers(), answer.body)

    async def _answer(self, scope: Scope, receive: Receive, prefix: str, path: str) -> Answer:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        caller = await self._who_calls(headers, prefix, client_of(scope))
        if caller is None:
            text = "the integration key or API token is missing or unknown"
            return refuse(401, f"{text}; send it as Basic password or Bearer token")
        found = _find(path)
        if found is None:
            return refuse(404, f"path /api/v2{path} was not found")
        handler = found.methods.get(scope["method"])
        if handler is None:
            return _refuse_method(scope["method"], found.methods)
        if not _accepts_json(headers.get(b"accept", "")):
            return refuse(406, "unsupported media type requested, only [application/json] are available")
        try:
            body = await read_body(receive, cap=_MAX_BODY, declared=None, encoding=headers.get(b"content-encoding", ""))
        except BodyRefused as refused:
            return refuse(refused.status, refused.message)
        call = Call(
            db=self._db,
            rulebook=self._rulebook,
            caller=caller,
            item=found.item,
            query=_query(scope["query_string"]),
            body=body,
            content_type=headers.get(b"content-type"),
        )
        return await handler(call)

    async def _who_calls(self, headers: Mapping[Any, str], prefix: str, client: str) -> Caller | None:
        """An integration, limited to its own alerts and silences, or a person by API token."""
        in_prefix = _KEY_IN_PREFIX.match(prefix)
        authorization = headers.get(b"authorization", "").encode("latin-1")
        key = in_prefix["key"] if in_prefix else key_from_authorization(authorization)
        if not key:
            return None
        integration = self._rulebook.find_integration(key) or await self._rulebook.find_integration_anew(key)
        if integration is not None:
            return Caller.of_integration(integration)
        async with self._db.connection() as conn:
            try:
                return Caller.of_person(await authenticate_token(conn, key, self._db.clock.now()))
            except Unauthenticated:
                pass
        await self._note_forged(client)
        return None

    async def _note_forged(self, client: str) -> None:
        """A key or token that is none of ours is on the audit log, a flood of them in a few lines (SEC-8)."""
        swallowed = self._forged.admit(client, self._db.clock.now())
        if swallowed is not None:
            async with self._db.transaction() as tx:
                await note_forged_token(tx, "the Alertmanager API", client, swallowed)


def client_of(scope: Scope) -> str:
    """Where the call comes from, for the audit log."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _find(path: str) -> _Found | None:
    path = path.rstrip("/")
    silence = _SILENCE.fullmatch(path)
    methods = ROUTES["/silence/{id}"] if silence else ROUTES.get(path)
    return _Found(methods, silence[1] if silence else "") if methods else None


def _refuse_method(method: str, allowed: Mapping[str, Handler]) -> Answer:
    names = ",".join(sorted(allowed))
    refused = refuse(405, f"method {method} is not allowed, but [{names}] are")
    return Answer(status=405, body=refused.body, headers=(("allow", names),))


def _accepts_json(accept: str) -> bool:
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()]
    return not wanted or any(each in ("*/*", "application/*", "application/json") for each in wanted)


def _query(query_string: bytes) -> list[tuple[str, str]]:
    return parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
