"""`GET /api/v1/stream`: what happens, as server-sent events, for the scopes of the caller.

After a cut the client says what it has seen last (`Last-Event-ID`) and gets the last seconds again; ids do not repeat
within one connection. Who has missed more than is replayed is told so by one event `reset`, and reads the lists anew.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from time import monotonic
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import HeaderParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tocsin.accounts import sign_in
from tocsin.accounts.model import ORGANISATION_SCOPE, Viewer
from tocsin.db.database import Database
from tocsin.kernel.errors import Unauthenticated
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry, list_recent
from tocsin.kernel.live import OVERLAP
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Live, secret_of
from tocsin.surfaces.wire.stream import REPLAYED, RESET, Reset, StreamEvent, parse_position, position

SHOWN = ("incident/", "alert-group/", "alerts")
"""Topics of the stream: what responders follow. The audit log and people's own topics are not among them."""

_PATIENCE = 15.0
_AT_MOST_BACK = timedelta(hours=1)


@get("/stream", summary="Follow what happens (server-sent events)", media_type="text/event-stream")
async def stream(
    request: AnyRequest,
    viewer: Caller,
    db: Db,
    hub: Live,
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", required=False)] = None,
) -> ServerSentEvent:
    """Each event is named after its fact and carries a JSON document; a comment comes each 15 s of silence."""
    since = parse_position(last_event_id) if last_event_id else None
    caller: Viewer | None = viewer

    def wanted(entry: LedgerEntry) -> bool:
        return entry.topic.startswith(SHOWN) and caller is not None and caller.may_read(entry.scope_id)

    async def messages() -> AsyncGenerator[ServerSentEventMessage]:
        nonlocal caller
        with hub.listen(wanted, of=viewer.user_id) as listener:
            yield ServerSentEventMessage(comment="listening", data=None)
            sent: set[int] = set()
            missed = await _missed(db, viewer, since)
            if missed is None:
                yield _reset()
            for entry in missed or ():
                if wanted(entry):
                    sent.add(entry.id)
                    yield _message(entry)
            checked = monotonic()
            while not listener.is_over:
                batch = await listener.next(_PATIENCE)
                is_private = any(entry.scope_id != ORGANISATION_SCOPE for entry in batch)
                if is_private or monotonic() - checked >= _PATIENCE:
                    caller = await _viewer_now(db, request)
                    if caller is None:
                        return
                    checked = monotonic()
                for entry in batch:
                    if entry.id not in sent and wanted(entry):
                        yield _message(entry)
                if not batch:
                    yield ServerSentEventMessage(comment="still here", data=None)

    hub.check_room(viewer.user_id)
    return ServerSentEvent(messages())


async def _missed(db: Database, viewer: Viewer, since: datetime | None) -> list[LedgerEntry] | None:
    """None: it was away for too long, or too much happened meanwhile."""
    if since is None:
        return []
    if since < db.clock.now() - _AT_MOST_BACK:
        return None
    async with db.connection() as conn:
        found = await list_recent(conn, since=since - OVERLAP, scopes=viewer.scopes, limit=REPLAYED + 1)
    return found if len(found) <= REPLAYED else None


def _reset() -> ServerSentEventMessage:
    told = Reset(text="More has happened than is sent again: read the lists anew; what happens from now on follows.")
    return ServerSentEventMessage(data=msgspec.json.encode(told).decode(), event=RESET)


async def _viewer_now(db: Database, request: AnyRequest) -> Viewer | None:
    """The caller as they are by now: a token that was revoked or has ended ends its streams, a lost scope its rows."""
    try:
        async with db.connection() as conn:
            return await sign_in.authenticate_token(conn, secret_of(request), db.clock.now())
    except Unauthenticated:
        return None


def _message(entry: LedgerEntry) -> ServerSentEventMessage:
    number = entry.data.get("number")
    event = StreamEvent(
        id=entry.id,
        at=entry.at,
        kind=entry.kind,
        topic=entry.topic,
        incident=incident_ref(number) if isinstance(number, int) else None,
        by=entry.actor,
        text=entry.sentence,
    )
    return ServerSentEventMessage(
        data=msgspec.json.encode(event).decode(), event=entry.kind, id=position(entry.at, entry.id)
    )
