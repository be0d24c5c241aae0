"""What a worker runs for alerts. Each handler is one transaction, ended together with its job."""

from uuid import UUID

from tocsin.alerts import groups, silences
from tocsin.alerts.muting import RELEASE_JOB
from tocsin.kernel.held import Held, JobKind


async def group(held: Held) -> None:
    async with held.finish() as tx:
        await groups.group_alerts(
            tx,
            held.payload["alert_ids"],
            resumed=held.payload.get("resumed", ()),
            acknowledged=held.payload.get("acknowledged", ()),
        )


async def expire(held: Held) -> None:
    async with held.finish() as tx:
        await groups.expire(tx)


async def close(held: Held) -> None:
    async with held.finish() as tx:
        await groups.mark_closed(tx, held.payload["group_id"])


async def release(held: Held) -> None:
    async with held.finish() as tx:
        await silences.release(tx, UUID(held.payload["silence_id"]))


JOBS = (
    JobKind(name=groups.GROUP_JOB, lane=groups.LANE, handler=group),
    JobKind(name=groups.EXPIRE_JOB, lane=groups.LANE, handler=expire),
    JobKind(name=groups.CLOSE_JOB, lane=groups.LANE, handler=close),
    JobKind(name=RELEASE_JOB, lane=groups.LANE, handler=release),
)
