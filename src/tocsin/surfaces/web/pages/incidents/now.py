"""Now: what burns and who is on call. A quiet system is a quiet page."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import reading
from tocsin.alerts.outcome import Outcome
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, IncidentFilter
from tocsin.incidents.sentences import joined
from tocsin.insights import reachability
from tocsin.insights.reachability_model import Doubt
from tocsin.kernel.db import Conn
from tocsin.oncall import service as oncall
from tocsin.oncall.model import OnCall, ScheduleOnCall
from tocsin.paging import service as paging
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import IncidentLine, load_lines
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.times import Times
from tocsin.surfaces.web.visits import viewer_of

_RESOLVED_FOR = timedelta(days=1)
_LOOK_BACK = 50
_SHOWN = 50
_PAGE, _PAGES = 200, 10
"""Among how many open incidents the worst are looked for."""
_LEAST = 9


class AlertCount(msgspec.Struct, frozen=True):
    """ "3 held", and the list of those."""

    words: str
    path: str


class NowView(msgspec.Struct, frozen=True, kw_only=True):
    """`paged` are the incidents about which this viewer is being called. `to_acknowledge` is the first of them, else
    the worst that nobody has taken, if this viewer may take it. `further`: how many are open beside those in
    `burning`. `doubts`, by schedule: of whom nobody knows whether a page would wake them."""

    burning: tuple[IncidentLine, ...]
    further: int
    resolved: tuple[IncidentLine, ...]
    paged: tuple[IncidentLine, ...]
    to_acknowledge: IncidentLine | None
    on_call: tuple[ScheduleOnCall, ...]
    doubts: dict[str, tuple[Doubt, ...]]
    alerts: tuple[AlertCount, ...]

    @property
    def title(self) -> str:
        """Of the window: how many burn."""
        return "Now" if self.calm else f"{len(self.burning) + self.further} open · Now"

    @property
    def calm(self) -> bool:
        return not self.burning

    def calm_words(self, times: Times) -> str:
        return calm_words([line.on_call for line in self.on_call], times)


def calm_words(answers: Sequence[OnCall], times: Times) -> str:
    """ "alice is on call until Monday 09:00."; of several schedules, in how many somebody is."""
    all_held = [each for each in answers if each.users]
    if not all_held:
        return ""
    if len(all_held) > 1:
        return f"Somebody is on call in {_share(len(all_held), len(answers))} schedules."
    held = all_held[0]
    until = f" until {times.moment_words(held.until)}" if held.until else ""
    return f"{joined(held.users)} {'is' if len(held.users) == 1 else 'are'} on call{until}."


def _share(part: int, whole: int) -> str:
    return f"all {whole}" if part == whole else f"{part} of {whole}"


@get("/")
async def show_now(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    return pages.page("incidents/now.html", visit, view=await _view(visit, db))


@get("/now/board")
async def show_board(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The part of the page that changes, for the page's script."""
    return pages.page("incidents/_board_part.html", visit, view=await _view(visit, db))


async def _view(visit: Visit, db: Database) -> NowView:
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        burning, resolved = await _incidents(conn, viewer, visit.times)
        calling = await paging.list_paged(conn, viewer.user_id)
        paged = tuple(line for line in burning if line.needs_answer and line.id in calling)
        on_call = await oncall.list_on_call(conn, visit.times.now)
        return NowView(
            burning=burning[:_SHOWN],
            further=len(burning[_SHOWN:]),
            resolved=resolved,
            paged=paged,
            to_acknowledge=_to_acknowledge((*paged, *burning), viewer),
            on_call=tuple(on_call),
            doubts=await reachability.doubts_soon(conn, on_call, visit.times.now),
            alerts=alert_counts(await reading.count_firing(conn, viewer)),
        )


async def _incidents(
    conn: Conn, viewer: Viewer, times: Times
) -> tuple[tuple[IncidentLine, ...], tuple[IncidentLine, ...]]:
    """Open ones, in the order of `urgency_of`; and the ends of the last day."""
    opened = await _all_open(conn, viewer)
    latest = await incidents.list_incidents(conn, viewer, IncidentFilter(limit=_LOOK_BACK))
    burning = sorted(await load_lines(conn, opened), key=urgency_of)
    since = times.now - _RESOLVED_FOR
    ended = [i for i in latest.incidents if i.resolved_at is not None and i.resolved_at > since and not i.is_open]
    return tuple(burning), await load_lines(conn, ended[:5])


async def _all_open(conn: Conn, viewer: Viewer) -> list[Incident]:
    """In a bad night the worst one may be the oldest."""
    found: list[Incident] = []
    before: int | None = None
    for _ in range(_PAGES):
        wanted = IncidentFilter(open_only=True, before_number=before, limit=_PAGE)
        page = await incidents.list_incidents(conn, viewer, wanted)
        found += page.incidents
        before = page.next_before
        if before is None:
            break
    return found


def urgency_of(line: IncidentLine) -> tuple[bool, bool, int, int]:
    """What needs a person now comes first, then what nobody has taken; within these the worst, the newest. Nobody knows
    yet how bad an unclassified one is: that counts as worst only while it calls somebody.
    """
    unclassified = 0 if line.is_loud else _LEAST
    hue = line.level.hue if line.level else unclassified
    return not line.is_loud, not line.needs_answer, hue, -line.number


def _to_acknowledge(burning: tuple[IncidentLine, ...], viewer: Viewer) -> IncidentLine | None:
    if not viewer.may(Permission.RESPOND):
        return None
    return next((line for line in burning if line.needs_answer), None)


def alert_counts(counts: reading.Counts) -> tuple[AlertCount, ...]:
    """How many fire, then how many of them call nobody, by what keeps them from it; nothing when none fires."""
    kept = (
        (counts.held, "held", f"&went={Outcome.HELD}"),
        (counts.silenced, "silenced", f"&went={Outcome.SILENCED}"),
        (counts.inhibited, "inhibited", f"&went={Outcome.INHIBITED}"),
        (counts.maintenance, "in maintenance", f"&went={Outcome.MAINTENANCE}"),
        (counts.muted, "muted", f"&went={Outcome.MUTED}"),
        (counts.dropped, "dropped", f"&went={Outcome.DROPPED}"),
    )
    told = [(counts.firing, "firing", ""), *kept]
    return tuple(AlertCount(f"{number} {words}", f"/alerts?state=firing{way}") for number, words, way in told if number)
