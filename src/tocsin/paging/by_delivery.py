"""Answering a page from the message itself (PAG-4): by its link, a reply, a key of the phone.

A message answers for the person to whom it went, once, and as long as its link lives.
"""

from collections.abc import Sequence
from enum import StrEnum

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Viewer
from tocsin.delivery import service as delivery
from tocsin.delivery.keys import AckLinks
from tocsin.delivery.model import Delivery, Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden, NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Transactions, Tx
from tocsin.paging import commands
from tocsin.paging.answered import Answered, Did


class Answer(StrEnum):
    TAKE = "take"
    NEXT = "next"


async def incident_of(conn: Conn, sent: Delivery) -> tuple[Incident, Viewer]:
    """The incident of a message and the person it went to. Raises NotFound unless they may see and take it still."""
    kind, _, incident_id = sent.topic.partition("/")
    viewer = await accounts.find_viewer(conn, sent.user_id) if sent.user_id is not None else None
    if kind != "incident" or viewer is None:
        raise no_such_message()
    incident = await incidents.get(conn, int(incident_id))
    if not viewer.may_read(incident.scope_id):
        raise no_such_message()
    viewer.require(Permission.RESPOND, "acknowledge incidents")
    return incident, viewer


def no_such_message() -> NotFound:
    return NotFound(
        "This link does not belong to any message of ours, or its receiver may not see this any more.",
        "Open it straight from the message, or sign in.",
    )


async def answer(tx: Tx, links: AckLinks, sent: Delivery, said: Answer, via: str) -> Answered:
    """Uses the message up and does what was said, both or neither; gives what that has done.

    Providers repeat themselves, and people press twice: whoever has it hears so again. Raises Refused when something
    else was answered before, the message is too old, or the incident is over. `via` is the way: sms, voice.
    """
    if sent.purpose is Purpose.TEST:
        await delivery.use_message(tx, links, sent.id)
        return Answered(Did.PROVEN)
    incident, viewer = await incident_of(tx.conn, sent)
    # Before the delivery's row: whoever escalates takes them so, too.
    incident = await incidents.lock(tx, incident.id)
    ref = incident_ref(incident.number)
    if await _is_answered(tx.conn, sent):
        if said is Answer.TAKE and incident.acknowledged_by == viewer.actor:
            return Answered(Did.TAKEN, ref)
        raise Refused(f"You have answered this page already. Open {ref} in Tocsin to say something else.")
    await delivery.use_message(tx, links, sent.id)
    if said is Answer.NEXT:
        await commands.decline(tx, incident.id, viewer.actor)
        return Answered(Did.DECLINED, ref)
    after = await commands.acknowledge(tx, incident.id, viewer.actor, via)
    if after.acknowledged_by == viewer.actor:
        return Answered(Did.TAKEN, ref)
    return Answered(Did.HELPS, ref, holder=(after.acknowledged_by or "somebody").removeprefix("@"))


async def _is_answered(conn: Conn, sent: Delivery) -> bool:
    """As it stands under the incident's lock."""
    now = await delivery.find(conn, sent.id)
    return now is not None and now.link_used_at is not None


async def answer_all(
    db: Transactions, links: AckLinks, named: Sequence[Delivery], said: Answer, via: str
) -> list[Answered]:
    """The same for everything that one message named, each in a transaction of its own: what is over by now keeps
    nobody from taking the rest."""
    return [await _answer_one(db, links, each, said, via) for each in named]


async def _answer_one(db: Transactions, links: AckLinks, sent: Delivery, said: Answer, via: str) -> Answered:
    try:
        async with db.transaction() as tx:
            return await answer(tx, links, sent, said, via)
    except (Refused, NotFound, Forbidden) as refused:
        return Answered(Did.NOTHING, sent.message.incident_ref, why=refused.message)
