"""At which level an incident is declared: the word of its route or of a person, else what the facts assess to (CLS-2).
Pure.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from tocsin.catalog.assess import Assessment, assess
from tocsin.catalog.facts import read_facts
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents.model import Declaration, Incident
from tocsin.incidents.sentences import full_stop, worse
from tocsin.kernel.errors import Invalid, NotFound


class Classified(NamedTuple):
    """The level's name, None: nobody can tell; the sentence that says why, empty when the route said so; and what the
    facts assess to, None: there are none, or they cannot be read.
    """

    severity: str | None
    why: str
    assessment: Assessment | None = None


def classify(profile: Profile, severity: str | None, facts: Mapping[str, Any]) -> Classified:
    """`severity` is the route's word, None: it said none."""
    if severity is not None:
        level = find_level(profile, severity)
        if level is not None:
            return Classified(level.name, "")
        return Classified(None, f"Its route says {severity}, which {profile.name} does not have.")
    try:
        assessment = assess(profile, read_facts(facts))
    except Invalid as refusal:
        return Classified(None, f"Its impact cannot be assessed: {refusal.message}")
    if assessment.level is None:
        return Classified(None, "", assessment)
    return Classified(assessment.level.name, full_stop(assessment.reason), assessment)


def graded(profile: Profile, declaration: Declaration) -> Declaration:
    """With the level that a person has named, else the one that the known facts assess to, and why.

    Raises NotFound for a level that the profile does not have, Invalid for a fact that cannot be read.
    """
    known = {"users_affected": declaration.users_affected} if declaration.users_affected else {}
    words = merged(known, declaration.facts)
    assessment = assess(profile, read_facts(words))
    declaration = replace(with_assessment(declaration, words, assessment), users_affected=words.get("users_affected"))
    if declaration.severity is not None:
        return replace(declaration, severity=profile.level(declaration.severity).name)
    if assessment.level is None:
        return declaration
    reason = f"{full_stop(declaration.reason)} {full_stop(assessment.reason)}".strip()
    return replace(declaration, severity=assessment.level.name, reason=reason)


def with_assessment(declaration: Declaration, words: Mapping[str, str], found: Assessment) -> Declaration:
    """With what is known and what it assesses to, for the record."""
    return replace(
        declaration,
        facts=words,
        suggested=found.level.name if found.level else None,
        criteria=tuple(criterion.fact for criterion in found.criteria),
    )


def merged(before: Mapping[str, str], learnt: Mapping[str, Any]) -> dict[str, str]:
    """The words of what is known after something was learnt; what is said to be unknown is known no more."""
    words = {name.replace("-", "_"): str(value).strip() for name, value in learnt.items() if value is not None}
    known = {**before, **words}
    return {fact: text for fact, text in known.items() if text and text.casefold() != "unknown"}


def classify_worse(
    profile: Profile, incident: Incident, severity: str | None, facts: Mapping[str, Any]
) -> tuple[str | None, str]:
    """The level of what joins an incident when it is worse than the incident's own, else none; a level of a profile
    that is no longer the active one cannot be compared.
    """
    found, why, _ = classify(profile, severity, facts)
    level, own = find_level(profile, found), find_level(profile, incident.severity)
    if level is None or (own is None and incident.severity is not None) or (own is not None and own.rank <= level.rank):
        return None, ""
    return level.name, worse(level.name, why, incident)


def find_level(profile: Profile, name: str | None) -> Level | None:
    """None also for a level of a profile that is no longer the active one."""
    try:
        return profile.level(name) if name is not None else None
    except NotFound:
        return None
