"""The ASGI application: which path, who calls, which method. Paths are under any prefix but `/api`, since clients are
given a base address of ours; `/integrations/<key>` is one that brings the key along."""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

import psycopg

from tocsin.alerts.model import Integration
from tocsin.alerts.rulebook import Rulebook
from tocsin.alerts.service import Submit
from tocsin.db.database import Database
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie import SOURCE
from tocsin.integrations.sources.opsgenie.answers import not_processable, refuse
from tocsin.integrations.sources.opsgenie.parse import NotProcessable, read_body
from tocsin.kernel import asgi
from tocsin.kernel.asgi import Application, BodyRefused, Disconnected, Receive, Scope, Send
from tocsin.kernel.errors import Unavailable
from tocsin.surfaces.compat.opsgenie import actions, labels, people, reads
from tocsin.surfaces.compat.opsgenie.call import Call, Handler

_API = re.compile(r"(?P<prefix>.*)(?<!/api)/v2(?P<path>/(?:alerts|heartbeats)(?:/.*)?)")
_KEY_IN_PREFIX = re.compile(r"/integrations/(?P<key>[^/]+)")
ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "/alerts": {"GET": reads.list_alerts, "POST": actions.create},
    "/alerts/": {"GET": reads.list_alerts, "POST": actions.create},
    "/alerts/count": {"GET": reads.count_alerts},
    "/heartbeats/{identifier}/ping": {"GET": actions.ping, "POST": actions.ping},
    "/alerts/requests/{identifier}": {"GET": reads.get_request},
    "/alerts/{identifier}/actions/{action}": {"POST": actions.custom_action},
    "/alerts/{identifier}": {"GET": reads.get_alert, "DELETE": actions.delete},
    "/alerts/{identifier}/close": {"POST": actions.close},
    "/alerts/{identifier}/acknowledge": {"POST": actions.acknowledge},
    "/alerts/{identifier}/unacknowledge": {"POST": people.unacknowledge},
    "/alerts/{identifier}/message": {"PUT": actions.update_message},
    "/alerts/{identifier}/description": {"PUT": actions.update_description},
    "/alerts/{identifier}/priority": {"PUT": labels.update_priority},
    "/alerts/{identifier}/notes": {"GET": reads.get_notes, "POST": actions.note},
    "/alerts/{identifier}/snooze": {"POST": people.snooze},
    "/alerts/{identifier}/assign": {"POST": people.assign},
    "/alerts/{identifier}/escalate": {"POST": people.escalate},
    "/alerts/{identifier}/responders": {"POST": people.add_responder},
    "/alerts/{identifier}/teams": {"POST": people.add_team},
    "/alerts/{identifier}/tags": {"POST": labels.add_tags, "DELETE": labels.remove_tags},
    "/alerts/{identifier}/details": {"POST": labels.add_details, "DELETE": labels.remove_details},
}
"""Below `/v2`: what is taken, by path and method; the first path that fits decides."""

_SHAPES = tuple((re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)), methods) for path, methods in ROUTES.items())

_LOOK_FOR = 5.0
"""How many seconds an unknown key may wait for the database's word on it."""

_log = logging.getLogger(__name__)


class _Found(NamedTuple):
    methods: Mapping[str, Handler]
    identifier: str = ""


class OpsgenieApp:
    """Serves its paths, hands everything else to `rest`. `submit` makes arrivals durable with those of others."""

    def __init__(self, db: Database, rulebook: Rulebook, submit: Submit, rest: Application) -> None:
        self._db = db
        self._rulebook = rulebook
        self._submit = submit
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        api = _API.fullmatch(_path(scope)) if scope["type"] == "http" else None
        if api is None:
            await self._rest(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive, api["prefix"], api["path"])
        except Disconnected:
            return
        except NotProcessable as refusal:
            answer = not_processable(refusal.errors)
        except BodyRefused as refused:
            answer = refuse(refused.status, refused.message)
        except (psycopg.Error, TimeoutError, Unavailable) as error:
            _log.warning("a request cannot be decided, its client is asked to come again: %s", error)
            answer = refuse(503, "The database does not answer. Send it again in a moment.")
        await asgi.send_answer(send, answer.status, answer.wire_headers(), answer.body)

    async def _answer(self, scope: Scope, receive: Receive, prefix: str, path: str) -> Answer:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        integration = await self._who_calls(headers, prefix)
        if integration is None:
            return refuse(401, "send the key of an integration of type opsgenie as `Authorization: GenieKey KEY`")
        found = _find(path)
        handler = found.methods.get(scope["method"]) if found else None
        if found is None:
            return refuse(404, f"There is no /v2{path[:200]}.")
        if handler is None:
            return refuse(405, f"{scope['method']} is not taken here, but {', '.join(found.methods)}.")
        encoding = headers.get(b"content-encoding", b"").decode("latin-1").strip().lower()
        body = await asgi.read_body(receive, cap=SOURCE.max_body, declared=None, encoding=encoding)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        call = Call(self._db, self._submit, integration, unquote(found.identifier), query, read_body(body), len(body))
        return await handler(call)

    async def _who_calls(self, headers: Mapping[bytes, bytes], prefix: str) -> Integration | None:
        in_prefix = _KEY_IN_PREFIX.match(prefix)
        key = in_prefix["key"] if in_prefix else asgi.key_from_authorization(headers.get(b"authorization", b""))
        if not key:
            return None
        found = self._rulebook.find_integration(key)
        if found is None:
            async with asyncio.timeout(_LOOK_FOR):
                found = await self._rulebook.find_integration_anew(key)
        return found if found is not None and found.type == SOURCE.type else None


def _path(scope: Scope) -> str:
    """As it was sent: an alias may hold a slash, percent-encoded."""
    raw: bytes | None = scope.get("raw_path")
    return scope["path"] if raw is None else raw.decode("latin-1").partition("?")[0]


def _find(path: str) -> _Found | None:
    for shape, methods in _SHAPES:
        found = shape.fullmatch(path)
        if found is not None:
            return _Found(methods, found.groupdict().get("identifier", ""))
    return None
