"""What the known facts say of an incident's level: whether it fits, and which one is proposed when it does not (CLS-3).

Pure. The program proposes; the level changes when a person says so.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tocsin.catalog.assess import Assessment, assess
from tocsin.catalog.facts import read_facts, words_of
from tocsin.catalog.severity import Profile
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref


class Proposal(NamedTuple):
    """`level` None: the level that the incident has fits what is known. `is_raise`: the proposed one is worse."""

    level: str | None
    is_raise: bool
    reason: str


def propose(profile: Profile, severity: str | None, assessment: Assessment) -> Proposal:
    """What the facts assess to is proposed when it is another level; a level of a former profile is another one too."""
    level = assessment.level
    own = find_level(profile, severity)
    if level is None or (own is not None and own.rank == level.rank):
        return Proposal(None, is_raise=False, reason=assessment.reason)
    return Proposal(level.name, is_raise=own is None or level.rank < own.rank, reason=assessment.reason)


def assess_known(profile: Profile, words: Mapping[str, str]) -> Assessment:
    """Of what is known already; an amount in the currency of a former profile counts as unknown in this one."""
    facts = read_facts(words)
    try:
        return assess(profile, facts)
    except Invalid:
        return assess(profile, facts._replace(revenue_per_hour=None))


def in_words(facts: Mapping[str, str]) -> str:
    """ "users affected: 35%; SLA at risk: yes"."""
    return "; ".join(f"{words_of(fact, text)}: {text}" for fact, text in facts.items())


def proposed(incident: Incident, proposal: Proposal) -> str:
    """The sentence that asks a person; empty when the level fits."""
    if proposal.level is None:
        return ""
    ref = incident_ref(incident.number)
    now = f"is a {incident.severity}" if incident.severity else "is not classified"
    deed = "Raise it" if proposal.is_raise else "Lower it"
    return (
        f"What is known assesses to {proposal.reason}, and {ref} {now}. {deed}, or keep the level and say why:"
        f" tocsin severity {ref} {proposal.level} --why TEXT."
    )
