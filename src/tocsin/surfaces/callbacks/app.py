"""Answers what is below `/callbacks/`, hands everything else on. Raw ASGI: the bytes that were signed are looked at
before anything else, without a session, and a forged call costs one HMAC and no statement.
"""

import logging
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import psycopg
from psycopg_pool import PoolTimeout

from tocsin.db.database import Database
from tocsin.delivery.keys import CALLBACK_PATH
from tocsin.kernel.asgi import (
    Application,
    BodyRefused,
    Disconnected,
    Receive,
    Scope,
    Send,
    read_body,
    send_answer,
)
from tocsin.settings import Settings
from tocsin.surfaces.callbacks.call import Answer, Call, refused
from tocsin.surfaces.callbacks.gateway import GatewayCallbacks
from tocsin.surfaces.callbacks.pushover import PushoverCallbacks
from tocsin.surfaces.callbacks.strangers import Strangers
from tocsin.surfaces.callbacks.twilio import TwilioCallbacks

MOST = 64 * 1024
"""Bytes of a body: a form of a few dozen fields."""

_log = logging.getLogger(__name__)


class Provider(Protocol):
    """Checks whose call it is before anything else."""

    def refuse(self, call: Call) -> Answer | None:
        """By what stands in front of the body: of somebody without proof it is not even read."""
        ...

    async def answer(self, call: Call) -> Answer: ...


class Callbacks:
    """In front of `rest`."""

    def __init__(self, db: Database, settings: Settings, rest: Application) -> None:
        self._rest = rest
        self._clock = db.clock
        self._strangers = Strangers()
        self._public_url = settings.public_url.rstrip("/")
        self._providers: Mapping[str, Provider] = {
            "twilio": TwilioCallbacks(db, settings),
            "gateway": GatewayCallbacks(db, settings),
            "pushover": PushoverCallbacks(db, settings),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(CALLBACK_PATH):
            await self._rest(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive)
        except Disconnected:
            return
        except BodyRefused as refusal:
            answer = refused(refusal.status, refusal.message)
        except (psycopg.Error, PoolTimeout) as error:
            _log.warning("a callback cannot be written down, its provider is asked to come again: %s", error)
            answer = refused(503, "the database does not answer; send it again in a moment")
        await send_answer(send, answer.status, answer.headers, answer.body)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        provider, _, place = scope["path"].removeprefix(CALLBACK_PATH).partition("/")
        if provider not in self._providers:
            return refused(404, "no provider calls here")
        if scope["method"] != "POST":
            return refused(405, "POST, please", (b"allow", b"POST"))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = await _ask(self._providers[provider], Call(place, self._url(scope), headers), receive)
        return self._slowed(scope, provider, answer) if answer.is_unproven else answer

    def _slowed(self, scope: Scope, provider: str, answer: Answer) -> Answer:
        """The refusal of somebody who has no proof; of one who comes on and on the same for all."""
        client = str((scope.get("client") or ("",))[0])
        too_many = self._strangers.count(client, self._clock.now())
        if too_many is None:
            return answer
        if too_many.is_first:
            _log.warning("%s calls as %s again and again, without proof", client or "somebody", provider)
        seconds = str(math.ceil(too_many.wait.total_seconds())).encode()
        return refused(429, "too many calls that no provider of ours has signed", (b"retry-after", seconds))

    def _url(self, scope: Scope) -> str:
        """As the provider wrote it: what stands in front of us may have changed the host, never the path."""
        raw = scope.get("raw_path") or scope["path"].encode()
        query = scope.get("query_string", b"")
        return f"{self._public_url}{raw.decode('latin-1')}{'?' if query else ''}{query.decode('latin-1')}"


async def _ask(provider: Provider, call: Call, receive: Receive) -> Answer:
    refusal = provider.refuse(call)
    if refusal is not None:
        return refusal
    declared = call.headers.get("content-length", "")
    body = await read_body(
        receive,
        cap=MOST,
        declared=int(declared) if declared.isdecimal() and declared.isascii() else None,
        encoding=call.headers.get("content-encoding", "").strip().lower(),
    )
    return await provider.answer(replace(call, body=body))
