"""Answers that come as messages of their own: whose number it is, and what was sent to it that can be answered."""

from datetime import datetime
from typing import NamedTuple

from tocsin.delivery import contact_store, store
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
    answerable = [each for each in texts if each.message.can_acknowledge and each.requested_at > since]
    return SentTo(contacts, answerable, list({each.contact_id: each for each in reversed(texts)}.values()))


async def stop(tx: Tx, sent: SentTo, why: str) -> None:
    """Nothing is sent there any more; each owner hears of it by another way."""
    for delivery in sent.last:
        await break_way(tx, delivery, why)
