"""Alerts and silences over HTTP: what fires, where it went and why (ALR-8), and what is kept quiet (ALR-7)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import reading, silences
from tocsin.alerts.closing import close_alert
from tocsin.alerts.model import Alert, Disposition, State
from tocsin.alerts.reading import AlertFilter
from tocsin.alerts.silencing import Silence, WantedSilence
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.matchers import Matcher, parse_matcher
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_number, as_utc, one_of
from tocsin.surfaces.wire import alerts as wire

LONGEST_LIST = 200
_FINGERPRINT = re.compile(r"[0-9a-f]{16}", re.ASCII)
A_DAY = timedelta(days=1)


@get("/alerts", summary="List alerts")
async def list_alerts(
    viewer: Caller,
    db: Db,
    in_state: Annotated[str | None, QueryParameter(name="state", description="firing, stale or resolved.")] = None,
    service: FromQuery[str | None] = None,
    disposition: Annotated[str | None, QueryParameter(description="routed, held or dropped.")] = None,
    not_paged: Annotated[bool, QueryParameter(description="Only those that have called nobody.")] = False,
    limit: Annotated[int, QueryParameter(description="At most so many, 1 to 200.")] = 50,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")] = None,
) -> wire.AlertList:
    """Newest first, also those for which nobody was paged, each with the reason."""
    if not 1 <= limit <= LONGEST_LIST:
        raise Invalid(f"limit is 1 to {LONGEST_LIST}.", "Ask for fewer and follow next_cursor.", field="limit")
    wanted = AlertFilter(
        state=one_of(State, in_state, "state") if in_state else None,
        service=service,
        disposition=one_of(Disposition, disposition, "disposition") if disposition else None,
        not_paged=not_paged,
        before_id=as_number(cursor, "cursor"),
        limit=limit + 1,
    )
    async with db.connection() as conn:
        found = await reading.list_alerts(conn, viewer, wanted)
        incident_of = await _list_incidents(conn, viewer, found)
    shown, now = found[:limit], db.clock.now()
    more = len(found) > limit
    return wire.AlertList(
        alerts=[wire.alert(each, now, incident_of.get(each.group_id)) for each in shown],
        next_cursor=str(shown[-1].id) if more else None,
    )


async def _list_incidents(conn: Conn, viewer: Viewer, alerts: Sequence[Alert]) -> dict[int | None, str]:
    """The incidents that alerts went to, as "INC-1", by the alerts' group."""
    groups = [alert.group_id for alert in alerts if alert.group_id is not None]
    found = await incidents.list_incidents_of_groups(conn, viewer.scopes, groups)
    return {group: incident_ref(incident.number) for group, incident in found.items()}


@get("/alerts/reasons", summary="Count the alerts that called nobody, by reason")
async def list_reasons(
    viewer: Caller,
    db: Db,
    since: Annotated[datetime | None, QueryParameter(description="Received since then; a day by default.")] = None,
) -> wire.ReasonList:
    """Everything that paged nobody has a reason; the most frequent first."""
    begin = as_utc(since, "since") if since else db.clock.now() - A_DAY
    async with db.connection() as conn:
        return wire.reason_list(await reading.count_reasons(conn, viewer, begin), begin)


@get("/alerts/{number:str}", summary="Read one alert, and why it went where it went")
async def show(number: FromPath[str], viewer: Caller, db: Db) -> wire.AlertStory:
    return await _story(viewer, db, number)


async def _story(viewer: Viewer, db: Database, number: str) -> wire.AlertStory:
    async with db.connection() as conn:
        found = await reading.explain_alert(conn, viewer, await _alert_id(conn, viewer, number))
        incident_of = await _list_incidents(conn, viewer, [found.alert])
    incident = incident_of.get(found.alert.group_id)
    words = [*found.words, f"Its incident is {incident}: tocsin explain {incident}"] if incident else found.words
    return wire.alert_story(found.alert, words, db.clock.now(), incident)


async def _alert_id(conn: Conn, viewer: Viewer, name: str) -> int:
    """Of its number in the list, or its fingerprint as Alertmanager shows it: 16 hexadecimal digits."""
    if _FINGERPRINT.fullmatch(name):
        found = await reading.find_by_fingerprint(conn, viewer, name)
        if found is None:
            raise NotFound(f"No recent alert has the fingerprint {name}.", "List them with: tocsin alerts")
        return found.id
    return as_number(name, "alert") or 0


