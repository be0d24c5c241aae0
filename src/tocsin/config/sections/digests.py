"""`digests:` – who is told, each day or week, who is on call now and next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.insights.digest_model import Digest
from tocsin.integrations.channels.registry import check_address
from tocsin.kernel.week_words import read_time, read_weekday


def read_digest(value: Any, place: Place, default_zone: str | None, environ: Mapping[str, str]) -> Digest:
    """`default_zone` is the organisation's."""
    fields = Fields(value, place, what="A digest")
    name = fields.name()
    weekday, at = _read_at(fields)
    team, schedules = fields.find_name("team"), fields.names("schedules")
    webhook = fields.find_text("webhook")
    if webhook is not None:
        webhook = read_env(webhook, place.key("webhook"), environ)
        webhook = fields.read_with("webhook", _read_webhook, webhook) if webhook else None
    digest = Digest(
        name=name,
        at=at,
        weekday=weekday,
        time_zone=fields.zone("time_zone") or default_zone or "UTC",
        schedules=schedules,
        team=team,
        webhook=webhook,
        managed_by=place.file.name,
    )
    fields.done()
    if team is None and not schedules:
        place.problem("A digest is about a team's schedules, or about those that it names.", "Add `team:` or both.")
    if team is None and "webhook" not in fields:
        place.problem("Nobody gets this digest.", "Add `team: NAME`, whose members get it, or `webhook: https://…`.")
    return digest


def _read_webhook(address: str) -> str:
    """In the normal form of its channel: what it is signed with depends on it. Raises Invalid."""
    return check_address("webhook", address)


def _read_at(fields: Fields) -> tuple[int | None, time]:
    """ "Monday 08:00", or "08:00" for every day."""
    text = fields.text("at")
    *day, clock = text.split() or [""]
    weekday = read_weekday(day[0]) if len(day) == 1 else None
    at = read_time(clock)
    if text and (at is None or len(day) > 1 or (day and weekday is None)):
        fields.place.key("at").problem(
            f"{text!r} is no time of a day or week.", 'Write "Monday 08:00", or "08:00" for every day.'
        )
    return weekday, at or time(8)
