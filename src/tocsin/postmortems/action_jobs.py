"""What a worker runs for action items: reminders, the look at earlier ones, and the check of one that is to be done."""

from __future__ import annotations

from functools import partial

from tocsin.catalog import service as catalog
from tocsin.incidents import service as incidents
from tocsin.incidents.recalling import RECALL
from tocsin.kernel.held import Held, JobKind
from tocsin.postmortems import action_reminders, action_store, action_words, actions, recurrence
from tocsin.verification.jobs import LONGEST, look_within_time
from tocsin.verification.model import OWN, Occasion, Wanted
from tocsin.verification.ports import Executors
from tocsin.verification.service import LANE as CHECKS


async def remind(held: Held) -> None:
    """An item is nearly due, due, or overdue."""
    async with held.finish() as tx:
        await action_reminders.remind(tx, int(held.payload["incident_id"]), int(held.payload["n"]))


async def recall(held: Held) -> None:
    """An incident was declared, its cause was named, or an item that its room speaks of has changed."""
    incident_id = int(held.payload["incident_id"])
    async with held.db.connection() as conn:
        if not await recurrence.is_there_anything(conn, incident_id):
            return
    async with held.finish() as tx:
        await recurrence.recall(tx, incident_id)


async def reopen(held: Held) -> None:
    """What an item was to prevent has happened again."""
    incident_id, n = int(held.payload["incident_id"]), int(held.payload["n"])
    async with held.finish() as tx:
        incident = await incidents.lock(tx, incident_id)
        because = await incidents.get(tx.conn, int(held.payload["because"]))
        item = await action_store.find_item(tx.conn, incident_id, n)
        if item is not None and recurrence.failed(because, [item]):
            why = action_words.recurred(because.number, because.cause_category or "")
            after = recurrence.reopened(item, because.number, await actions.today_in(tx), tx.now)
            await actions.write(tx, incident, item, after, "tocsin", why)


async def check(held: Held, *, executors: Executors) -> None:
    """Whether an item is done; the network is touched outside any transaction."""
    incident_id, n = int(held.payload["incident_id"]), int(held.payload["n"])
    async with held.db.connection() as conn:
        item = await action_store.find_item(conn, incident_id, n)
        prometheus = (await catalog.organisation(conn)).prometheus
    if item is None or item.check is None or not item.is_checking:
        return
    occasion = Occasion(held.now(), item.added_at, prometheus)
    found = await look_within_time(executors, Wanted(OWN, item.check), occasion)
    async with held.finish() as tx:
        await actions.record_check(tx, incident_id, n, found)


def check_kinds(executors: Executors) -> tuple[JobKind, ...]:
    """Those that ask the world."""
    return (JobKind(actions.CHECK, CHECKS, partial(check, executors=executors), timeout=LONGEST),)


JOBS = (
    JobKind(action_reminders.REMIND, action_reminders.TIMERS, remind),
    JobKind(RECALL, action_reminders.TIMERS, recall),
    JobKind(recurrence.REOPEN, action_reminders.TIMERS, reopen),
)
"""Those that need nothing but the database."""
