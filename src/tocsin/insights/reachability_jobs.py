"""What a worker does to know that people can be reached: every few minutes it asks those whose time has come, reminds
those who have not answered, and tells those who did not."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.delivery import contacts, proofs
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.delivery.proof_rules import answer_within
from tocsin.insights import reachability
from tocsin.insights import reachability_messages as messages
from tocsin.insights.reachability_model import Deed, Step
from tocsin.insights.reachability_rules import decide_steps, desk_of
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.checking import people_in

EVERY = timedelta(minutes=5)


def reachability_kinds(sendable: Collection[str], every: timedelta | None) -> tuple[JobKind, ...]:
    """`sendable` are the kinds of contact that this installation can send by, `every` the pace of the tests; None: no
    test is sent by schedule, those that people send themselves are still followed up."""
    handler = partial(look, sendable=frozenset(sendable if every is not None else ()), every=every or timedelta(days=7))
    return (JobKind("insights.reachability", "insights", handler, timeout=timedelta(minutes=4), every=EVERY),)


async def look(held: Held, *, sendable: frozenset[str], every: timedelta) -> None:
    """Each step in a transaction of its own: what has changed meanwhile is left for the next look."""
    now = held.now()
    async with held.db.connection() as conn:
        organisation = await catalog.organisation(conn)
        responders = await reachability.load_responders(conn, now, now + timedelta(days=1))
    for responder in responders:
        await asyncio.sleep(0)
        for step in decide_steps(responder, desk_of(responder, organisation, every), sendable, now):
            async with held.db.transaction() as tx:
                await do(tx, step, answer_within(desk_of(responder, organisation, every).hours))


async def do(tx: Tx, step: Step, within: timedelta) -> None:
    """Nothing, when the way has been answered by or asked since the step was decided."""
    responder, (contact, record, _) = step.responder, step.way
    user = await accounts.find_user(tx.conn, responder.user_id)
    if user is None or await proofs.lock(tx, contact) != record:
        return
    match step.deed:
        case Deed.BEGIN:
            await proofs.begin(tx, record)
        case Deed.ASK:
            answer_by = tx.now + within
            await contacts.ask(tx, user, contact, messages.question(answer_by, responder.time_zone), answer_by)
        case Deed.REMIND:
            assert record.answer_by is not None  # a question is open
            await proofs.note_reminded(tx, record)
            await _tell(tx, user, messages.reminder(contact.kind, record.answer_by, responder.time_zone))
        case Deed.TELL_MISSED:
            await proofs.note_missed(tx, record)
            schedules = await oncall.list_schedules(tx.conn, tx.now)
            names = tuple(each.name for each in schedules if user.name in people_in(each))
            await _tell(tx, user, messages.missed(contact.kind, names))


async def _tell(tx: Tx, user: User, message: MessageView) -> None:
    await notify(
        tx,
        Notification(
            user_id=user.id,
            topic=f"reachability/{user.id}",
            purpose=Purpose.NOTICE,
            message=message,
            urgency=Urgency.LOW,
            prio=BULK,
        ),
    )
