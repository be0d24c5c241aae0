"""How this installation is set up: what manages it, who sends alerts, which rooms and peers take messages. Files and
the command line change it; here a room is tested.
"""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.alerts.rule_store import IntegrationRow, list_integrations
from tocsin.catalog import chats
from tocsin.catalog import service as catalog
from tocsin.catalog.model import ChatStanding, Organisation
from tocsin.comms import announcing
from tocsin.config.store import FileRow, list_files
from tocsin.delivery import service as delivery
from tocsin.delivery.bulkheads import CircuitState, circuit_state
from tocsin.delivery.model import Endpoint
from tocsin.delivery.wording import shown_address, state_words
from tocsin.paging.explain import WAYS
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import viewer_of

_CIRCUITS = {CircuitState.CLOSED: "answers", CircuitState.FAILING: "fails", CircuitState.OPEN: "held back"}


class PeerView(msgspec.Struct, frozen=True, kw_only=True):
    """One peer of a channel; `since` is when its trouble began."""

    kind: str
    endpoint: str
    state: str
    is_trouble: bool
    since: datetime | None
    last_failure: str
    last_answer_at: datetime | None


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """One integration; what its key is, nobody can see any more."""

    name: str
    type: str
    service: str
    last_used_at: datetime | None
    file: str


class ChatView(msgspec.Struct, frozen=True, kw_only=True):
    """A room that a step may post to; `tested` is empty where no test message was posted to it."""

    name: str
    kind: str
    address: str
    file: str
    tested: str
    tested_at: datetime | None
    answer: str


class SettingsView(msgspec.Struct, frozen=True, kw_only=True):
    organisation: Organisation
    announced_to: tuple[str, ...]
    files: tuple[FileRow, ...]
    sources: tuple[SourceView, ...]
    has_heartbeats: bool
    chats: tuple[ChatView, ...]
    peers: tuple[PeerView, ...]


@get("/settings")
async def show_settings(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    viewer, now = viewer_of(visit), visit.times.now
    async with db.connection() as conn:
        integrations = await list_integrations(conn)
        organisation = await catalog.organisation(conn)
        view = SettingsView(
            organisation=organisation,
            announced_to=tuple(announcing.shown(each) for each in organisation.announce),
            files=tuple(await list_files(conn)),
            sources=tuple(source_view(each) for each in integrations if viewer.may_read(each.scope_id)),
            has_heartbeats=any(each.type == "heartbeat" for each in integrations),
            chats=tuple(chat_view(each) for each in await chats.list_tested(conn)),
            peers=tuple(peer_view(each) for each in await delivery.list_endpoints(conn, now)),
        )
    return pages.page("settings.html", visit, view=view)


@post("/settings/chats/{name:str}/test")
async def send_test(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Posts a test message there."""
    viewer = viewer_of(visit)
    viewer.require(Permission.RESPOND, "post to a chat")
    async with db.transaction() as tx:
        await chats.send_test(tx, name, viewer.actor)
    return Redirect("/settings#chats-title", status_code=303)


def chat_view(standing: ChatStanding) -> ChatView:
    chat, test = standing.chat, standing.test
    return ChatView(
        name=chat.name,
        kind=chat.kind,
        address=shown_address(chat.kind, chat.address),
        file=chat.managed_by or "",
        tested=state_words(test) if test else "",
        tested_at=(test.sent_at or test.ended_at or test.requested_at) if test else None,
        answer=test.answer if test else "",
    )


def source_view(row: IntegrationRow) -> SourceView:
    return SourceView(
        name=row.name,
        type=row.type,
        service=row.service or "",
        last_used_at=row.last_used_at,
        file=row.managed_by or "",
    )


def peer_view(tried: Endpoint) -> PeerView:
    state = circuit_state(tried.failures)
    return PeerView(
        kind=WAYS.get(tried.kind, tried.kind),
        endpoint=tried.endpoint,
        state=_CIRCUITS[state],
        is_trouble=state is not CircuitState.CLOSED,
        since=tried.failing_since,
        last_failure=tried.last_failure if tried.failures else "",
        last_answer_at=tried.last_answer_at,
    )
