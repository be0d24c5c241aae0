"""What is known of an incident's impact: given when it is declared, learnt later, each time with the level that it
assesses to (CLS-1, CLS-3). The level itself is a person's to change (`regrading`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.assess import Assessment, assess
from tocsin.catalog.facts import Facts, read_facts
from tocsin.incidents import facts_store, reassessing, service, store
from tocsin.incidents.classifying import merged
from tocsin.incidents.events import FactsLearnt
from tocsin.incidents.facts_store import Assessed
from tocsin.incidents.model import Incident
from tocsin.incidents.proposing import Proposal, assess_known, in_words, propose, proposed
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.tx import Tx


async def get_known_facts(conn: Conn, incident_id: int) -> Facts:
    """What is known now; all unknown where nobody has said anything."""
    return read_facts(await get_known_words(conn, incident_id))


async def get_known_words(conn: Conn, incident_id: int) -> dict[str, str]:
    """The same as it was written, by fact."""
    latest = await facts_store.find_latest_assessed(conn, incident_id)
    return latest.facts if latest is not None else {}


class Judgement(NamedTuple):
    """What is known assessed by the active profile, what that proposes, and what was known when, oldest first."""

    assessment: Assessment
    proposal: Proposal
    history: list[Assessed]


async def judge(conn: Conn, incident: Incident) -> Judgement:
    """Why this severity, for callers that have decided who may see the incident."""
    history = await facts_store.list_assessed(conn, incident.id)
    profile = await catalog.severity_profile(conn)
    assessment = assess_known(profile, history[-1].facts if history else {})
    return Judgement(assessment, propose(profile, incident.severity, assessment), history)


async def find_proposal(conn: Conn, incident_id: int) -> Assessed | None:
    """The suggestion that waits for a person: another level than the incident's. None: nothing is asked."""
    latest = await facts_store.find_latest_assessed(conn, incident_id)
    return latest if latest is not None and latest.suggested is not None and latest.kept is None else None


async def learn_facts(tx: Tx, incident_id: int, values: Mapping[str, Any], by: str) -> Proposal:
    """What has become known, in the words of `catalog.facts`; "unknown" takes a fact back. The level stays as it is.

    Raises Invalid for a fact that cannot be read, for an amount in another currency, and for none at all.
    """
    read_facts(values)
    learnt = merged({}, values)
    if not values or (not learnt and all(value is None for value in values.values())):
        raise Invalid("Nothing has become known.", "Name at least one fact, such as users_affected.", field="facts")
    profile = await catalog.severity_profile_in(tx)
    incident = await service.lock(tx, incident_id)
    known = merged(await get_known_words(tx.conn, incident_id), values)
    assessment = assess(profile, read_facts(known))
    proposal = propose(profile, incident.severity, assessment)
    fits = assessment.level is not None and proposal.level is None
    await facts_store.insert_assessed(
        tx.conn,
        incident_id,
        Assessed(
            at=tx.now,
            by=by,
            facts=known,
            suggested=assessment.level.name if assessment.level else None,
            criteria=tuple(criterion.fact for criterion in assessment.criteria),
            kept=incident.severity if fits else None,
            kept_at=tx.now if fits else None,
            kept_by="tocsin" if fits else None,
            reason=None,
        ),
    )
    if known.get("users_affected") != incident.users_affected:
        await store.update_incident(tx.conn, replace(incident, users_affected=known.get("users_affected")))
    await reassessing.arm(tx, incident)
    said = in_words(learnt) or "what was known is not sure any more"
    await tx.emit(
        FactsLearnt(
            **service.about(incident, by),
            sentence=f"Known now, by {by}: {said}. {proposed(incident, proposal)}".rstrip(),
            facts=learnt,
            suggested=assessment.level.name if assessment.level else None,
            proposed=proposal.level,
            reason=assessment.reason,
        )
    )
    return proposal
