"""What a responder says to the pager beside "I have it" (PAG-4): decline, escalate now.

Each runs under the incident's lock (incident → page → job), is refused by `moves` when it makes no sense now, and
leaves its reason on the timeline. `by` is an actor, "@alice".
"""

from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, sentences, store, unreached
from tocsin.paging.events import PageDeclined
from tocsin.paging.model import Page, PageState, Run
from tocsin.paging.moves import Move, Standing, check_move


async def decline(tx: Tx, incident_id: int, by: str, reason: str = "") -> None:
    """ "Page the next": this person is out for this run; unless others of the step are still called, the next one goes.

    Raises Refused for somebody who is not being called.
    """
    incident, run, own = await _check(tx, incident_id, by, Move.DECLINE)
    assert run is not None, "a page belongs to a run"
    for page in own:
        await _decline_page(tx, incident, page, by, reason)
    for page in own:
        await unreached.go_on_unless_somebody_may_answer(tx, incident, page)


async def _decline_page(tx: Tx, incident: Incident, page: Page, by: str, reason: str) -> None:
    await store.end_page(tx.conn, page.id, PageState.DECLINED, tx.now)
    cause = climbing.page_cause(page.id)
    await delivery.supersede_cause(tx, incident.topic, cause, (Purpose.PAGE,), f"{by} has declined")
    await tx.emit(
        PageDeclined(
            **incidents.about(incident, by),
            sentence=sentences.declined(page.user_name, reason),
            run_id=page.run_id,
            page_id=page.id,
            user_id=page.user_id,
            user=page.user_name,
            reason=reason,
        )
    )


async def escalate(tx: Tx, incident_id: int, by: str, reason: str = "") -> None:
    """A person does not wait: the next step is called at once, also for what somebody has taken. Raises Refused."""
    incident, run, _ = await _check(tx, incident_id, by, Move.ESCALATE)
    assert run is not None, "what climbs is a run"
    await climbing.climb_at_once(tx, incident, run, sentences.asked_for_it(by, reason))


async def _check(tx: Tx, incident_id: int, by: str, move: Move) -> tuple[Incident, Run | None, list[Page]]:
    """The incident under its lock, its latest run, and the open pages of this person; raises Refused."""
    incident = await incidents.lock(tx, incident_id)
    run = await store.find_latest_run(tx.conn, incident_id)
    pages = await store.list_pages(tx.conn, incident_id)
    own = [page for page in pages if page.state is PageState.OPEN and f"@{page.user_name}" == by]
    check_move(move, standing_of(incident, run, is_called=bool(own)))
    return incident, run, own


def standing_of(incident: Incident, run: Run | None, *, is_called: bool) -> Standing:
    return Standing(
        ref=incident_ref(incident.number),
        status=incident.status,
        is_open=incident.is_open,
        state=run.state if run else None,
        holder=incident.acknowledged_by,
        is_called=is_called,
    )
