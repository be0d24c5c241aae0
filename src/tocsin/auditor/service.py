"""The use cases of the auditor: look, record what is wrong, tell the administrators; tell of a job that is parked."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.auditor import messages, rules, store
from tocsin.auditor.events import AdministratorsWarned, FindingsMended
from tocsin.auditor.model import Facts, Finding, LedgerMonths, Overdue
from tocsin.catalog.notifying import notify
from tocsin.delivery.events import ContactBroken
from tocsin.delivery.model import BULK, URGENT, MessageView, Notification, Purpose, Urgency
from tocsin.delivery.service import delivery_of_key
from tocsin.kernel import job_store, ledger_months, worker_store
from tocsin.kernel.db import Conn
from tocsin.kernel.running import JobParked
from tocsin.kernel.tx import Tx
from tocsin.paging.answers import list_administrators

TOPIC = "auditor"
_log = logging.getLogger(__name__)


async def look(conn: Conn, known: Collection[str], now: datetime) -> list[Finding]:
    """Everything that is wrong at this moment. `known` are the kinds of jobs that this program can run."""
    return rules.find_all(await _load_facts(conn, known, now), now)


async def _load_facts(conn: Conn, known: Collection[str], now: datetime) -> Facts:
    incidents = await store.list_open_incidents(conn)
    suspects = [each.id for each in incidents if not rules.is_attended(each)]
    waited_for = await store.list_incidents_with_timer(conn, suspects) if suspects else frozenset[int]()
    overdue = await job_store.list_overdue(conn, now)
    return Facts(
        incidents=tuple(
            msgspec.structs.replace(each, is_waited_for=True)
            if each.id in waited_for and each.run_state != "running"
            else each
            for each in incidents
        ),
        overdue=tuple(Overdue(kind=kind, count=count, since=since) for kind, count, since in overdue),
        orphaned=await worker_store.count_orphaned(conn),
        known=frozenset(known),
        unsent=await store.count_unsent(conn),
        months=LedgerMonths(
            made=frozenset(await ledger_months.list_months(conn)),
            strays=frozenset(await ledger_months.count_strays(conn)),
        ),
    )


async def record(tx: Tx, found: Sequence[Finding]) -> None:
    """Keep what a look has found, and tell the administrators what is new, persists for an hour, or is mended."""
    verdict = rules.decide_verdict(found, await store.list_findings(tx.conn), tx.now)
    await store.update_look(tx.conn, tx.now)
    if verdict.mended:
        await store.delete_findings(tx.conn, [each.key for each in verdict.mended])
        sentences = tuple(each.sentence for each in verdict.mended)
        said = f"Mended: {'; '.join(sentences)}"
        await tx.emit(FindingsMended(topic=TOPIC, sentence=said, findings=sentences))
        await _tell(tx, Purpose.RESOLVED, messages.mended(verdict.mended, len(found)))
    if verdict.tell:
        await store.upsert_findings(tx.conn, verdict.tell, tx.now)
        await _warn(tx, verdict.tell)


async def tell_parked(tx: Tx, event: JobParked) -> None:
    """A job that nobody tries again: the administrators hear of it, once an hour for each kind. A delivery is not
    among them; it counts as a failed way, and the ladder goes on."""
    if delivery_of_key(event.key) is not None:
        return
    finding = rules.parked(event.kind, event.trouble)
    if await store.may_tell(tx.conn, finding.key, tx.now, tx.now - rules.TELL_AGAIN_AFTER):
        await _warn(tx, (finding,))


async def tell_broken(tx: Tx, event: ContactBroken) -> None:
    """Somebody cannot be told by any way that the last one of theirs is dead: the administrators are."""
    if not event.is_told:
        await _tell(tx, Purpose.NOTICE, messages.unreachable(event), Urgency.LOW)


async def _warn(tx: Tx, findings: Sequence[Finding]) -> None:
    told = await _tell(tx, Purpose.PAGE, messages.wrong(findings))
    sentences = tuple(each.sentence for each in findings)
    whom = f"{', '.join(told)} told" if told else "no administrator can be reached"
    said = f"Something is wrong with Tocsin itself ({whom}): {'; '.join(sentences)}"
    _log.error("%s", said)
    await tx.emit(AdministratorsWarned(topic=TOPIC, sentence=said, findings=sentences, users=told))


async def _tell(tx: Tx, purpose: Purpose, message: MessageView, urgency: Urgency = Urgency.HIGH) -> tuple[str, ...]:
    administrators = await list_administrators(tx.conn)
    for person in administrators:
        await notify(
            tx,
            Notification(
                user_id=person.user_id,
                topic=TOPIC,
                purpose=purpose,
                message=message,
                urgency=urgency,
                prio=URGENT if urgency is Urgency.HIGH else BULK,
                is_top_level=urgency is Urgency.HIGH,
            ),
        )
    return tuple(person.name for person in administrators)


async def is_well(conn: Conn, now: datetime) -> bool:
    """Whether the outgoing ping may be sent."""
    return rules.may_ping(await store.list_findings(conn), await store.find_look(conn), now)
