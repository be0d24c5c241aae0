"""Carry out what the rules have decided about a run: pages, deliveries, ledger entries, the next timer.

Runs under the incident's lock (incident → page → job). When a climb begins or ends is `service`'s.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import NORMAL, URGENT, Notification, Purpose, Urgency
from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.incidents.conference import conference_url
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging import escalation, messages, sentences, store
from tocsin.paging.answers import list_administrators, load_answers, load_answers_from
from tocsin.paging.events import (
    AdministratorsTold,
    EscalationExhausted,
    EscalationGoesOn,
    PersonNotPaged,
    PersonPaged,
    StepReachedNobody,
)
from tocsin.paging.model import Answer, Decision, Outside, Page, Policy, Position, Run, RunState, Target, TargetKind
from tocsin.paging.variants import ladder

ADVANCE = "paging.advance"
TIMERS = "timers"
_CAUSE = "page/"


async def climb_at_once(tx: Tx, incident: Incident, run: Run, because: str) -> None:
    """The next rung without waiting for its timer; where there is no ladder, the administrators."""
    await jobs.cancel(tx, key=timer_key(run))
    policy = await find_policy_of(tx, run)
    if policy is None:
        await carry_out(tx, incident, run, escalation.at_the_end(None, because), "")
    else:
        await climb(tx, incident, run, policy, because)


async def climb(tx: Tx, incident: Incident, run: Run, policy: Policy, because: str) -> None:
    at = Position(run.round, run.step)
    declined = await store.list_declined(tx.conn, run.id)
    answers = await load_answers_from(
        tx.conn, policy, escalation.following(policy, at), tx.now, declined, is_private=incident.is_private
    )
    decision = escalation.next_step(policy, at, run.urgency, answers, tx.now, because)
    due = run.next_at or tx.now
    await tx.tell(
        EscalationGoesOn(
            **incidents.about(incident),
            sentence=sentences.climbs(decision, escalation.lateness(due, tx.now), due),
            run_id=run.id,
            round=decision.position.round,
            step=decision.position.step,
            reason=because,
        )
    )
    await carry_out(tx, incident, run, decision, "")


async def call_by_name(
    tx: Tx, incident: Incident, run: Run, targets: tuple[Target, ...], because: str, again: str = ""
) -> bool:
    """These are called now, the first step follows when they do not answer. False: none of them can be called, and
    nothing was done.
    """
    found = await load_answers(tx.conn, targets, tx.now)
    answers = {target: for_a_reason(answer, because) for target, answer in found.items()}
    decision = escalation.by_name(await find_policy_of(tx, run), targets, run.urgency, answers, tx.now, because)
    if not decision.calls:
        return False
    await jobs.cancel(tx, key=timer_key(run))
    await carry_out(tx, incident, run, decision, again)
    return True


def for_a_reason(answer: Answer, because: str) -> Answer:
    """The answer with the reason of whoever named it: a person is called for that alone."""
    why = because if answer.target.kind is TargetKind.USER else f"{answer.why}; {because}"
    return replace(answer, why=why)


async def policy_of(tx: Tx, run: Run) -> Policy:
    """The ladder of the immutable version and variant that the run began with."""
    policy = await find_policy_of(tx, run)
    assert policy is not None, f"run {run.id} climbs without a policy"
    return policy


async def find_policy_of(tx: Tx, run: Run) -> Policy | None:
    """None: no policy was known when the run began, and the administrators were told."""
    if run.policy_version_id is None:
        return None
    version = await store.find_policy_version(tx.conn, run.policy_version_id)
    return ladder(version.policy, run.variant) if version else None


async def carry_out(tx: Tx, incident: Incident, run: Run, decision: Decision, again: str) -> None:
    """The run stands where the decision puts it, and what follows from that is done."""
    await act_on(tx, incident, await store.update_run(tx.conn, run.id, decision, tx.now), decision, again)


async def act_on(
    tx: Tx, incident: Incident, run: Run, decision: Decision, again: str, pages: Sequence[Page] = ()
) -> None:
    """Pages, deliveries, ledger entries and the next timer of one decision, for a run that stands by it already;
    `pages` where those of its calls do, too."""
    await say_who_is_not_called(tx, incident, run, decision)
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
        await page(tx, incident, run, decision, again)
    else:
        await page(tx, incident, run, decision, again, pages)
        if decision.state is RunState.EXHAUSTED:
            await tx.emit(exhausted)
    if run.next_at is not None:
        arm(tx, run)


async def say_who_is_not_called(tx: Tx, incident: Incident, run: Run, decision: Decision) -> None:
    """A ledger entry for each rung that reached nobody, and for each person who was left out."""
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


async def page(
    tx: Tx, incident: Incident, run: Run, decision: Decision, again: str, pages: Sequence[Page] = ()
) -> None:
    """One page, ledger entry and notification for each call of the decision; `pages` that are written already."""
    pages = pages or await store.insert_pages(tx.conn, run, decision, tx.now)
    is_top_level = await catalog.is_worst_level(tx, incident.severity)
    called_by_id = [each.user_id for each in pages if each.user_id is not None]
    await privacy.admit(tx, incident, called_by_id, "they are called")
    joins_at = conference_url(incident, (await catalog.organisation_in(tx)).war_room)
    for call, called in zip(decision.calls, pages, strict=True):
        await tx.tell(
            PersonPaged(
                **incidents.about(incident),
                sentence=sentences.paged(call, decision),
                run_id=run.id,
                page_id=called.id,
                user_id=called.user_id,
                user=called.user_name,
                round=called.round,
                step=called.step,
                target=called.target,
                reason=called.reason,
                urgency=called.urgency,
            )
        )
        await notify(
            tx,
            Notification(
                user_id=called.user_id,
                outsider=call.person.receiver if isinstance(call.person, Outside) else None,
                topic=incident.topic,
                purpose=Purpose.PAGE,
                message=messages.page(incident, decision, call, again, joins_at=joins_at),
                scope_id=incident.scope_id,
                urgency=run.urgency,
                prio=URGENT if run.urgency is Urgency.HIGH else NORMAL,
                cause=page_cause(called.id),
                is_top_level=is_top_level,
            ),
        )


def page_cause(page_id: int) -> str:
    """What a delivery carries so that its end finds its page."""
    return f"{_CAUSE}{page_id}"


def page_of(cause: str) -> int | None:
    """The page behind a delivery's cause; None: it was for something else."""
    page_id = cause.removeprefix(_CAUSE)
    return int(page_id) if cause.startswith(_CAUSE) and page_id.isdecimal() else None


def timer_key(run: Run) -> str:
    return f"escalation:{run.id}:{run.armed}"


def arm(tx: Tx, run: Run) -> None:
    """The timer of the run's next rung."""
    assert run.next_at is not None
    jobs.enqueue_last(
        tx,
        jobs.NewJob(
            kind=ADVANCE,
            payload={"run_id": run.id, "armed": run.armed},
            lane=TIMERS,
            run_at=run.next_at,
            prio=URGENT,
            key=timer_key(run),
        ),
    )


async def end_run(tx: Tx, run: Run, state: RunState) -> None:
    """The run climbs no further and its timer is gone."""
    if run.state is RunState.RUNNING:
        await jobs.cancel(tx, key=timer_key(run))
    await store.end_run(tx.conn, run.id, state, tx.now)
