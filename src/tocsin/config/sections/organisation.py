"""`organisation:` – name, zone, severity profile, business hours, patterns for channels and calls."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.model import Organisation
from tocsin.catalog.profiles import DEFAULT
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.hours import read_hours

LATER = {
    "incident_channel": "there is no chat yet",
    "announce_channel": "there is no chat yet",
    "war_room": "no call is opened yet",
}


def read_organisation(value: Any, place: Place) -> Organisation:
    fields = Fields(value, place, what="organisation")
    hours = fields.raw("business_hours")
    profile = fields.find_name("severity_profile") or DEFAULT
    organisation = Organisation(
        name=fields.text("name"),
        time_zone=fields.zone("time_zone") or "UTC",
        severity_profile=profile,
        business_hours=read_hours(hours, place.key("business_hours"), "business_hours") if hours is not None else None,
        incident_channel=fields.find_text("incident_channel"),
        announce_channel=fields.find_text("announce_channel"),
        war_room=fields.find_text("war_room"),
        managed_by=place.file.name,
    )
    fields.done()
    return organisation
