"""The use cases of paging: begin a climb, go on, stop, tell those who were called. Decisions are `escalation`'s.

Every function runs under the incident's lock (incident → page → job), which whoever emitted the event has taken, or
`incidents.lock` takes. What has been decided is a ledger entry with its sentence in the same transaction.
"""

from datetime import datetime
from typing import Any

from tocsin.accounts.model import Viewer
from tocsin.delivery import service as delivery
from tocsin.delivery.model import NORMAL, URGENT, Notification, Purpose, Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import joined
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import list_entries
from tocsin.kernel.tx import Tx
from tocsin.paging import escalation, messages, sentences, store, telling
from tocsin.paging.answers import list_administrators, load_answers_from
from tocsin.paging.events import (
    AdministratorsTold,
    EscalationExhausted,
    EscalationGoesOn,
    EscalationStarted,
    EscalationStopped,
    PageAcknowledged,
    PageUnreached,
    PersonNotPaged,
    PersonPaged,
    StepReachedNobody,
)
from tocsin.paging.explain import tell_story
from tocsin.paging.model import Decision, Page, PageState, Policy, PolicyVersion, Position, Run, RunState, Story

ADVANCE = "paging.advance"
UNREACHED = "paging.unreached"
TIMERS = "timers"
CALLABLE = frozenset({RunState.RUNNING, RunState.TOLD, RunState.EXHAUSTED})


async def begin(tx: Tx, incident: Incident, because: str, again: str = "") -> None:
    """A new run on the policy as it is now; one that still climbs ends. `again` opens the message of a relapse."""
    before = await store.find_latest_run(tx.conn, incident.id)
    if before is not None:
        if before.state is RunState.RUNNING:
            await _end(tx, incident, before, RunState.STOPPED)
        await store.end_pages(tx.conn, incident.id, PageState.ENDED, tx.now)
    version = await _policy_for(tx, incident)
    run = await store.insert_run(
        tx.conn, incident.id, version.id if version else None, incident.urgency, because, tx.now
    )
    if version is None:
        decision = escalation.at_the_end(None, because)
    else:
        answers = await load_answers_from(tx.conn, version.policy, escalation.START, tx.now)
        decision = escalation.first_step(version.policy, run.urgency, answers, tx.now, because)
    await tx.emit(
        EscalationStarted(
            **incidents.about(incident),
            sentence=sentences.started(version.policy.name if version else None, decision),
            run_id=run.id,
            policy=version.policy.name if version else None,
            urgency=run.urgency,
            reason=because,
        )
    )
    await _carry_out(tx, incident, run, decision, again)


async def _policy_for(tx: Tx, incident: Incident) -> PolicyVersion | None:
    """The incident's own policy; where nothing names one, the only one there is."""
    if incident.policy is None:
        return await store.find_only_policy(tx.conn)
    return await store.find_current_policy(tx.conn, incident.policy)


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
        await _arm(tx, run)
        return
    policy = await _policy_of(tx, run)
    await _climb(tx, incident, run, policy, escalation.nobody_answered(policy, Position(run.round, run.step)))


async def escalate_now(tx: Tx, incident_id: int, by: str) -> None:
    """A person does not wait: the next rung is called at once. Raises Refused when there is none."""
    incident = await incidents.lock(tx, incident_id)
    run = await store.find_latest_run(tx.conn, incident_id)
    if run is None or run.state is not RunState.RUNNING:
        raise Refused(
            f"No escalation of {incident_ref(incident.number)} is running.",
            f"tocsin explain {incident_ref(incident.number)} shows who was called.",
        )
    await climb_at_once(tx, incident, run, f"{by} asked for it")


async def climb_at_once(tx: Tx, incident: Incident, run: Run, because: str) -> None:
    """The next rung without waiting for its timer."""
    await jobs.cancel(tx, key=_timer_key(run))
    await _climb(tx, incident, run, await _policy_of(tx, run), because)


