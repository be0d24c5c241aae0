"""One alert: what it says, where it went and why, and what happened to it since."""

from datetime import datetime, timedelta

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import reading
from tocsin.alerts.closing import close_alert
from tocsin.alerts.model import Alert, State
from tocsin.alerts.reading import Explanation
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import NotFound
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.alerts.lines import STATES, Went, alert_path, state_words, went
from tocsin.surfaces.web.pages.incidents.entries import EntryView, entry_view
from tocsin.surfaces.web.visits import viewer_of

_WORTH_SAYING = timedelta(minutes=1)
"""How long after its start by the source's clock an alert must have come for the page to say so."""


class PeriodView(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier firing period of the same alert."""

    path: str
    state: str
    started_at: datetime
    ended_at: datetime | None


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is http or https, else empty: a source may send anything. `story` are the reasons, in order.

    `silence_path` is empty for whoever may not silence it, and where there is nothing to silence; `close_path` for
    whoever may not respond, and when it is over.
    """

    title: str
    summary: str
    state: str
    source: str
    url: str
    went: Went
    has_paged: bool
    facts: tuple[tuple[str, str], ...]
    instants: tuple[tuple[str, datetime], ...]
    received_at: datetime
    story: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    entries: tuple[EntryView, ...]
    earlier: tuple[PeriodView, ...]
    silence_path: str
    close_path: str


@get("/alerts/{number:str}")
async def show_alert(number: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page. An alert that this viewer may not know of does not exist."""
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        explained = await reading.explain_alert(conn, viewer, alert_number(number))
        group_id = explained.alert.group_id
        went_to = await incidents.list_incidents_of_groups(conn, viewer.scopes, [group_id] if group_id else [])
    view = alert_page(explained, went_to.get(group_id or 0), viewer, visit.times.now)
    return pages.page("alerts/show.html", visit, view=view)


@post("/alerts/{number:str}/close")
async def close(number: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """By whoever knows that it is over, though its source does not say so (ALR-4)."""
    viewer = viewer_of(visit)
    viewer.require(Permission.RESPOND, "close alerts")
    alert_id = alert_number(number)
    async with db.transaction() as tx:
        await close_alert(tx, viewer, alert_id)
    return Redirect(alert_path(alert_id), status_code=303)


def alert_number(text: str) -> int:
    """Raises NotFound for what is no number of an alert."""
    number = whole_number(text)
    if number is None:
        raise NotFound(f"There is no alert {text[:40]!r}.", "Find it in the list at /alerts.")
    return number


def alert_page(explained: Explanation, incident: Incident | None, viewer: Viewer, now: datetime) -> AlertView:
    alert = explained.alert
    state = alert.state_at(now)
    may_silence = viewer.may(Permission.SILENCE) and _may_page(alert, state)
    may_close = viewer.may(Permission.RESPOND) and alert.state is not State.RESOLVED
    return AlertView(
        title=alert.title,
        summary=alert.summary,
        state=state_words(alert, now),
        source=alert.integration,
        url=alert.url if alert.url.startswith(("http://", "https://")) else "",
        went=went(alert, incident),
        has_paged=alert.group_id is not None,
        facts=_facts(alert),
        instants=_instants(alert, state),
        received_at=alert.received_at,
        story=tuple(explained.words),
        labels=tuple(sorted(alert.labels.items())),
        annotations=tuple(sorted(alert.annotations.items())),
        entries=tuple(entry_view(entry) for entry in explained.entries),
        earlier=tuple(_period(each, now) for each in explained.earlier),
        silence_path=f"/silences/new?alert={alert.id}" if may_silence else "",
        close_path=f"{alert_path(alert.id)}/close" if may_close else "",
    )


def _may_page(alert: Alert, state: State) -> bool:
    """Whether it fires and no silence keeps it quiet yet."""
    return state is State.FIRING and not alert.silenced_by


def _facts(alert: Alert) -> tuple[tuple[str, str], ...]:
    known = (
        ("Service", alert.service or ""),
        ("Severity", alert.severity or ""),
        ("Urgency", alert.urgency.value),
        ("Policy", alert.policy or ""),
        ("Repeated", f"{alert.repeat_count} times" if alert.repeat_count else ""),
    )
    return tuple((words, value) for words, value in known if value)


def _instants(alert: Alert, state: State) -> tuple[tuple[str, datetime], ...]:
    known = (
        ("Since", alert.starts_at),
        ("Received", alert.received_at if alert.received_at - alert.starts_at >= _WORTH_SAYING else None),
        ("Last heard of", alert.last_seen_at if alert.last_seen_at > alert.received_at else None),
        ("Stale since", alert.lease_until if state is State.STALE and alert.ended_at is None else None),
        ("Flaps since", alert.flaps_since),
        ("Acknowledged at its source", alert.acknowledged_at),
        ("Ended", alert.ended_at),
    )
    return tuple((words, at) for words, at in known if at is not None)


def _period(alert: Alert, now: datetime) -> PeriodView:
    return PeriodView(
        path=alert_path(alert.id),
        state=STATES[alert.state_at(now)],
        started_at=alert.starts_at,
        ended_at=alert.ended_at,
    )
