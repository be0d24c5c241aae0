"""Guard rails about changes to production: one at a time, recorded, tried dry, and begun in time."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from tocsin.incidents.model import Status
from tocsin.incidents.sentences import full_stop
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.text import shorten
from tocsin.paging.escalation import in_words
from tocsin.room.lexicon import find_change
from tocsin.room.model import RoomFacts, Rule, Spell
from tocsin.room.rails.work import PATIENCE

RECORDED_WITHIN = timedelta(minutes=10)
"""How far from the entry that speaks of a change its mitigation may begin."""


def two_changes_at_once(facts: RoomFacts) -> Iterable[Spell]:
    """Of two changes that run together nobody can say which one helped."""
    if not facts.incident.is_open:
        return
    running = [mitigation for mitigation in facts.mitigations if mitigation.runs]
    for first, second in pairwise(running):
        yield Spell(
            rule=Rule.TWO_CHANGES,
            occurrence=f"mitigations {first.id} and {second.id}",
            since=second.started_at,
            text=f"Two changes run at once, “{first.what}” and “{second.what}”: nobody will know which one helped.",
            remedy=f"End one and say what it did: tocsin mitigate {incident_ref(facts.incident.number)} shows both.",
        )


def change_without_dry_run(facts: RoomFacts) -> Iterable[Spell]:
    """Somebody says that it was not tried without effect first; said while it runs."""
    if not facts.incident.is_open:
        return
    for mitigation in facts.mitigations:
        if mitigation.dry_run is False:
            yield Spell(
                rule=Rule.NO_DRY_RUN,
                occurrence=f"mitigation {mitigation.id}",
                since=mitigation.started_at,
                until=mitigation.ended_at,
                text=f"“{mitigation.what}” runs without having been tried without effect first.",
                remedy=f"Watch it, and know the way back: {full_stop(mitigation.way_back or 'write it down now')}",
            )


def change_not_recorded(facts: RoomFacts) -> Iterable[Spell]:
    """Somebody wrote of a change, and no mitigation was begun near that time."""
    if not facts.incident.is_open:
        return
    for entry in facts.written:
        if entry.type != "action" or find_change(entry.text) is None:
            continue
        if any(abs(mitigation.started_at - entry.at) <= RECORDED_WITHIN for mitigation in facts.mitigations):
            continue
        ref = incident_ref(facts.incident.number)
        yield Spell(
            rule=Rule.CHANGE_NOT_RECORDED,
            occurrence=f"entry {entry.id}",
            since=entry.at + RECORDED_WITHIN,
            text=f"“{shorten(entry.text, 60)}” sounds like a change, and it is not recorded as a mitigation.",
            remedy=f'Record it, so that its effect is known: tocsin mitigate {ref} "{shorten(entry.text, 60)}".',
        )


def no_mitigation(facts: RoomFacts) -> Iterable[Spell]:
    """15 minutes of investigation at a top level without any mitigation."""
    began = facts.investigating_since
    if began is None or not facts.is_top or not facts.is_worked_on or facts.incident.status is Status.IDENTIFIED:
        return
    if any(mitigation.started_at >= began for mitigation in facts.mitigations):
        return
    ref = incident_ref(facts.incident.number)
    yield Spell(
        rule=Rule.NO_MITIGATION,
        occurrence=began.isoformat(),
        since=began + PATIENCE,
        text=f"{in_words(PATIENCE).capitalize()} of investigation and no mitigation.",
        remedy=f"Restore first, understand later: tocsin mitigate {ref} TEXT; tocsin escalate {ref} calls for help.",
    )


RULES = (two_changes_at_once, change_without_dry_run, change_not_recorded, no_mitigation)
