"""What has become of the letters that carry a one-time link (`entry`): whether it arrived, and whether it was used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tocsin.accounts import people
from tocsin.accounts.model import OneTimeLink, User
from tocsin.delivery import store
from tocsin.delivery.entry import topic_of_letters
from tocsin.delivery.model import UNFINISHED, Delivery, DeliveryState
from tocsin.kernel.db import Conn


class LetterState(StrEnum):
    WAITING = "waiting"  # to be sent
    SENT = "sent"  # a mail server has it, and nobody has used the link yet
    FAILED = "failed"  # it was not sent, or came back
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the link is, or another has taken its place


class Letter(Struct, frozen=True, kw_only=True):
    """The last letter to a person. `at`: since when it stands so. `answer`: what the mail server said last."""

    state: LetterState
    address: str
    at: datetime
    opens_until: datetime | None
    answer: str


async def list_letters(conn: Conn, users: Sequence[User], now: datetime) -> dict[int, Letter]:
    """By the user's id, of those to whom one was ever written."""
    topics = {topic_of_letters(user.id): user.id for user in users}
    links: Mapping[int, OneTimeLink] = {each.user_id: each for each in await people.list_last_links(conn, users)}
    sent = {topics[each.topic]: each for each in await store.list_latest_of_topics(conn, list(topics))}
    return {user_id: letter(delivery, links.get(user_id), now) for user_id, delivery in sent.items()}


def letter(delivery: Delivery, link: OneTimeLink | None, now: datetime) -> Letter:
    """`link`: the person's last, which is the letter's own when both were made at one instant. Pure."""
    own = link if link is not None and link.created_at == delivery.requested_at else None
    state, at = _standing(delivery, own, now)
    until = own.expires_at if own is not None else None
    return Letter(state=state, address=delivery.address, at=at, opens_until=until, answer=delivery.answer)


def _standing(delivery: Delivery, own: OneTimeLink | None, now: datetime) -> tuple[LetterState, datetime]:
    ended_at = delivery.ended_at or delivery.sent_at or delivery.requested_at
    if own is None:
        return LetterState.WITHDRAWN, ended_at
    if own.used_at is not None:
        return LetterState.USED, own.used_at
    if delivery.state in (DeliveryState.FAILED, DeliveryState.SUPERSEDED):
        return LetterState.FAILED, ended_at
    if own.expires_at <= now:
        return LetterState.EXPIRED, own.expires_at
    if delivery.state in UNFINISHED:
        return LetterState.WAITING, delivery.requested_at
    return LetterState.SENT, delivery.sent_at or delivery.taken_at or ended_at
