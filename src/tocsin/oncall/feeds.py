"""Use cases of calendar feeds (ONC-4): make, list and revoke the secret addresses, and read what one gives.

An address is a secret: it is shown once, its hash is kept, and whoever makes a new one ends the old one (SEC-3). What
it gives is read with its owner's rights of this moment: somebody who is disabled has no feeds.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.accounts import secrets
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.tx import Transactions, Tx
from tocsin.oncall import feed_store, service
from tocsin.oncall.feed_entries import Duty, Entry, duties, is_named, revise, window_of
from tocsin.oncall.feed_model import CalendarFeed, NewFeed
from tocsin.oncall.feed_store import Subject
from tocsin.oncall.feed_text import Feed
from tocsin.oncall.model import Schedule

_USED_AT_MOST_EVERY = timedelta(hours=1)
_OVERRIDES_SINCE = timedelta(days=400)
"""Before the window: what began long before it is followed back through overrides too."""


async def make_feed(
    tx: Tx, owner: Viewer, *, schedule: str | None = None, person: str | None = None, again: bool, client: str = ""
) -> NewFeed:
    """A new address about a schedule or a person. With `again` the owner's old one about the same stops working;
    without, raises Refused when there is one. Raises NotFound, and Invalid unless exactly one of the two is named.
    """
    if (schedule is None) == (person is None):
        raise Invalid("A feed is about one schedule or about one person.", "Name one of the two.", field="schedule")
    subject = await _get_subject(tx.conn, owner, schedule) if schedule is not None else None
    user = await accounts.get_user_by_name(tx.conn, person) if person is not None else None
    if user is not None and user.is_disabled:
        raise Refused(f"{user.name} is disabled and has no shifts.", "Name somebody who is not.")
    before = await feed_store.find_feed_about(tx.conn, owner.user_id, subject and subject.name, user and user.name)
    if before is not None and not again:
        raise Refused(
            f"You made an address of {before.about} on {before.created_at:%-d %b %Y}, and it is shown only once.",
            "Make a new one, which ends the old one, with: --new. Or end it: --revoke.",
        )
    if before is not None:
        await feed_store.delete_feed(tx.conn, before.id, owner.user_id)
    token = secrets.new_token()
    ids = subject and subject.id, user and user.id
    if not await feed_store.insert_feed(tx.conn, secrets.digest(token), owner.user_id, *ids, tx.now):
        raise Refused("You made this very address at the same moment elsewhere.", "Use that one, or try again.")
    made = await feed_store.find_feed(tx.conn, secrets.digest(token))
    assert made is not None  # it was made in this transaction, and neither owner nor person is disabled
    action = "replaced the calendar address of" if before else "made a calendar address of"
    await accounts.audit(tx, owner.actor, action, made.about, client=client)
    return NewFeed(made, token)


async def list_feeds(conn: Conn, owner: Viewer) -> list[CalendarFeed]:
    """Somebody's own."""
    return await feed_store.list_feeds(conn, owner.user_id)


async def revoke_feed(tx: Tx, owner: Viewer, feed_id: int, *, client: str = "") -> CalendarFeed:
    """Its address leads nowhere from now on. Raises NotFound for what is not the owner's."""
    mine = {feed.id: feed for feed in await feed_store.list_feeds(tx.conn, owner.user_id)}
    if feed_id not in mine:
        raise NotFound("You have no such calendar address.", "See them with: tocsin oncall ics --list")
    await feed_store.delete_feed(tx.conn, feed_id, owner.user_id)
    await accounts.audit(tx, owner.actor, "revoked the calendar address of", mine[feed_id].about, client=client)
    return mine[feed_id]


async def open_feed(db: Transactions, token: str, site: str, *, with_gaps: bool = False) -> Feed | None:
    """What an address gives now. None: it was never made, is revoked, or its owner may not read this any more."""
    now = db.clock.now()
    async with db.connection() as conn:
        feed = await feed_store.find_feed(conn, secrets.digest(token))
        owner = await accounts.get_user_by_name(conn, feed.owner) if feed else None
        viewer = await accounts.find_viewer(conn, owner.id) if owner else None
        if feed is None or viewer is None:
            return None
        if feed.last_used_at is None or now - feed.last_used_at >= _USED_AT_MOST_EVERY:
            await feed_store.update_feed_used(conn, feed.id, now)
    try:
        return await read_feed(db, viewer, site, schedule=feed.schedule, person=feed.person, with_gaps=with_gaps)
    except NotFound:
        return None


async def read_feed(
    db: Transactions,
    viewer: Viewer,
    site: str,
    *,
    schedule: str | None = None,
    person: str | None = None,
    with_gaps: bool = False,
) -> Feed:
    """The calendar of a schedule, or of a person over all schedules that the viewer may read. Raises NotFound."""
    now = db.clock.now()
    async with db.connection() as conn:
        zone, schedules, subjects = await _load(conn, viewer, schedule, person, now)
        known = await feed_store.list_known(conn, [one.id for one in subjects])
    # A year of a schedule takes some 50 ms: of many, the pages of others must not wait for that.
    listed = await asyncio.to_thread(_listed, schedules, person, now, with_gaps=with_gaps)
    entries, changed = revise(listed, known, site, now)
    if changed:
        async with db.transaction() as tx:
            await feed_store.upsert_entries(tx.conn, changed, {one.name: one.id for one in subjects})
    title = f"{schedule} on call" if schedule is not None else f"{person} on call"
    return Feed(title, zone, site, _in_order(entries))


async def forget(tx: Tx) -> None:
    """Addresses of people who are disabled are gone for good; what no feed speaks of any more is forgotten."""
    await feed_store.delete_feeds_of_disabled(tx.conn)
    await feed_store.delete_old_entries(tx.conn, window_of(tx.now)[0])


async def _load(
    conn: Conn, viewer: Viewer, schedule: str | None, person: str | None, now: datetime
) -> tuple[str, list[Schedule], list[Subject]]:
    """(zone to show it in, the schedules, and where their entries are kept)."""
    since = window_of(now)[0] - _OVERRIDES_SINCE
    if schedule is not None:
        subject = await _get_subject(conn, viewer, schedule)
        found = await service.get_schedule(conn, schedule, since)
        return found.time_zone, [found], [subject]
    user = await accounts.get_user_by_name(conn, person or "")
    readable = {one.name: one for one in await feed_store.list_subjects(conn) if viewer.may_read(one.scope_id)}
    named = [
        each
        for each in await service.list_schedules(conn, since)
        if each.name in readable and is_named(each, user.name)
    ]
    return user.time_zone or "UTC", named, [readable[each.name] for each in named]


async def _get_subject(conn: Conn, viewer: Viewer, schedule: str) -> Subject:
    """Raises NotFound, for what the viewer may not read as for what is not there."""
    found = {one.name: one for one in await feed_store.list_subjects(conn)}.get(schedule)
    if found is None or not viewer.may_read(found.scope_id):
        raise NotFound(f"There is no schedule {schedule!r}.", "tocsin oncall shows those that exist.", field="schedule")
    return found


def _listed(schedules: Sequence[Schedule], person: str | None, now: datetime, *, with_gaps: bool) -> list[Duty]:
    found = [
        duty for each in schedules for duty in duties(each, *window_of(now), with_gaps=with_gaps and person is None)
    ]
    return found if person is None else [duty for duty in found if duty.user == person]


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.duty.starts_at, entry.duty.schedule, entry.duty.user))