async def _climb(tx: Tx, incident: Incident, run: Run, policy: Policy, because: str) -> None:
    at = Position(run.round, run.step)
    answers = await load_answers_from(tx.conn, policy, escalation.following(policy, at), tx.now)
    decision = escalation.next_step(policy, at, run.urgency, answers, tx.now, because)
    due = run.next_at or tx.now
    await tx.emit(
        EscalationGoesOn(
            **incidents.about(incident),
            sentence=sentences.climbs(decision, escalation.lateness(due, tx.now), due),
            run_id=run.id,
            round=decision.position.round,
            step=decision.position.step,
            reason=because,
        )
    )
    await _carry_out(tx, incident, run, decision, "")


async def _policy_of(tx: Tx, run: Run) -> Policy:
    """The immutable version that the run began with."""
    version = await store.find_policy_version(tx.conn, run.policy_version_id or 0)
    assert version is not None, f"run {run.id} climbs without a policy"
    return version.policy


async def _carry_out(tx: Tx, incident: Incident, run: Run, decision: Decision, again: str) -> None:
    """Pages, deliveries, ledger entries and the next timer of one decision."""
    await _say_who_is_not_called(tx, incident, run, decision)
    about: dict[str, Any] = incidents.about(incident)
    exhausted = EscalationExhausted(
        **about, sentence=sentences.exhausted(decision), run_id=run.id, reason=decision.reason
    )
    if not decision.calls:
        decision = escalation.instead(decision, await list_administrators(tx.conn))
        names = tuple(call.person.name for call in decision.calls)
        told = sentences.administrators_told(names)
        await tx.emit(exhausted)
        await tx.emit(AdministratorsTold(**about, sentence=told, users=names, reason=decision.reason))
        await _page(tx, incident, run, decision, again)
    else:
        await _page(tx, incident, run, decision, again)
        if decision.state is RunState.EXHAUSTED:
            await tx.emit(exhausted)
    run = await store.update_run(tx.conn, run.id, decision, tx.now)
    if run.next_at is not None:
        await _arm(tx, run)


async def _say_who_is_not_called(tx: Tx, incident: Incident, run: Run, decision: Decision) -> None:
    about: dict[str, Any] = {**incidents.about(incident), "run_id": run.id}
    for skipped in decision.skipped:
        await tx.emit(
            StepReachedNobody(
                **about,
                sentence=sentences.reached_nobody(skipped),
                round=skipped.position.round,
                step=skipped.position.step,
                reason=skipped.why,
            )
        )
    for out in decision.left_out:
        await tx.emit(PersonNotPaged(**about, sentence=sentences.not_paged(out), user=out.name, why=out.why))


async def _page(tx: Tx, incident: Incident, run: Run, decision: Decision, again: str) -> None:
    pages = await store.insert_pages(tx.conn, run, decision, tx.now)
    for call, page in zip(decision.calls, pages, strict=True):
        await tx.emit(
            PersonPaged(
                **incidents.about(incident),
                sentence=sentences.paged(call, decision),
                run_id=run.id,
                page_id=page.id,
                user_id=page.user_id,
                user=page.user_name,
                round=page.round,
                step=page.step,
                target=page.target,
                reason=page.reason,
                urgency=page.urgency,
            )
        )
        await delivery.notify(
            tx,
            Notification(
                user_id=page.user_id,
                topic=incident.topic,
                purpose=Purpose.PAGE,
                message=messages.page(incident, decision, call, again),
                scope_id=incident.scope_id,
                urgency=run.urgency,
                prio=URGENT if run.urgency is Urgency.HIGH else NORMAL,
                cause=page_cause(page.id),
            ),
        )


async def mark_unreached(tx: Tx, page_id: int, reason: str) -> None:
    """Every way to reach one person has failed; when nobody of the rung was reached, the next one goes (PAG-7)."""
    page = await store.find_page(tx.conn, page_id)
    if page is None:
        return
    incident = await incidents.lock(tx, page.incident_id)
    if not await store.mark_unreached(tx.conn, page_id, tx.now):
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
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is None or run.id != page.run_id or run.state not in CALLABLE or not incident.is_open:
        return
    rung = [other for other in await store.list_pages(tx.conn, incident.id) if is_same_rung(other, run)]
    if rung and all(other.state is PageState.UNREACHED for other in rung):
        await _go_past(tx, incident, run, rung)


