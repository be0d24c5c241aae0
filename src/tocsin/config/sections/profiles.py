"""`severity_profiles:` – an organisation's own levels: whom they call, how long somebody may have it, who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, OwnRule
from tocsin.catalog.profiles import DEFAULT, PRESETS
from tocsin.catalog.severity import Postmortem, Reach
from tocsin.config.fields import Fields, Place
from tocsin.kernel.errors import Invalid
from tocsin.paging.model import parse_target
from tocsin.paging.profile_rules import OWNING_LEAD

MAX_LEVELS = 8
SINCE = ("declared", "impact")


def read_profile(value: Any, place: Place) -> OwnProfile:
    fields = Fields(value, place, what="A severity profile")
    profile = OwnProfile(
        name=fields.name(),
        based_on=fields.choice("based_on", PRESETS.keys(), DEFAULT),
        levels=tuple(_read_level(entry, at) for entry, at in fields.items("levels")),
        managed_by=place.file.name,
    )
    fields.done()
    if profile.name in PRESETS:
        place.key("name").problem(f"{profile.name!r} is a profile that ships with Tocsin.", "Give yours another name.")
    if not 1 <= len(profile.levels) <= MAX_LEVELS:
        place.problem(f"A severity profile has 1 to {MAX_LEVELS} levels.", "List them, the worst first.")
    _check_names(profile, place)
    return profile


def _check_names(profile: OwnProfile, place: Place) -> None:
    names = [level.name.casefold() for level in profile.levels]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            place.key("levels").item(index).problem(f"Two levels are named {name!r}.", "Name each level once.")


def _read_level(value: Any, place: Place) -> OwnLevel:
    fields = Fields(value, place, what="A level")
    page, postmortem = fields.choice("page", list(Reach), ""), fields.choice("postmortem", list(Postmortem), "")
    level = OwnLevel(
        name=fields.text("name"),
        title=fields.find_text("title"),
        response=fields.find_text("response"),
        response_time=fields.duration("response_time"),
        ack_timeout=fields.duration("ack_timeout"),
        update_cadence=fields.duration("update_cadence"),
        stability_window=fields.duration("stability_window"),
        page=Reach(page) if page else None,
        team=fields.find_text("team"),
        postmortem=Postmortem(postmortem) if postmortem else None,
        escalations=tuple(_read_rules(fields)) if "escalations" in fields else None,
    )
    fields.raw("escalations")
    fields.done()
    if level.ack_timeout is not None and level.ack_timeout < timedelta(minutes=1):
        place.key("ack_timeout").problem("Nobody can show a sign of work so fast.", "Write 1m or more.")
    return level


def _read_rules(fields: Fields) -> Iterator[OwnRule]:
    for entry, at in fields.items("escalations"):
        rule = Fields(entry, at, what="An escalation")
        tell, after = rule.text("tell"), rule.duration("after")
        since = rule.choice("since", SINCE, SINCE[0])
        rule.done()
        if "after" not in rule:
            rule.missing("after")
        try:
            if tell and tell != OWNING_LEAD:
                parse_target(tell)
        except Invalid as error:
            at.key("tell").refuse(error)
        if tell and after is not None:
            yield OwnRule(tell=tell, after=after, since=since)
