"""The use cases of rest: who was woken last night, and telling them and their leads in the morning."""

from __future__ import annotations

from datetime import timedelta

from tocsin.accounts.model import User
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.insights import rest, rest_store
from tocsin.insights.hours import list_duties
from tocsin.insights.model import Duty, Woken
from tocsin.insights.rest_events import RestAdvised
from tocsin.insights.service import Known, list_woken, load_known
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import Tx

EVERY = timedelta(minutes=5)
AHEAD = timedelta(days=2)


async def advise_rest(tx: Tx) -> None:
    """Tells everybody for whom it is time, each once a night, and the leads of their teams."""
    known = await load_known(tx.conn, tx.now)
    enabled = [name for name, user in known.users.items() if not user.is_disabled]
    for one in await list_woken(tx.conn, known, enabled):
        user = known.users[one.user]
        if tx.now >= one.tell_at and await rest_store.insert_notice(tx.conn, user.id, one.night, tx.now):
            await _tell(tx, known, user, one)


async def _tell(tx: Tx, known: Known, user: User, one: Woken) -> None:
    tonight = _tonight(known, one)
    leads = sorted({lead for team in known.teams if one.user in team.members for lead in team.leads} - {one.user})
    leads = [name for name in leads if not known.users[name].is_disabled]
    await _notify(tx, user, f"user/{user.id}", rest.message_for_person(one, tonight))
    for name in leads:
        await _notify(tx, known.users[name], f"user/{user.id}", rest.message_for_lead(one, tonight))
    await tx.emit(
        RestAdvised(
            topic=f"user/{user.id}",
            sentence=rest.sentence(one, leads),
            user=one.user,
            night=one.night,
            woken_at=one.at,
            pages=one.pages,
            leads=tuple(leads),
        )
    )


def _tonight(known: Known, one: Woken) -> list[Duty]:
    duties = [duty for each in known.schedules for duty in list_duties(each, known.now, known.now + AHEAD)]
    return rest.coming_night(duties, one, known.organisation.on_call)


async def _notify(tx: Tx, user: User, topic: str, message: MessageView) -> None:
    """Quietly: it is morning, and it asks nothing that cannot wait for the mail to be read."""
    told = Notification(
        user_id=user.id, topic=topic, purpose=Purpose.NOTICE, message=message, urgency=Urgency.LOW, prio=BULK
    )
    await notify(tx, told)


async def _look(held: Held) -> None:
    async with held.finish() as tx:
        await advise_rest(tx)


ADVISE_REST = JobKind("insights.advise_rest", "insights", _look, every=EVERY)
