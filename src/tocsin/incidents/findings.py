"""What is wrong with the way an incident is worked on: said once in its room, with the remedy, and taken back when it
is mended (GRD-1). Who looks and decides stands above; here a finding is kept and told.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.incidents import finding_store as store
from tocsin.incidents.events import FindingRaised, FindingSettled
from tocsin.incidents.model import Finding, Incident, Watched
from tocsin.incidents.service import about
from tocsin.kernel.db import Conn
from tocsin.kernel.questions import Question
from tocsin.kernel.tx import Tx


async def raise_finding(tx: Tx, incident: Incident, *, rule: str, occurrence: str, text: str, remedy: str) -> bool:
    """Once for each occurrence of a rule, also after it was settled. False: it was said before.

    `text` and `remedy` are whole sentences: what is wrong, and what mends it.
    """
    if not await store.insert_finding(tx.conn, incident.id, rule, occurrence, text, remedy, tx.now):
        return False
    await tx.emit(FindingRaised(**about(incident), sentence=f"{text} {remedy}", rule=rule, remedy=remedy))
    return True


async def settle_findings(tx: Tx, incident: Incident, findings: Sequence[Finding]) -> None:
    """They hold no more; the timeline says so in one line."""
    if not findings:
        return
    await store.update_settled(tx.conn, [finding.id for finding in findings], tx.now)
    rules = tuple(dict.fromkeys(finding.rule for finding in findings))
    words = ", ".join(rule.replace("-", " ") for rule in rules)
    await tx.emit(FindingSettled(**about(incident), sentence=f"No longer so: {words}.", rules=rules))


async def list_findings(conn: Conn, incident_id: int) -> list[Finding]:
    """Everything that was found about an incident that the caller may see, oldest first."""
    return await store.list_findings(conn, incident_id)


def open_by_rule(incident_id: int, rule: str) -> Question[bool]:
    """Whether anything that this rule found about an incident still holds."""
    return store.open_by_rule(incident_id, rule)


async def list_incidents_with(conn: Conn, rule: str, occurrences: Sequence[str]) -> list[int]:
    """Ids of incidents of which one of these occurrences of a rule still holds, ascending."""
    return await store.list_incidents_with(conn, rule, occurrences)


async def list_open_findings(conn: Conn, incident_ids: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
    """What still holds, by incident, of those that the caller may see; one without is left out."""
    found: dict[int, tuple[Finding, ...]] = {}
    for finding in await store.list_open(conn, incident_ids):
        found[finding.incident_id] = (*found.get(finding.incident_id, ()), finding)
    return found


async def list_watched(conn: Conn, scopes: Sequence[int], since: datetime, until: datetime) -> list[Watched]:
    """Incidents of these scopes and what guard rails found about them within [since, until), by number."""
    return await store.list_watched(conn, scopes, since, until)
