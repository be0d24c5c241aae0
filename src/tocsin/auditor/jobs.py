"""What a worker runs for the auditor: a look each minute, and the outgoing dead man's ping while all is well."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tocsin.auditor import service
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed

LANE = "auditor"
EVERY = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heartbeat:
    """Where the ping goes: an address that complains elsewhere when it stays away."""

    http: GuardedHttp
    url: str


def audit_kinds(known: Collection[str], heartbeat: Heartbeat | None) -> tuple[JobKind, ...]:
    """`known` are the kinds that the worker runs besides these; without `heartbeat` nothing is pinged."""
    own = (JobKind("auditor.look", LANE, partial(look, known=(*known, "auditor.look", "auditor.ping")), every=EVERY),)
    return (*own, JobKind("auditor.ping", LANE, partial(ping, heartbeat=heartbeat), every=EVERY)) if heartbeat else own


async def look(held: Held, *, known: Collection[str]) -> None:
    async with held.db.connection() as conn:
        found = await service.look(conn, known, held.now())
    async with held.finish() as tx:
        await service.record(tx, found)


async def ping(held: Held, *, heartbeat: Heartbeat) -> None:
    """Only while all is well. One that fails is not tried again: the next is a minute away, and whoever waits for it
    allows for more than one."""
    async with held.db.connection() as conn:
        if not await service.is_well(conn, held.now()):
            return
    try:
        answer = await heartbeat.http.request("GET", heartbeat.url)
    except SendFailed as failure:
        _log.warning("the heartbeat was not taken: %s", failure.detail)
        return
    if answer.status >= 400:
        _log.warning("the heartbeat was not taken: HTTP %d", answer.status)
