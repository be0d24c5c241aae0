"""Guard rails about who commands: somebody does, and does nothing else while there is a team to do it."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.catalog.severity import Level
from tocsin.incidents.roles import RoleName
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.room.model import RoomFacts, Rule, Spell

FEW_UPDATES = 3
"""Of fewer updates nobody writes "most"."""


def nobody_commands(facts: RoomFacts) -> Iterable[Spell]:
    """A top level, a team, and nobody who decides after the level's response time and its first phase."""
    if facts.level is None or not facts.is_top or not facts.has_team or not facts.is_worked_on:
        return
    if facts.commander is not None:
        return
    began = max(at for at in (facts.counted_from, facts.graded_at, facts.commander_left_at) if at is not None)
    grace = grace_of(facts.level)
    yield Spell(
        rule=Rule.NOBODY_COMMANDS,
        occurrence=began.isoformat(),
        since=began + grace,
        text=f"Nobody has commanded this {facts.level.name} for {in_words(grace)}.",
        remedy=f"Take it, or name somebody: tocsin role {incident_ref(facts.incident.number)} commander @NAME.",
    )


def grace_of(level: Level) -> timedelta:
    """How long a level may be without a commander: the promise to begin work, and the first time box."""
    return max(level.response_time, level.phases[0].ends)


def commander_mitigates(facts: RoomFacts) -> Iterable[Spell]:
    """Whoever commands keeps the hands free: each mitigation that they run themselves, while it runs."""
    if not facts.has_team or not facts.is_worked_on:
        return
    for mitigation in facts.mitigations:
        if mitigation.by.removeprefix("@") == facts.commander and mitigation.started_at >= facts.commander_since:
            yield Spell(
                rule=Rule.COMMANDER_MITIGATES,
                occurrence=f"mitigation {mitigation.id}",
                since=mitigation.started_at,
                until=mitigation.ended_at,
                text=f"{facts.commander} commands and runs a mitigation too: “{mitigation.what}”.",
                remedy=_give_away(facts, RoleName.TECH_LEAD),
            )


def commander_writes_most_updates(facts: RoomFacts) -> Iterable[Spell]:
    """More than half of the updates are the commander's own."""
    if not facts.has_team or not facts.is_worked_on or len(facts.updates) < FEW_UPDATES:
        return
    own = [update for update in facts.updates if update.by.removeprefix("@") == facts.commander]
    if 2 * len(own) > len(facts.updates):
        yield Spell(
            rule=Rule.COMMANDER_WRITES,
            occurrence=f"by {facts.commander}",
            since=own[-1].at,
            text=f"{facts.commander} commands and has written {len(own)} of {len(facts.updates)} updates.",
            remedy=_give_away(facts, RoleName.COMMUNICATIONS_LEAD),
        )


def commander_holds_second_role(facts: RoomFacts) -> Iterable[Spell]:
    """One person, two roles, in a team of two or more."""
    if not facts.has_team or not facts.is_worked_on or facts.commander is None:
        return
    for holding in facts.holdings:
        if holding.holds and holding.user == facts.commander and holding.role is not RoleName.COMMANDER:
            yield Spell(
                rule=Rule.SECOND_ROLE,
                occurrence=f"{holding.user} {holding.role} {holding.since.isoformat()}",
                since=max(holding.since, facts.commander_since),
                text=f"{holding.user} commands and is {holding.role.words} too.",
                remedy=_give_away(facts, holding.role),
            )


def _give_away(facts: RoomFacts, role: RoleName) -> str:
    ref = incident_ref(facts.incident.number)
    return f"Give that to somebody else: tocsin role {ref} {role} @NAME."


RULES = (nobody_commands, commander_mitigates, commander_writes_most_updates, commander_holds_second_role)
