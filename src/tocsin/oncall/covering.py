"""Requests for cover as values: somebody cannot keep a shift, and whoever takes it first has it. Pure."""

from datetime import datetime, timedelta

from tocsin.oncall import words
from tocsin.oncall.change_model import Cover
from tocsin.oncall.model import Schedule

REMIND_BEFORE = (timedelta(weeks=4), timedelta(weeks=1), timedelta(days=1), timedelta(hours=12))
"""How long before the shift an open request is told again; the last time the leads of the team hear it too."""


def next_look(cover: Cover, now: datetime) -> datetime:
    """When the request is told again, or closed."""
    reminders = [cover.starts_at - before for before in REMIND_BEFORE if cover.starts_at - before > now]
    return min(reminders, default=cover.closes_at)


def is_last_call(cover: Cover, now: datetime) -> bool:
    """Whether no further reminder follows: from now on the leads are told as well."""
    return cover.starts_at - now <= REMIND_BEFORE[-1]


def people_of(schedule: Schedule) -> set[str]:
    """Everybody whom the layers name: who is asked where there is no team."""
    return {user for layer in schedule.layers for turn in layer.users for user in turn}


def sentence(cover: Cover) -> str:
    """`alice needs cover in payments-primary, Mon … to Tue … (CET): dentist`."""
    why = f": {cover.reason}" if cover.reason else ""
    return f"{cover.user} needs cover in {cover.schedule}, {words.span(cover.shift, cover.time_zone)}{why}"
