"""All silences: those that keep something quiet now, those to come, and those that ended in the last days."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.alerts import silences
from tocsin.alerts.rule_store import list_integrations
from tocsin.alerts.silencing import Silence, SilenceState
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.alerts.lines import silence_path
from tocsin.surfaces.web.pages.silences.covered import count_by_silence, list_firing
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

STATES = {SilenceState.ACTIVE: "active", SilenceState.PENDING: "to come", SilenceState.EXPIRED: "over"}

_KEPT_DAYS = silences.RETENTION.days


class SilenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """`mutes` is how many alerts it keeps quiet now.

    `only_of` is the one integration whose alerts it covers, since it was set with that one's key; or empty.
    """

    id: str
    path: str
    matchers: tuple[str, ...]
    state: str
    is_over: bool
    starts_at: datetime
    ends_at: datetime
    by: str
    comment: str
    mutes: int
    only_of: str


class SilencesView(msgspec.Struct, frozen=True, kw_only=True):
    """`ways` are the filters with how many silences each shows."""

    silences: tuple[SilenceRow, ...]
    ways: tuple[tuple[str, str, int], ...]
    state: str
    may_silence: bool
    kept_days: int = _KEPT_DAYS


@get("/silences")
async def list_silences(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """`state=` active, pending or expired."""
    viewer, now = viewer_of(visit), visit.times.now
    state = request.query_params.get("state", "")
    if state not in {"", *SilenceState}:
        raise Invalid("There is no such list of silences.", "Begin at /silences.", field="state")
    async with db.connection() as conn:
        found = await silences.list_silences(conn, None, now)
        names = {each.id: each.name for each in await list_integrations(conn, with_retired=True)}
        mutes = count_by_silence(await list_firing(conn, viewer))
    view = SilencesView(
        silences=tuple(
            silence_row(each, mutes[each.id], names, now) for each in found if state in ("", each.state_at(now).value)
        ),
        ways=(
            ("", "All", len(found)),
            *((each.value, words.capitalize(), _count(found, each, now)) for each, words in STATES.items()),
        ),
        state=state,
        may_silence=viewer.may(Permission.SILENCE),
    )
    return pages.page("silences/list.html", visit, view=view)


def silence_row(silence: Silence, mutes: int, integrations: Mapping[int, str], now: datetime) -> SilenceRow:
    state = silence.state_at(now)
    return SilenceRow(
        id=silence.id,
        path=silence_path(silence.id),
        matchers=tuple(str(matcher) for matcher in silence.matchers),
        state=STATES[state],
        is_over=state is SilenceState.EXPIRED,
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        by=silence.created_by,
        comment=silence.comment,
        mutes=mutes,
        only_of=integrations.get(silence.integration_id or 0, ""),
    )


def _count(found: list[Silence], state: SilenceState, now: datetime) -> int:
    return sum(each.state_at(now) is state for each in found)
