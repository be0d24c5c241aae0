"""The use cases around an incident's checks: list them, ask for a run, tick, write down what a run found.

How an incident gets resolved is in `resolving`; nothing here touches the network, that is `jobs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.catalog import service as catalog
from tocsin.catalog.checks import ManualCheck
from tocsin.catalog.severity import Level, Profile
from tocsin.incidents import service as incidents
from tocsin.incidents.alerts_of import is_any_firing
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.verification import own_store, rules, sentences, store
from tocsin.verification.calling_off import call_off
from tocsin.verification.events import ChecksRan, CheckTicked, CheckTickTaken
from tocsin.verification.model import (
    CheckState,
    Finding,
    Result,
    Run,
    Standing,
    Wanted,
    unmet_of,
)

RUN = "verification.run"
LANE = "checks"


async def list_checks(conn: Conn, incident: Incident) -> list[CheckState]:
    """How each check of the incident stands, those of its services before those of what they depend on."""
    return (await stand(conn, incident)).states


async def stand(conn: Conn, incident: Incident) -> Standing:
    wanted = await _list_wanted(conn, incident)
    results = await store.list_results(conn, incident.id)
    return Standing(
        wanted,
        rules.states_of(wanted, results, await is_any_firing(conn, incident)),
        await store.find_last_run(conn, incident.id),
        await store.find_attempt(conn, incident.id),
    )


async def _list_wanted(conn: Conn, incident: Incident) -> list[Wanted]:
    services = {service.name: service for service in await catalog.list_services(conn)}
    return rules.wanted_checks(services, incident.services, await own_store.list_checks(conn, incident.id))


def window_at(profile: Profile, level: Level | None, incident: Incident, now: datetime) -> tuple[timedelta, datetime]:
    """How long it has to stay healthy, and until when if that began at `now` at the latest."""
    window = rules.window_of(profile, level)
    return window, rules.window_end(incident, window, now)


async def ask_for_checks(tx: Tx, incident_id: int, by: str) -> Run:
    """The run that was asked for; one that still waits is the same. Raises Refused when it is over."""
    incident = await lock_open(tx, incident_id, "check")
    return await begin_run(tx, incident, by)


async def begin_run(tx: Tx, incident: Incident, by: str) -> Run:
    """The same for an incident that is locked and open. Where nothing has to be asked of the world it ends at once."""
    last = await store.find_last_run(tx.conn, incident.id)
    run = last if last is not None and last.ended_at is None else None
    if run is None:
        run = await store.insert_run(tx.conn, incident.id, by, tx.now)
    if not rules.is_any_automatic(await _list_wanted(tx.conn, incident)):
        await record_run(tx, incident, run.id, {})
        return replace(run, ended_at=tx.now)
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=RUN,
            payload={"incident_id": incident.id, "run_id": run.id},
            lane=LANE,
            run_at=tx.now,
            key=f"checks:{incident.id}",
        ),
    )
    return run


async def load_task(conn: Conn, incident_id: int) -> tuple[Incident, list[Wanted], str | None]:
    """What a run has to look at: the checks that are not a person's, and the organisation's Prometheus."""
    incident = await incidents.get(conn, incident_id)
    wanted = [each for each in await _list_wanted(conn, incident) if not isinstance(each.check, ManualCheck)]
    return incident, wanted, (await catalog.organisation(conn)).prometheus


async def record_run(
    tx: Tx, incident: Incident, run_id: int, findings: Mapping[tuple[str, str], Finding]
) -> Standing | None:
    """Write down what was found, of an incident that is locked; None: the run has been recorded before."""
    if not await store.update_run_ended(tx.conn, run_id, tx.now):
        return None
    found = [
        Result(service=service, name=name, is_good=each.is_good, detail=each.detail, at=tx.now)
        for (service, name), each in findings.items()
    ]
    before = {(one.service, one.name): one.is_good for one in await store.list_results(tx.conn, incident.id)}
    await store.upsert_results(tx.conn, incident.id, run_id, found)
    now = await stand(tx.conn, incident)
    is_news = any(before.get((one.service, one.name)) != one.is_good for one in found)
    was_asked = now.run is not None and now.run.asked_by != "tocsin"
    if is_news or was_asked:
        await tx.emit(
            ChecksRan(
                **incidents.about(incident),
                sentence=sentences.ran(now.states),
                unmet=tuple(state.label for state in unmet_of(now.states)),
            )
        )
    return now


async def tick(tx: Tx, incident_id: int, name: str, by: str) -> CheckState:
    """`by` has looked, and it is as it should be. `name` is "queue", or "checkout/queue" where several services have
    one. Raises NotFound, naming those that can be ticked, and Refused when it is over."""
    incident = await lock_open(tx, incident_id, "tick")
    wanted, check = _find_manual(await _list_wanted(tx.conn, incident), name, incident)
    await store.upsert_results(
        tx.conn,
        incident.id,
        None,
        [Result(service=wanted.service, name=check.name, is_good=True, detail=check.asks, at=tx.now, by=by)],
    )
    await tx.emit(
        CheckTicked(
            **incidents.about(incident, by),
            sentence=sentences.ticked(wanted.label, check.asks, by),
            service=wanted.service,
            name=check.name,
        )
    )
    return next(state for state in await list_checks(tx.conn, incident) if state.label == wanted.label)


async def take_tick_back(tx: Tx, incident_id: int, name: str, by: str) -> CheckState:
    """It has to be looked at again, and a wish to resolve is void; one that nobody has ticked stays as it is. Raises as
    `tick` does."""
    incident = await lock_open(tx, incident_id, "take back")
    wanted, check = _find_manual(await _list_wanted(tx.conn, incident), name, incident)
    if await store.delete_result(tx.conn, incident.id, wanted.service, check.name):
        told = sentences.tick_taken(wanted.label, check.asks, by)
        await tx.emit(
            CheckTickTaken(**incidents.about(incident, by), sentence=told, service=wanted.service, name=check.name)
        )
        await call_off(tx, incident.id, told, by)
    return next(state for state in await list_checks(tx.conn, incident) if state.label == wanted.label)


async def lock_open(tx: Tx, incident_id: int, deed: str) -> Incident:
    """The incident, locked. Raises Refused when it is over: "there is nothing to tick"."""
    incident = await incidents.lock(tx, incident_id)
    if not incident.is_open:
        ref = incident_ref(incident.number)
        raise Refused(
            f"{ref} is {incident.status}: there is nothing to {deed}.",
            f"If it is not over: tocsin reopen {ref} --why TEXT.",
            field="status",
        )
    return incident


def _find_manual(wanted: Sequence[Wanted], name: str, incident: Incident) -> tuple[Wanted, ManualCheck]:
    """The one of exactly that label, else the only one of that name."""
    manual = [(each, each.check) for each in wanted if isinstance(each.check, ManualCheck)]
    exact = [(each, check) for each, check in manual if each.label == name]
    found = exact or [(each, check) for each, check in manual if check.name == name]
    if len(found) == 1:
        return found[0]
    known = ", ".join(each.label for each, _ in manual)
    if found:
        raise NotFound(f"Several services have a check {name!r}.", f"Name one of {known}.", field="name")
    remedy = f"Those that a person ticks: {known}." if known else "None of its checks is ticked by hand."
    raise NotFound(f"{incident_ref(incident.number)} has no check {name!r} to tick.", remedy, field="name")