def is_same_rung(page: Page, run: Run) -> bool:
    """Whether a page is of the rung on which its run stands."""
    return (page.run_id, page.round, page.step) == (run.id, run.round, run.step)


async def _go_past(tx: Tx, incident: Incident, run: Run, rung: list[Page]) -> None:
    """From a rung that reached nobody after all: to the next, or from the last one to the administrators."""
    because = f"no way to reach {joined([page.user_name for page in rung])} worked"
    if run.state is not RunState.EXHAUSTED:
        await climb_at_once(tx, incident, run, because)
    elif rung[0].target != escalation.ADMINISTRATORS:
        await _carry_out(tx, incident, run, escalation.at_the_end(await _policy_of(tx, run), because), "")


def unreached_job(page_id: int, reason: str, now: datetime) -> jobs.NewJob:
    """The work of `mark_unreached`, due now."""
    return jobs.NewJob(
        kind=UNREACHED,
        payload={"page_id": page_id, "reason": reason},
        lane=TIMERS,
        run_at=now,
        prio=URGENT,
        key=f"unreached:{page_id}",
    )


def page_cause(page_id: int) -> str:
    """What a delivery carries so that its end finds its page."""
    return f"page/{page_id}"


def page_of(cause: str) -> int | None:
    """The page behind a delivery's cause; None: it was for something else."""
    kind, _, page_id = cause.partition("/")
    return int(page_id) if kind == "page" and page_id.isdecimal() else None


def _timer_key(run: Run) -> str:
    return f"escalation:{run.id}:{run.armed}"


async def _arm(tx: Tx, run: Run) -> None:
    assert run.next_at is not None
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=ADVANCE,
            payload={"run_id": run.id, "armed": run.armed},
            lane=TIMERS,
            run_at=run.next_at,
            prio=URGENT,
            key=_timer_key(run),
        ),
    )


async def _end(tx: Tx, incident: Incident, run: Run, state: RunState) -> None:
    """The run climbs no further and its timer is gone."""
    if run.state is RunState.RUNNING:
        await jobs.cancel(tx, key=_timer_key(run))
    await store.end_run(tx.conn, run.id, state, tx.now)


async def stop(tx: Tx, incident: Incident, reason: str) -> None:
    """Quiet or over: no further rung, nothing that is under way is sent."""
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is not None and run.state is RunState.RUNNING:
        await _end(tx, incident, run, RunState.STOPPED)
        await tx.emit(
            EscalationStopped(
                **incidents.about(incident), sentence=sentences.stopped(reason), run_id=run.id, reason=reason
            )
        )
    await store.end_pages(tx.conn, incident.id, PageState.ENDED, tx.now)
    await delivery.supersede(tx, incident.topic, (Purpose.PAGE,), reason)


async def answer(tx: Tx, incident: Incident, by: str, via: str) -> None:
    """Somebody has taken it: the climb stops, what is under way is called off for everyone, the others are told."""
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is None or run.state not in CALLABLE:
        return
    told = await telling.list_reached(tx, incident) - await telling.id_of_actor(tx, by)
    await _end(tx, incident, run, RunState.ACKNOWLEDGED)
    await store.end_pages(tx.conn, incident.id, PageState.ACKNOWLEDGED, tx.now)
    await delivery.supersede(tx, incident.topic, (Purpose.PAGE,), f"{by} has acknowledged")
    pages = [page for page in await store.list_pages(tx.conn, incident.id) if page.run_id == run.id]
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
    await telling.tell(
        tx, incident, told, Purpose.ACKNOWLEDGED, messages.taken(incident, by), f"that {by} has taken it"
    )


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
        version.policy if version else None,
        await store.list_pages(conn, incident.id),
        await delivery.list_deliveries(conn, incident.topic),
        await list_entries(conn, incident.topic),
        now,
    )
