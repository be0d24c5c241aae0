"""`organisation:` – name, zone, severity profile, business hours, limits of on-call, patterns of links, budgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.catalog.model import Organisation
from tocsin.catalog.profiles import DEFAULT
from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.announce import read_announce
from tocsin.config.sections.checks import read_prometheus
from tocsin.config.sections.compensation import read_compensation
from tocsin.config.sections.hours import read_daily_hours, read_hours, read_time_of_day
from tocsin.config.sections.limits import read_limits
from tocsin.config.sections.slo import read_policy
from tocsin.incidents.conference import find_fault

LATER = {
    "incident_channel": "no channel is opened in a chat yet",
    "announce_channel": "no channel is posted to by its name yet; `announce:` takes addresses",
}


def read_organisation(value: Any, place: Place, environ: Mapping[str, str]) -> Organisation:
    fields = Fields(value, place, what="organisation")
    hours = fields.raw("business_hours")
    profile = fields.find_name("severity_profile") or DEFAULT
    limits = read_limits(fields.raw("oncall_limits"), place.key("oncall_limits"), "oncall_limits", of_schedule=False)
    organisation = Organisation(
        name=fields.text("name"),
        time_zone=fields.zone("time_zone") or "UTC",
        severity_profile=profile,
        business_hours=read_hours(hours, place.key("business_hours"), "business_hours") if hours is not None else None,
        oncall_limits=limits,
        incident_channel=fields.find_text("incident_channel"),
        announce_channel=fields.find_text("announce_channel"),
        war_room=_read_war_room(fields),
        announce=read_announce(fields, environ),
        prometheus=read_prometheus(fields),
        on_call=_read_terms(fields.fields("on_call", "on_call")),
        compensation=read_compensation(fields.fields("compensation", "compensation")),
        slo_policy=read_policy(fields.fields("slo_policy", "slo_policy")),
        monthly_report=_read_users(fields, "monthly_report"),
        managed_by=place.file.name,
    )
    fields.done()
    return organisation


def _read_war_room(fields: Fields) -> str | None:
    """The pattern of the link under which the people of an incident speak (WAR-4)."""
    pattern = fields.find_text("war_room")
    fault = find_fault(pattern) if pattern is not None else ""
    if fault:
        fields.place.key("war_room").problem(f"war_room {fault}.", 'Write it as "https://meet.example.com/{id}".')
        return None
    return pattern


def _read_users(fields: Fields, key: str) -> tuple[str, ...]:
    """`[user:carol]`; whether there are such users is checked when everything is known."""
    names: list[str] = []
    for text, place in fields.texts(key):
        kind, _, name = text.partition(":")
        if kind != "user" or not name:
            place.problem(f"{text!r} is no person.", "Write user:NAME.")
        else:
            names.append(name)
    return tuple(dict.fromkeys(names))


def _read_terms(fields: Fields | None) -> OnCallTerms:
    """`on_call:`; what it leaves out is as it is without it."""
    usual = OnCallTerms()
    if fields is None:
        return usual
    told_at = read_time_of_day(fields, "rest_notice") if "rest_notice" in fields else fields.raw("rest_notice")
    terms = OnCallTerms(
        night=_read_daily(fields, "night") or usual.night,
        woken=_read_daily(fields, "woken") or usual.woken,
        rest_notice=told_at or usual.rest_notice,
    )
    fields.done()
    return terms


def _read_daily(fields: Fields, key: str) -> DailyHours | None:
    value = fields.raw(key)
    return None if value is None else read_daily_hours(value, fields.place.key(key), key)
