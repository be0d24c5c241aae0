"""What a worker runs: an incident's checks, all at once and each within its time, and the timer of a window."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from tocsin.incidents import service as incidents
from tocsin.kernel.durations import format_duration
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.tx import JobKindRef
from tocsin.verification import following_up, resolving
from tocsin.verification.model import Finding, Occasion, Wanted, kind_of_wanted
from tocsin.verification.ports import Executors
from tocsin.verification.service import LANE, RUN, load_task, record_run

AT_ONCE = 10
"""Checks of one run that are looked at together: a broken network must not cost a minute."""

LONGEST = timedelta(minutes=5)


def check_kinds(executors: Executors) -> tuple[JobKind, ...]:
    """Those that ask the world."""
    return (JobKind(RUN, LANE, partial(run, executors=executors), timeout=LONGEST),)


async def run(held: Held, *, executors: Executors) -> None:
    """All checks of an incident; the network is touched outside any transaction."""
    incident_id = int(held.payload["incident_id"])
    async with held.db.connection() as conn:
        incident, wanted, prometheus = await load_task(conn, incident_id)
    occasion = Occasion(held.now(), incidents.impact_started(incident), prometheus)
    findings = await look_at_all(executors, wanted, occasion)
    async with held.finish() as tx:
        incident = await incidents.lock(tx, incident_id)
        found = {each.key: finding for each, finding in zip(wanted, findings, strict=True)}
        now = await record_run(tx, incident, int(held.payload["run_id"]), found)
        if now is not None:
            await resolving.go_on(tx, incident, now)


async def look_at_all(executors: Executors, wanted: Sequence[Wanted], occasion: Occasion) -> list[Finding]:
    """One finding a check, in their order."""
    places = asyncio.Semaphore(AT_ONCE)

    async def look(each: Wanted) -> Finding:
        async with places:
            return await look_within_time(executors, each, occasion)

    return list(await asyncio.gather(*(look(each) for each in wanted)))


async def look_within_time(executors: Executors, wanted: Wanted, occasion: Occasion) -> Finding:
    timeout = wanted.check.timeout
    try:
        async with asyncio.timeout(timeout.total_seconds()):
            return await executors[kind_of_wanted(wanted)].look(wanted.check, occasion)
    except TimeoutError:
        return Finding(False, f"It did not end within {format_duration(timeout)}.")


async def look_at_window(held: Held) -> None:
    """The end of a stability window, or a look inside it (RES-2)."""
    async with held.finish() as tx:
        await resolving.look_at_window(tx, int(held.payload["incident_id"]))


async def follow_up(held: Held) -> None:
    """An incident is over, or open again (RES-3)."""
    async with held.finish() as tx:
        await following_up.follow_up(tx, int(held.payload["event"]["incident_id"]))


FOLLOW_UP = JobKind(following_up.FOLLOW_UP, resolving.TIMERS, follow_up)
AFTERMATH = JobKindRef(following_up.FOLLOW_UP, resolving.TIMERS, prio=2)
"""What an event arms it by."""

WINDOW = JobKind(resolving.WINDOW, resolving.TIMERS, look_at_window)
"""Needs nothing but the database."""
