"""The use case *resolve* (RES-1, RES-2, RES-4), the only one that surfaces call, and what goes on afterwards by itself.

Somebody asks. What is known not to be met refuses at once; results that are not fresh are made anew first, by a worker,
which then goes on here. When all is met, the incident is monitored until its level's stability window is over, with
looks in between, and ends only if it stayed healthy.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.incidents import lifecycle
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident, Status
from tocsin.kernel import jobs
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.verification import rules, sentences, store
from tocsin.verification.calling_off import call_off, window_key
from tocsin.verification.events import (
    ResolutionAsked,
    ResolutionAwaited,
    ResolutionOverridden,
    ResolutionRefused,
)
from tocsin.verification.model import Attempt, Resolution, Stage, Standing, State, unmet_of
from tocsin.verification.service import begin_run, stand

WINDOW = "verification.window"
TIMERS = "timers"


async def resolve(tx: Tx, incident_id: int, by: str, wish: Resolution) -> Incident:
    """The incident as it stands then: resolved, or monitored and waiting; `store.find_attempt` says which and why.

    Raises Refused with the list of what is not met and what to do, or for a move that LIF-1 does not allow; Invalid for
    an override without its reason.
    """
    incident = await incidents.lock(tx, incident_id)
    lifecycle.check_move(incident, Status.RESOLVED)
    now = await stand(tx.conn, incident)
    attempt = _attempt_of(incident, by, wish, now.attempt, tx.now)
    if wish.override:
        return await _override(tx, incident, now, attempt)
    missing = [state for state in unmet_of(now.states) if rules.is_certain(state)]
    has_to_run = rules.has_to_run(now, tx.now)
    if missing or not has_to_run:
        missing = unmet_of(now.states)
        if missing:
            raise Refused(sentences.not_resolved(incident, missing), sentences.what_to_do(incident), field="checks")
        return await _settle(tx, incident, now, attempt)
    await begin_run(tx, incident, by)
    # What waits already keeps its window: a check that fails now is a relapse, no mere refusal.
    ends_at = now.attempt.ends_at if now.attempt is not None and now.attempt.is_under_way else None
    asked = replace(attempt, stage=Stage.CHECKING, ends_at=ends_at, detail=sentences.checking(by))
    await store.upsert_attempt(tx.conn, asked)
    await tx.emit(ResolutionAsked(**incidents.about(incident, by), sentence=asked.detail))
    return incident


def _attempt_of(incident: Incident, by: str, wish: Resolution, before: Attempt | None, now: datetime) -> Attempt:
    """What was said with a wish that still waits is kept, unless it is said anew (RES-4)."""
    kept = before if before is not None and before.is_under_way else None
    return Attempt(
        incident_id=incident.id,
        stage=Stage.DONE,
        asked_by=by,
        asked_at=now,
        reason=wish.reason.strip(),
        resolution=wish.resolution or (kept.resolution if kept else None),
        root_cause=wish.root_cause or (kept.root_cause if kept else None),
        ends_at=None,
        detail="",
    )


async def go_on(tx: Tx, incident: Incident, now: Standing) -> None:
    """A run has ended, or the window: what that means for a wish to resolve. The incident is locked."""
    attempt = now.attempt
    if attempt is None or not attempt.is_under_way or not incident.is_open:
        return
    unmet = unmet_of(now.states)
    if not unmet:
        await _settle(tx, incident, now, attempt)
    elif attempt.ends_at is None:
        told = sentences.refused(attempt.asked_by, unmet)
        await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.REFUSED, detail=told))
        labels = tuple(state.label for state in unmet)
        await tx.emit(ResolutionRefused(**incidents.about(incident), sentence=told, unmet=labels))
    elif any(state.state is State.FAILING for state in unmet):
        await incidents.relapse(tx, incident, sentences.relapsed(unmet), sentences.got_bad(unmet))
    elif any(state.state is State.UNKNOWN for state in unmet):
        await begin_run(tx, incident, "tocsin")  # a check that was added while the others ran
    else:
        await call_off(tx, incident.id, sentences.listed(unmet), "tocsin")


async def _settle(tx: Tx, incident: Incident, now: Standing, attempt: Attempt) -> Incident:
    """All is met: over, if it has been so for the window; else it is monitored until then."""
    window = await _window_of(tx, incident)
    ends_at = rules.window_end(incident, window, tx.now)
    if ends_at <= tx.now:
        return await _end(tx, incident, attempt)
    incident = await _watch(tx, incident, attempt)
    await _arm(tx, incident, rules.next_look_at(now.wanted, ends_at, tx.now))
    if attempt.stage is Stage.WAITING and attempt.ends_at == ends_at:
        return incident  # a look inside the window, and nothing new
    told = sentences.awaited(attempt.asked_by, ends_at)
    await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.WAITING, ends_at=ends_at, detail=told))
    await tx.emit(ResolutionAwaited(**incidents.about(incident, attempt.asked_by), sentence=told, ends_at=ends_at))
    return incident


async def _watch(tx: Tx, incident: Incident, attempt: Attempt) -> Incident:
    """Monitored, taken by whoever wants it resolved if by nobody yet, and not by the timer that ends untaken ones."""
    if incident.status is not Status.MONITORING:
        return await incidents.change_status(tx, incident.id, Status.MONITORING, attempt.asked_by, attempt.reason)
    if incident.acknowledged_at is None:
        return await incidents.acknowledge(tx, incident.id, attempt.asked_by, "status")
    return incident


async def _end(tx: Tx, incident: Incident, attempt: Attempt) -> Incident:
    reason = attempt.reason or attempt.resolution or sentences.stayed_healthy(incident.mitigated_at or tx.now)
    await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.DONE, ends_at=None, detail="It is resolved."))
    return await incidents.resolve(
        tx,
        incident.id,
        attempt.asked_by,
        reason,
        resolution=attempt.resolution,
        root_cause=attempt.root_cause,
    )


async def _override(tx: Tx, incident: Incident, now: Standing, attempt: Attempt) -> Incident:
    """Past the checks and the window, and the timeline says so."""
    if not attempt.reason:
        raise Invalid("An override needs a reason.", "Say why it is over in spite of them: --why TEXT.", field="reason")
    unmet = unmet_of(now.states)
    left = rules.window_end(incident, await _window_of(tx, incident), tx.now) - tx.now
    if unmet or left > timedelta(0):
        await tx.emit(
            ResolutionOverridden(
                **incidents.about(incident, attempt.asked_by),
                sentence=sentences.overridden(attempt.asked_by, unmet, left, attempt.reason),
                unmet=tuple(state.label for state in unmet),
                reason=attempt.reason,
            )
        )
    return await _end(tx, incident, attempt)


async def _window_of(tx: Tx, incident: Incident) -> timedelta:
    profile = await catalog.severity_profile_in(tx)
    return rules.window_of(profile, find_level(profile, incident.severity))


async def close(tx: Tx, incident_id: int, by: str, wish: Resolution) -> Incident:
    """Follow-ups are done. What is still open has to be resolved before, by the same conditions: raises Refused when
    they are not met, or when its window is not over yet."""
    incident = await incidents.lock(tx, incident_id)
    lifecycle.check_move(incident, Status.CLOSED)
    if incident.is_open:
        incident = await resolve(tx, incident_id, by, wish)
        if incident.is_open:
            raise Refused(
                f"{sentences.ref_of(incident)} is not resolved yet: it has to be healthy for its stability window.",
                sentences.resolve_first(incident),
                field="status",
            )
    return await incidents.close(tx, incident_id, by, wish.reason, override=wish.override)


async def change_status(
    tx: Tx, incident_id: int, after: Status, by: str, reason: str = "", *, override: bool = False
) -> Incident:
    """A move of LIF-1 by a person; the two that end an incident have their conditions here. `override` closes without
    the postmortem that is required, for the reason given."""
    if after is Status.RESOLVED:
        return await resolve(tx, incident_id, by, Resolution(reason=reason))
    if after is Status.CLOSED:
        return await close(tx, incident_id, by, Resolution(reason=reason, override=override))
    return await incidents.change_status(tx, incident_id, after, by, reason)


async def look_at_window(tx: Tx, incident_id: int) -> None:
    """The timer of a window fires: run the checks, or decide at once when there are none to run."""
    incident = await incidents.lock(tx, incident_id)
    now = await stand(tx.conn, incident)
    if now.attempt is None or now.attempt.stage is not Stage.WAITING or incident.status is not Status.MONITORING:
        return
    if rules.has_to_run(now, tx.now):
        await begin_run(tx, incident, "tocsin")
    else:
        await go_on(tx, incident, now)


async def _arm(tx: Tx, incident: Incident, at: datetime) -> None:
    job = jobs.NewJob(
        kind=WINDOW, payload={"incident_id": incident.id}, lane=TIMERS, run_at=at, key=window_key(incident.id)
    )
    await jobs.enqueue(tx, job)
