"""What the checker of schedules says of a document: what it would break, and what is broken anyway. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tocsin.config.document import Document, Item
from tocsin.config.model import Breakage
from tocsin.config.setup import setup_of
from tocsin.config.world import World
from tocsin.oncall.checker import LOOK_AHEAD, check, newly_broken
from tocsin.oncall.findings import Facts, Finding, PersonFacts, Rule
from tocsin.oncall.model import Schedule
from tocsin.paging.schedule_ladders import ladders_of_schedules
from tocsin.simulation.setup import Setup


def find_breakage(before: World, after: World, document: Document, now: datetime) -> Iterator[Breakage]:
    """What would be broken in the coming 90 days once this is applied, new things first, each with its place."""
    found = _check(after, now)
    new = newly_broken(_check(before, now), found)
    fresh = set(new)
    items = {item.value.name: item for item in document.schedules}
    for finding in (*new, *(each for each in found if each not in fresh)):
        file, line, path = _place(finding, items, document)
        yield Breakage(
            rule=finding.rule.value,
            schedule=finding.schedule,
            starts_at=finding.starts_at,
            ends_at=finding.ends_at,
            people=finding.people,
            is_new=finding in fresh,
            is_silent=finding.rule.means_silence,
            file=file,
            line=line,
            path=path,
            sentence=finding.sentence,
            remedy=finding.remedy,
        )


def _check(world: World, now: datetime) -> list[Finding]:
    setup = setup_of(world)
    schedules = list(setup.registry.schedules.values())
    return check(schedules, _facts_of(world, setup), now, now + LOOK_AHEAD)


def _facts_of(world: World, setup: Setup) -> Facts:
    """What the checker knows of an installation as sections."""
    people = {
        item.value.name: PersonFacts(
            has_contact=setup.people[item.value.name].has_way,
            time_zone=item.value.time_zone,
        )
        for item in world.users.values()
    }
    gone = {name: PersonFacts(is_disabled=True) for name in world.disabled - people.keys()}
    organisation = world.organisation.value
    return Facts(
        people=people | gone,
        teams={name: frozenset((*item.value.members, *item.value.leads)) for name, item in world.teams.items()},
        ladders=tuple(each for item in world.escalation_policies.values() for each in ladders_of_schedules(item.value)),
        leave=world.leave,
        limits=organisation.oncall_limits,
        night=organisation.on_call.night,
    )


def _place(finding: Finding, items: Mapping[str, Item[Any]], document: Document) -> tuple[str, int, str]:
    """Where the document says it: the override, else the schedule; nothing where the document does not say it."""
    item = items.get(finding.schedule) or items.get(finding.beside or "")
    if item is None:
        return "", 0, ""
    notice = document.notice(item, _below(finding, item.value), "")
    return notice.file, notice.line, notice.path


def _below(finding: Finding, schedule: Schedule) -> str:
    if finding.rule is Rule.OVERRIDE:
        for number, one in enumerate(schedule.overrides):
            if one.user == finding.people[0] and one.ends_at == finding.ends_at:
                return f".overrides[{number}]"
    return ""
