"""`severity_profiles:` – an organisation's own levels: what leads to them, whom they call, how long somebody may have
it, who is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any, cast

from tocsin.catalog.criteria_text import read_criteria
from tocsin.catalog.own_profiles import OwnLevel, OwnProfile, OwnRule, OwnTargets
from tocsin.catalog.profiles import DEFAULT, PRESETS
from tocsin.catalog.severity import Postmortem, Reach
from tocsin.config.fields import Fields, Place
from tocsin.kernel.errors import Invalid
from tocsin.paging.model import Target, TargetKind, parse_target
from tocsin.paging.profile_rules import OWNING_LEAD

MAX_LEVELS = 8
SINCE = ("declared", "impact")
MTTR_FROM = ("started", "detected")
SHORTEST_ROUND = timedelta(minutes=5)


def read_profile(value: Any, place: Place) -> OwnProfile:
    fields = Fields(value, place, what="A severity profile")
    based_on = fields.choice("based_on", PRESETS.keys(), DEFAULT)
    currency = _read_currency(fields)
    counted = currency or PRESETS[based_on].currency
    profile = OwnProfile(
        name=fields.name(),
        based_on=based_on,
        levels=tuple(_read_level(entry, at, counted) for entry, at in fields.items("levels")),
        currency=currency,
        mttr_from=fields.choice("mttr_from", MTTR_FROM, "") or None,
        postmortem_completion=fields.integer("postmortem_completion", 0, 100),
        reassess_every=_read_round(fields),
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


def _read_currency(fields: Fields) -> str | None:
    code = fields.find_text("currency")
    if code is None or re.fullmatch("[A-Z]{3}", code):
        return code
    fields.place.key("currency").problem(f"{code!r} is no currency.", "Write its three letters, such as EUR.")
    return None


def _read_round(fields: Fields) -> timedelta | None:
    length = fields.duration("reassess_every")
    if length is not None and length < SHORTEST_ROUND:
        fields.place.key("reassess_every").problem("Nobody can assess so often.", "Write 5m or more.")
    return length


def _read_level(value: Any, place: Place, currency: str) -> OwnLevel:
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
        criteria=_read_criteria(fields, currency),
        phases=_read_phases(fields),
        targets=_read_targets(fields),
        schedule_by=fields.duration("schedule_by"),
        publish_by=fields.duration("publish_by"),
        tell_stakeholders=fields.flag("tell_stakeholders") if "tell_stakeholders" in fields else None,
        mail_customers=fields.flag("mail_customers") if "mail_customers" in fields else None,
    )
    for optional in ("escalations", "tell_stakeholders", "mail_customers"):
        fields.raw(optional)
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
                _check_named(parse_target(tell))
        except Invalid as error:
            at.key("tell").refuse(error)
        if tell and after is not None:
            yield OwnRule(tell=tell, after=after, since=since)


def _check_named(target: Target) -> None:
    """Whom a level tells stands on timelines and in explanations. Raises Invalid for an address, which is a secret."""
    if target.kind is TargetKind.WEBHOOK:
        raise Invalid(
            "A level cannot tell a webhook: its address would stand on the timeline.",
            "Name a room of `chats` here, such as chat:ops, or the webhook in a step of an escalation policy.",
        )


def _read_criteria(fields: Fields, currency: str) -> dict[str, tuple[str, ...]] | None:
    """As they are written, once each is known to make sense."""
    given = fields.fields("criteria", "The criteria of a level")
    if given is None:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for fact, value in given.value.items():
        texts = tuple(str(each) for each in (cast("list[Any]", value) if isinstance(value, list) else [value]))
        try:
            read_criteria({fact: texts}, currency)
        except Invalid as error:
            given.place.key(fact).refuse(error)
        else:
            found[fact.replace("-", "_")] = texts
    return found


def _read_phases(fields: Fields) -> dict[str, timedelta] | None:
    """The time boxes by name, each with its end."""
    given = fields.fields("phases", "The phases of a level")
    if given is None:
        return None
    ends = {name: end for name in given.value if (end := given.duration(name)) is not None}
    if not ends or any(later <= earlier for earlier, later in pairwise((timedelta(), *ends.values()))):
        given.place.problem(
            "The phases of a level follow each other.",
            "Say by name when each ends, counted from the declaration: {respond: 5m, mitigate: 60m}.",
        )
        return None
    return ends


def _read_targets(fields: Fields) -> OwnTargets | None:
    given = fields.fields("targets", "The targets of a level")
    if given is None:
        return None
    targets = OwnTargets(**{name: given.duration(name) for name in OwnTargets.__struct_fields__})
    given.done()
    return targets
