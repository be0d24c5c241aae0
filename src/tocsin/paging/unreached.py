"""What follows when a person cannot be reached, or declines: the next rung at once, or the administrators (PAG-7)."""

from datetime import datetime

from tocsin.delivery.model import URGENT
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, escalation, sentences, store
from tocsin.paging.events import PageUnreached
from tocsin.paging.model import CALLABLE, Page, PageState, Run, RunState

UNREACHED = "paging.unreached"


async def mark_unreached(tx: Tx, page_id: int, reason: str) -> None:
    """Every way to reach one person has failed; when nobody of the rung was reached, the next one goes (PAG-7)."""
    page = await store.find_page(tx.conn, page_id)
    if page is None:
        return
    incident = await incidents.lock(tx, page.incident_id)
    if not await store.end_page(tx.conn, page_id, PageState.UNREACHED, tx.now):
        return
    await tx.emit(
        PageUnreached(
            **incidents.about(incident),
            sentence=sentences.unreached(page.user_name, reason),
            run_id=page.run_id,
            page_id=page.id,
            user_id=page.user_id,
            user=page.user_name,
            reason=reason,
        )
    )
    await go_on_unless_somebody_may_answer(tx, incident, page)


async def go_on_unless_somebody_may_answer(tx: Tx, incident: Incident, page: Page) -> None:
    """After a page of the present rung has come to nothing: the next rung, unless another of this one is still open."""
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is None or not is_same_rung(page, run) or run.state not in CALLABLE or not incident.is_open:
        return
    rung = [other for other in await store.list_pages(tx.conn, incident.id) if is_same_rung(other, run)]
    if not any(other.state is PageState.OPEN for other in rung):
        await _go_past(tx, incident, run, rung)


def is_same_rung(page: Page, run: Run) -> bool:
    """Whether a page is of the rung on which its run stands."""
    return (page.run_id, page.round, page.step) == (run.id, run.round, run.step)


async def _go_past(tx: Tx, incident: Incident, run: Run, rung: list[Page]) -> None:
    """From a rung that reached nobody after all: to the next, or from the last one to the administrators."""
    because = sentences.nobody_of_rung(rung)
    if run.state is not RunState.EXHAUSTED:
        await climbing.climb_at_once(tx, incident, run, because)
    elif rung[0].target != escalation.ADMINISTRATORS:
        end = escalation.at_the_end(await climbing.find_policy_of(tx, run), because)
        await climbing.carry_out(tx, incident, run, end, "")


def unreached_job(page_id: int, reason: str, now: datetime) -> jobs.NewJob:
    """The work of `mark_unreached`, due now."""
    return jobs.NewJob(
        kind=UNREACHED,
        payload={"page_id": page_id, "reason": reason},
        lane=climbing.TIMERS,
        run_at=now,
        prio=URGENT,
        key=f"unreached:{page_id}",
    )
