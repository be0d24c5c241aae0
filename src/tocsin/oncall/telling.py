"""Word to people about their shifts, by whatever way they are told; never to whoever did it themselves."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from tocsin.accounts import service as accounts
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.kernel.tx import Tx
from tocsin.oncall import messages
from tocsin.oncall.model import Schedule
from tocsin.oncall.moving import Move

SOON = timedelta(hours=12)


def urgency_of(starts_at: datetime, now: datetime) -> Urgency:
    """What begins within half a day may not wait for somebody to read their mail."""
    return Urgency.HIGH if starts_at - now <= SOON else Urgency.LOW


async def tell(
    tx: Tx,
    names: Collection[str],
    message_for: Callable[[str], MessageView],
    *,
    topic: str,
    by: str,
    urgency: Urgency,
    fallback_zone: str,
) -> tuple[str, ...]:
    """One message a person, made for the zone of their clock; gives the names of those who are told."""
    users = await accounts.list_users_by_name(tx.conn, sorted(names))
    told = [user for user in users if not user.is_disabled and f"@{user.name}" != by]
    for user in told:
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=topic,
                purpose=Purpose.NOTICE,
                message=message_for(user.time_zone or fallback_zone),
                urgency=urgency,
                prio=BULK,
            ),
        )
    return tuple(user.name for user in told)


async def tell_moves(
    tx: Tx,
    schedule: Schedule,
    moves: Mapping[str, Move],
    sentence: str,
    *,
    topic: str,
    by: str,
    title: str | None = None,
) -> tuple[str, ...]:
    """Everybody whose shifts move is told which; gives their names. `title` is as in `messages.moved`."""
    told: list[str] = []
    for name, move in moves.items():

        def message(zone: str, move: Move = move) -> MessageView:
            return messages.moved(schedule.name, schedule.time_zone, zone, move, sentence, title)

        first = min(time.starts_at for time in (*move.gains, *move.loses))
        told += await tell(
            tx,
            [name],
            message,
            topic=topic,
            by=by,
            urgency=urgency_of(first, tx.now),
            fallback_zone=schedule.time_zone,
        )
    return tuple(told)
