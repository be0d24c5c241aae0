"""Answers that come as messages of their own: whose number it is, and what was sent to it that can be answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.delivery import contact_store, pace_store, store
from tocsin.delivery.breaking import break_way
from tocsin.delivery.model import Delivery
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx

KIND = "sms"


class SentTo(NamedTuple):
    """What a number got, which is the contact of one or more people: what can be answered still, the newest first, and
    the last message of each contact."""

    contacts: list[int]
    answerable: list[Delivery]
    last: list[Delivery]


async def find_sent_to(conn: Conn, number: str, since: datetime) -> SentTo | None:
    """None for a number that is nobody's contact. Each is sealed for its owner: all are opened to find it,
    a few hundred, and only when somebody answers."""
    known = await contact_store.list_all_contacts(conn)
    contacts = [each.id for each in known if each.kind == KIND and each.address == number and each.id is not None]
    if not contacts:
        return None
    texts = await store.list_texts_to(conn, contacts)
    live = [each for each in texts if each.requested_at > since]
    return SentTo(contacts, _with_a_code(live), list({each.contact_id: each for each in reversed(texts)}.values()))


def _with_a_code(texts: Sequence[Delivery]) -> list[Delivery]:
    """What travelled with another is answered by the code of that one."""
    meant = {each.carried_by or each.id for each in texts if each.message.can_acknowledge}
    return [each for each in texts if each.id in meant]


async def list_together(conn: Conn, sent: Delivery) -> list[Delivery]:
    """A delivery and all that has travelled in its message (PAG-9), oldest first after it."""
    return [sent, *await pace_store.list_travelled(conn, sent.id)]


def answerable(together: Sequence[Delivery]) -> list[Delivery]:
    """Of one message what an answer to it answers: each thing that it asked to take, once."""
    asking = [each for each in together if each.message.can_acknowledge]
    return list({each.topic: each for each in asking}.values())


async def stop(tx: Tx, sent: SentTo, why: str) -> None:
    """Nothing is sent there any more; each owner hears of it by another way."""
    for delivery in sent.last:
        await break_way(tx, delivery, why)
