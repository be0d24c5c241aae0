"""The use cases of paging: go on, stop, tell those who were called. Decisions are `escalation`'s.

Every function runs under the incident's lock (incident → page → job), which whoever emitted the event has taken, or
`incidents.lock` takes. What has been decided is a ledger entry with its sentence in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts.model import Viewer
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import count_entries, iterate_entries
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, escalation, hold_store, messages, sentences, store, telling
from tocsin.paging.ack_timeout import find_timeout
from tocsin.paging.cover import find_cover, look_at
from tocsin.paging.events import EscalationStopped, PageAcknowledged
from tocsin.paging.explain import JOINED, NOT_TOLD, tell_story
from tocsin.paging.model import BESIDE, CALLABLE, Page, PageState, PersonsPage, Position, RunState, Story
from tocsin.paging.own_ways import tell_other_ways
from tocsin.paging.variants import ladder


async def advance(tx: Tx, run_id: int, armed: int) -> None:
    """A timer fires: the next rung, in this one transaction, unless somebody has answered or moved it meanwhile.

    Idempotent: a timer that fires twice, or late for a run that has gone on, carries an old count and does nothing.
    """
    known = await store.find_run(tx.conn, run_id)
    if known is None:
        return
    incident = await incidents.lock(tx, known.incident_id)
    run = await store.find_run(tx.conn, run_id)
    if run is None or run.state is not RunState.RUNNING or run.armed != armed or not incident.is_open:
        return
    if not escalation.is_due(run.next_at, tx.now):
        climbing.arm(tx, run)
        return
    cover = await find_cover(tx, incident)
    if cover is not None and escalation.is_held_back(run.state, run.started_at, cover.since):
        await look_at(tx, incident.id, tx.now)
        return
    policy = await climbing.policy_of(tx, run)
    await climbing.climb(tx, incident, run, policy, escalation.nobody_answered(policy, Position(run.round, run.step)))


async def stop(tx: Tx, incident: Incident, reason: str) -> None:
    """Quiet or over: no further rung, nothing that is under way is sent."""
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is not None and run.state is RunState.RUNNING:
        await climbing.end_run(tx, run, RunState.STOPPED)
        await tx.emit(
            EscalationStopped(
                **incidents.about(incident), sentence=sentences.stopped(reason), run_id=run.id, reason=reason
            )
        )
    await store.end_pages(tx.conn, incident.id, PageState.ENDED, tx.now)
    await delivery.supersede(tx, incident.topic, (Purpose.PAGE,), reason)


async def answer(tx: Tx, incident: Incident, by: str, via: str) -> None:
    """Somebody has taken it: the climb stops, what is under way is called off for everyone, the others are told.

    Whoever was asked to help beside it is still asked. Whoever takes what is quiet works on it: it is quiet no more.
    """
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is not None and run.snoozed_until is not None:
        await store.update_run_snoozed(tx.conn, run.id, None)
    if run is not None and run.state is RunState.STOPPED:  # nobody is being called, but now somebody has it
        await climbing.end_run(tx, run, RunState.ACKNOWLEDGED)
    if run is None or run.state not in CALLABLE:
        return
    pages = [page for page in await store.list_pages(tx.conn, incident.id) if page.run_id == run.id]
    helpers = [page for page in pages if page.step == BESIDE and page.state is PageState.OPEN]
    holder = await telling.id_of_actor(tx, by)
    told = await telling.list_reached(tx, incident) - holder
    told -= {page.user_id for page in helpers}
    await climbing.end_run(tx, run, RunState.ACKNOWLEDGED)
    await store.end_ladder_pages(tx.conn, incident.id, PageState.ACKNOWLEDGED, tx.now)
    asked = [climbing.page_cause(page.id) for page in helpers]
    await delivery.supersede(tx, incident.topic, (Purpose.PAGE,), f"{by} has acknowledged", but_causes=asked)
    took = tx.now - pages[0].created_at if pages else None
    await tx.emit(
        PageAcknowledged(
            **incidents.about(incident, by),
            sentence=sentences.acknowledged(by, took, tx.now),
            by=by,
            via=via,
            seconds=None if took is None else int(took.total_seconds()),
        )
    )
    message = messages.taken(incident, by)
    await telling.tell(tx, incident, told, Purpose.ACKNOWLEDGED, message, f"that {by} has taken it")
    await tell_other_ways(tx, incident, holder, messages.taken_by_you(incident))
    await telling.tell_chats(tx, incident, Purpose.ACKNOWLEDGED, message)


async def find_page_of(conn: Conn, cause: str) -> Page | None:
    """The page that a delivery was for, by the delivery's cause; None: it was for something else."""
    page_id = climbing.page_of(cause)
    return await store.find_page(conn, page_id) if page_id is not None else None


async def list_calling(conn: Conn, incidents: Sequence[Incident]) -> frozenset[int]:
    """Which of these incidents call people right now, by id: also those that somebody had taken before."""
    return await store.list_calling(conn, [incident.id for incident in incidents])


async def list_paged(conn: Conn, user_id: int) -> frozenset[int]:
    """The incidents, by id, about which this person is called and has not answered; somebody else may have meanwhile.
    Whom no message has reached is among them: a page that they have open does.
    """
    return await store.list_paged(conn, user_id)


async def list_called(conn: Conn, user_ids: Sequence[int], since: datetime) -> frozenset[int]:
    """Of these people, by id, those who have been paged since then and have not answered."""
    return await store.list_called(conn, user_ids, since)


async def list_pages(conn: Conn, incident_id: int) -> list[Page]:
    """Everybody who was called for an incident that the caller may see, oldest first."""
    return await store.list_pages(conn, incident_id)


async def list_pages_of_people(
    conn: Conn, user_ids: Sequence[int], since: datetime, until: datetime
) -> list[PersonsPage]:
    """Pages of high urgency of these people from [since, until), oldest first; those that no channel took left out."""
    return await store.list_pages_of_people(conn, user_ids, since, until)


async def explain(conn: Conn, viewer: Viewer, ref: str, now: datetime) -> Story:
    """Why each person was called or was not, and what follows (PAG-6). Raises NotFound for what is not visible."""
    incident = await incidents.get_incident(conn, viewer, ref)
    run = await store.find_latest_run(conn, incident.id)
    version = None
    if run is not None and run.policy_version_id is not None:
        version = await store.find_policy_version(conn, run.policy_version_id)
    return tell_story(
        incident,
        run,
        ladder(version.policy, run.variant) if run and version else None,
        await store.list_pages(conn, incident.id),
        await delivery.list_deliveries(conn, incident.topic),
        [entry async for entry in iterate_entries(conn, incident.topic, without=NOT_TOLD)],
        now,
        joinings=await count_entries(conn, incident.topic, JOINED),
        hold=await hold_store.find_hold(conn, incident.id),
        ack_timeout=await find_timeout(conn, incident),
    )
