"""Telling those who were called, or who hold it, what asks nothing of them any more: taken, quiet again, over."""

from collections.abc import Set

from tocsin.accounts import service as accounts
from tocsin.catalog import directory
from tocsin.catalog.notifying import notify
from tocsin.delivery import service as delivery
from tocsin.delivery.model import BULK, NORMAL, Delivery, MessageView, Notification, Outsider, Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.tx import Tx
from tocsin.paging import sentences
from tocsin.paging.events import PeopleTold
from tocsin.paging.model import TargetKind

BESIDE = "beside/"
"""What the cause of a delivery begins with that a rule of the severity profile asked for."""


async def list_reached(tx: Tx, incident: Incident) -> set[int]:
    """The users whom a page of this incident has reached or may be reaching right now, by id."""
    under_way = await delivery.list_deliveries(tx.conn, incident.topic)
    reached = [each for each in under_way if each.attempts > 0 and (each.purpose is Purpose.PAGE or is_beside(each))]
    return {each.user_id for each in reached if each.user_id is not None}


def is_beside(each: Delivery) -> bool:
    """Whether it was sent because the severity profile says so."""
    return each.cause.startswith(BESIDE)


async def id_of_actor(tx: Tx, actor: str | None) -> set[int]:
    """The id behind "@alice"; empty for a program, or somebody who is gone."""
    if actor is None or not actor.startswith("@"):
        return set()
    return {user.id for user in await accounts.list_users_by_name(tx.conn, [actor[1:]])}


async def list_concerned(tx: Tx, incident: Incident) -> set[int]:
    """Whoever was called, and the person who has taken it."""
    return await list_reached(tx, incident) | await id_of_actor(tx, incident.acknowledged_by)


async def tell(
    tx: Tx, incident: Incident, user_ids: Set[int], purpose: Purpose, message: MessageView, what: str
) -> None:
    """One message a person and one ledger entry that names them: "alice and bob are told `what`"."""
    users = [user for user in await accounts.list_users_by_id(tx.conn, sorted(user_ids)) if not user.is_disabled]
    if not users:
        return
    for user in users:
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=incident.topic,
                purpose=purpose,
                message=message,
                urgency=incident.urgency,
                scope_id=incident.scope_id,
                prio=BULK if purpose is Purpose.INFO else NORMAL,
            ),
        )
    names = tuple(user.name for user in users)
    await tx.emit(
        PeopleTold(**incidents.about(incident), sentence=sentences.told(names, what), purpose=purpose, users=names)
    )


_CHAT = f"{TargetKind.CHAT}:"


async def tell_chats(tx: Tx, incident: Incident, purpose: Purpose, message: MessageView) -> None:
    """Every chat that a page was posted to hears what became of it; nobody outside does of what is private by now."""
    if incident.is_private:
        return
    for chat in await directory.list_chats_by_name(tx.conn, await _list_paged_chats(tx, incident)):
        await notify(
            tx,
            Notification(
                user_id=None,
                outsider=Outsider(f"{_CHAT}{chat.name}", chat.kind, chat.address),
                topic=incident.topic,
                purpose=purpose,
                message=message,
                urgency=incident.urgency,
                scope_id=incident.scope_id,
            ),
        )


async def _list_paged_chats(tx: Tx, incident: Incident) -> list[str]:
    """By name; a page that has not left yet is superseded, and needs no word."""
    sent = await delivery.list_deliveries(tx.conn, incident.topic)
    names = {each.user_name for each in sent if each.purpose is Purpose.PAGE and each.attempts > 0}
    return sorted(name.removeprefix(_CHAT) for name in names if name.startswith(_CHAT))
