"""When a digest is due, and what it says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.delivery.model import Line, MessageView
from tocsin.insights.digest_model import Digest, StoredDigest
from tocsin.insights.handoff_text import moment, people
from tocsin.kernel.localtime import instant_of, reached, zone_of
from tocsin.oncall.model import Schedule, ScheduleOnCall
from tocsin.postmortems.action_model import ActionItem
from tocsin.postmortems.action_words import named_items

LATE = timedelta(hours=6)
"""One that could not be sent for so long is left out: the next is nearer."""


def is_due(digest: StoredDigest, now: datetime) -> bool:
    """Whether its last time came after it was written and has not been sent."""
    last = last_time(digest, now)
    done = max(digest.since, digest.sent_at or digest.since)
    return done < last and now < last + LATE


def last_time(digest: Digest, now: datetime) -> datetime:
    """The latest instant at which it fell due, by the clock of its zone."""
    zone = zone_of(digest.time_zone)
    local = reached(now, zone)
    day = local.date() if local.time() >= digest.at else local.date() - timedelta(days=1)
    if digest.weekday is not None:
        day -= timedelta(days=(day.weekday() - digest.weekday) % 7)
    return instant_of(datetime.combine(day, digest.at), zone)


def chosen(digest: Digest, schedules: Sequence[Schedule]) -> list[Schedule]:
    """The schedules it is about, in the order in which it names them."""
    if not digest.schedules:
        return [each for each in schedules if each.team is not None and each.team == digest.team]
    known = {each.name: each for each in schedules}
    return [known[name] for name in digest.schedules if name in known]


def message(found: Sequence[ScheduleOnCall], overdue: Sequence[ActionItem] = ()) -> MessageView:
    """A line for each schedule: who is on call until when, and who is next; then what is overdue (PMT-6)."""
    lines = [Line(each.schedule, _said(each)) for each in found]
    if overdue:
        lines.append(Line("Overdue action items", f"{named_items(overdue)}. See /actions."))
    return MessageView(
        title="Who is on call", what="Who is on call now, and who is next.", lines=tuple(lines), url="/oncall"
    )


def _said(one: ScheduleOnCall) -> str:
    """ "alice until Mon 9 Mar 09:00 CET, then bob"."""
    zone, held = zone_of(one.time_zone), one.on_call
    until = f" until {moment(held.until, zone)}" if held.until is not None else ""
    then = ""
    if one.next is not None:
        begins = f" from {moment(one.next.starts_at, zone)}" if one.next.starts_at != held.until else ""
        then = f", then {people(one.next.users)}{begins}"
    return f"{people(held.users) if held.users else 'nobody'}{until}{then}"
