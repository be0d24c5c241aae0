"""Setting and ending silences, and looking again at what they muted (ALR-7, contracts 3.6)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from tocsin.alerts import group_store, silence_store
from tocsin.alerts.events import SilenceExpired, SilenceSet
from tocsin.alerts.groups import enqueue_grouping
from tocsin.alerts.muting import release_at
from tocsin.alerts.silencing import (
    Silence,
    SilenceState,
    WantedSilence,
    check_silence,
    decide_set_silence,
    order_silences,
)
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.tx import Tx

RETENTION = timedelta(hours=120)
"""How long an expired silence is still listed, as Alertmanager does."""


async def set_silence(tx: Tx, wanted: WantedSilence, integration_id: int | None = None) -> str:
    """Create or change one; returns its id, which is a new one when history would have been rewritten.

    `integration_id` limits it to that integration's alerts. Raises Invalid, and NotFound for an unknown id.
    """
    existing = await _find_to_change(tx, wanted, integration_id)
    check_silence(wanted, tx.now)
    decision = decide_set_silence(wanted, existing, tx.now)
    if existing is not None and decision.expires:
        await _end(tx, existing)
    silence = Silence(
        id=existing.id if existing is not None and decision.in_place else str(uuid4()),
        matchers=wanted.matchers,
        starts_at=decision.starts_at,
        ends_at=wanted.ends_at,
        created_by=wanted.created_by,
        comment=wanted.comment,
        updated_at=tx.now,
        integration_id=integration_id,
    )
    await silence_store.upsert_silence(tx.conn, silence)
    if existing is not None and decision.in_place:
        await _look_again(tx, silence)
    words = ", ".join(str(matcher) for matcher in silence.matchers)
    sentence = f"{silence.created_by} silenced {words} until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {silence.comment}"
    await tx.emit(SilenceSet(topic="alerts", sentence=sentence, silence_id=silence.id, ends_at=silence.ends_at))
    return silence.id


async def _find_to_change(tx: Tx, wanted: WantedSilence, integration_id: int | None) -> Silence | None:
    if not wanted.id:
        return None
    try:
        silence_id = UUID(wanted.id)
    except ValueError as error:
        raise NotFound("silence not found") from error
    existing = await silence_store.lock_silence(tx.conn, silence_id, integration_id)
    if existing is None:
        raise NotFound("silence not found")
    return existing


async def expire_silence(tx: Tx, silence_id: UUID, integration_id: int | None = None) -> None:
    """End it now; one that has ended stays as it is. Raises NotFound."""
    existing = await silence_store.lock_silence(tx.conn, silence_id, integration_id)
    if existing is None:
        raise NotFound("silence not found")
    if existing.state_at(tx.now) is not SilenceState.EXPIRED:
        await _end(tx, existing)


async def _end(tx: Tx, silence: Silence) -> None:
    starts_at = min(silence.starts_at, tx.now)
    ended = msgspec.structs.replace(silence, starts_at=starts_at, ends_at=tx.now, updated_at=tx.now)
    await silence_store.upsert_silence(tx.conn, ended)
    await tx.emit(SilenceExpired(topic="alerts", sentence="A silence was ended before its time", silence_id=silence.id))
    await _look_again(tx, silence)


async def _look_again(tx: Tx, silence: Silence) -> None:
    """At what it has muted so far. Whoever mutes by it at this moment holds it, so that either its job is found here
    or it reads what is written here."""
    await jobs.reschedule(tx, key=release_at(UUID(silence.id), tx.now).key or "", run_at=tx.now)


async def release(tx: Tx, silence_id: UUID) -> None:
    """Look again at the firing alerts that a silence has muted: it is over, or another one still covers them."""
    await enqueue_grouping(tx, await group_store.list_silenced_by(tx.conn, silence_id))


async def list_silences(conn: Conn, integration_id: int | None, now: datetime) -> list[Silence]:
    """In Alertmanager's order, the recently expired included."""
    return order_silences(await silence_store.list_silences(conn, integration_id, now - RETENTION), now)