@post("/alerts/{number:str}/close", status_code=200, summary="Close an alert for whose end no source sends word")
async def close(number: FromPath[str], viewer: Caller, db: Db) -> wire.AlertStory:
    """While its source still calls it firing, it comes back only with a new start."""
    viewer.require(Permission.RESPOND, "close alerts")
    async with db.transaction() as tx:
        await close_alert(tx, viewer, await _alert_id(tx.conn, viewer, number))
    return await _story(viewer, db, number)


@get("/silences", summary="List silences")
async def list_silences(db: Db) -> wire.SilenceList:
    """Active, then coming, then those that ended in the last five days."""
    now = db.clock.now()
    async with db.connection() as conn:
        found = await silences.list_silences(conn, None, now)
    return wire.SilenceList(silences=[wire.silence(each, now) for each in found])


@post("/silences", summary="Keep alerts from paging for a while")
async def add_silence(data: JSONBody[wire.SilenceRequest], viewer: Caller, db: Db) -> wire.Silence:
    """What matches all of the matchers pages nobody until the end; it is still shown, with this reason."""
    viewer.require(Permission.SILENCE, "silence alerts")
    if not data.comment.strip():
        raise Invalid("A silence has a comment.", "Say why; whoever wonders tonight will read it.", field="comment")
    async with db.transaction() as tx:
        wanted = WantedSilence(
            matchers=_matchers(data.matchers),
            starts_at=as_utc(data.starts_at, "starts_at") if data.starts_at else tx.now,
            ends_at=_coming(data.ends_at, tx.now),
            created_by=viewer.actor,
            comment=data.comment,
        )
        made = await silences.set_silence(tx, wanted)
        found = {each.id: each for each in await silences.list_silences(tx.conn, None, tx.now)}
    return wire.silence(found[made], tx.now)


@post("/silences/{silence_id:str}", status_code=200, summary="Change a silence")
async def change_silence(
    silence_id: FromPath[str], data: JSONBody[wire.SilenceChange], viewer: Caller, db: Db
) -> wire.Silence:
    """It keeps its id where history is not rewritten; other matchers, or one that has ended, make a new silence."""
    viewer.require(Permission.SILENCE, "change silences")
    async with db.transaction() as tx:
        before = _named(await silences.list_silences(tx.conn, None, tx.now), silence_id)
        wanted = WantedSilence(
            id=before.id,
            matchers=before.matchers if data.matchers is None else _matchers(data.matchers),
            starts_at=before.starts_at,
            ends_at=_coming(data.ends_at or before.ends_at, tx.now),
            created_by=viewer.actor,
            comment=(data.comment or "").strip() or before.comment,
        )
        made = await silences.set_silence(tx, wanted, before.integration_id)
        after = _named(await silences.list_silences(tx.conn, None, tx.now), made)
    return wire.silence(after, tx.now)


@delete("/silences/{silence_id:str}", status_code=200, summary="End a silence now")
async def expire_silence(silence_id: FromPath[str], viewer: Caller, db: Db) -> wire.Silence:
    """What it muted and still fires is looked at again at once."""
    viewer.require(Permission.SILENCE, "end silences")
    async with db.transaction() as tx:
        before = _named(await silences.list_silences(tx.conn, None, tx.now), silence_id)
        await silences.expire_silence(tx, UUID(before.id), before.integration_id)
        after = _named(await silences.list_silences(tx.conn, None, tx.now), before.id)
    return wire.silence(after, tx.now)


def _coming(ends_at: datetime, now: datetime) -> datetime:
    if (end := as_utc(ends_at, "ends_at")) <= now:
        raise Invalid("The silence would end before now.", "Give an end that is still to come.", field="ends_at")
    return end


def _matchers(texts: Sequence[str]) -> tuple[Matcher, ...]:
    if not texts:
        raise Invalid("A silence has at least one matcher.", 'Write it as job="checkout".', field="matchers")
    try:
        return tuple(parse_matcher(text) for text in texts)
    except Invalid as wrong:
        raise Invalid(wrong.message, wrong.remedy or 'Write it as job="checkout".', field="matchers") from wrong


def _named(listed: list[Silence], silence_id: str) -> Silence:
    """By its whole id or the beginning of it, as the list shows it."""
    found = [each for each in listed if each.id.startswith(silence_id.lower())] if len(silence_id) >= 4 else []
    if len(found) != 1:
        raise NotFound(
            f"There is no one silence {silence_id[:40]!r}.", "List them with: tocsin silence list", field="id"
        )
    return found[0]
