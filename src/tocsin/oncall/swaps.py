"""Swaps: proposed, then accepted, declined, withdrawn or too late (ONC-1).

An accepted one puts both overrides in place in one transaction, under the schedule's lock and after another look at
who holds what: it is never half done, and never about shifts that are no longer theirs. Whoever is concerned is told.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from tocsin.accounts.model import Role, Viewer
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import changes, messages, permission, swap_store, swapping, telling
from tocsin.oncall.change_model import Swap, SwapDraft, SwapState
from tocsin.oncall.changes import Locked
from tocsin.oncall.events import SwapAccepted, SwapEnded, SwapProposed
from tocsin.oncall.overriding import check_reason

EXPIRE = "oncall.expire_swap"
TIMERS = "timers"


async def list_swaps(conn: Conn, now: datetime, states: Collection[SwapState] = (SwapState.PROPOSED,)) -> list[Swap]:
    """Those of these states of which something is still to come, the oldest first."""
    return await swap_store.list_swaps(conn, sorted(states), now)


async def propose_swap(tx: Tx, viewer: Viewer, draft: SwapDraft) -> Swap:
    """One's own shift, or another's by a lead of the team or a manager. The other side is told how to answer.

    Raises Invalid, NotFound, Forbidden, and Refused when it could not be accepted as things stand.
    """
    permission.require_responder(viewer)
    locked = await changes.lock(tx, draft.schedule)
    schedule = locked.schedule
    await permission.require(tx.conn, viewer, schedule.team, draft.giver, "give away the shifts of others")
    await _check_sides(tx, draft)
    gives = swapping.chosen(schedule, draft.giver, draft.gives, tx.now, "gives")
    takes = None
    if draft.takes is not None:
        takes = swapping.chosen(schedule, draft.taker, draft.takes, tx.now, "takes")
    late = swapping.expires_at(gives, takes, tx.now)
    wanted = msgspec.structs.replace(draft, reason=draft.reason.strip())
    swap_id = await swap_store.insert_swap(tx.conn, locked.id, wanted, gives, takes, viewer.actor, tx.now, late)
    swap = await _get(tx, swap_id)
    swapping.decide_overrides(schedule, swap, viewer.actor, tx.now)
    sentence = f"{viewer.actor} proposes a swap: {swapping.sentence(swap)}"
    await tx.emit(SwapProposed(**_about(locked, swap), sentence=sentence, actor=viewer.actor))
    await jobs.enqueue(
        tx, jobs.NewJob(kind=EXPIRE, payload={"swap_id": swap.id}, lane=TIMERS, run_at=late, key=_key(swap))
    )
    command = f"tocsin swap accept {swap.id} (or decline)"
    await telling.tell(
        tx,
        [swap.taker],
        lambda zone: messages.proposed(swap.schedule, swap.time_zone, zone, sentence, swap.gives, swap.takes, command),
        topic=_topic(swap),
        by=viewer.actor,
        urgency=telling.urgency_of(late, tx.now),
        fallback_zone=swap.time_zone,
    )
    return swap


async def accept_swap(tx: Tx, viewer: Viewer, swap_id: int, anyway: str | None = None) -> Swap:
    """Both shifts change hands, or nothing does. By whom it was proposed to, a lead of the team or a manager.

    Raises NotFound, Forbidden, and Refused naming what has changed since it was proposed, or what it would break.
    """
    permission.require_responder(viewer)
    locked, swap = await _lock_open(tx, swap_id)
    await permission.require(tx.conn, viewer, swap.team, swap.taker, "answer for others")
    if swap.expires_at <= tx.now:
        raise Refused(f"The swap {swap_id} came to its end when its first shift began.", "Propose another.")
    wanted = swapping.decide_overrides(locked.schedule, swap, viewer.actor, tx.now)
    sentence = f"{viewer.actor} accepted a swap: {swapping.sentence(swap)}"
    await _end(tx, swap, SwapState.ACCEPTED, viewer.actor)
    await tx.emit(SwapAccepted(**_about(locked, swap), sentence=sentence, actor=viewer.actor, anyway=anyway or ""))
    await changes.hand_over(tx, locked, wanted, sentence, topic=_topic(swap), by=viewer.actor, anyway=anyway)
    return await _get(tx, swap_id)


async def decline_swap(tx: Tx, viewer: Viewer, swap_id: int) -> Swap:
    """By whom it was proposed to, a lead of the team or a manager. Raises NotFound, Forbidden or Refused."""
    permission.require_responder(viewer)
    locked, swap = await _lock_open(tx, swap_id)
    await permission.require(tx.conn, viewer, swap.team, swap.taker, "answer for others")
    return await _come_to_nothing(tx, locked, swap, SwapState.DECLINED, viewer.actor)


async def withdraw_swap(tx: Tx, viewer: Viewer, swap_id: int) -> Swap:
    """By whose shift it is, a lead of the team or a manager. Raises NotFound, Forbidden or Refused."""
    permission.require_responder(viewer)
    locked, swap = await _lock_open(tx, swap_id)
    await permission.require(tx.conn, viewer, swap.team, swap.giver, "take back what others proposed")
    return await _come_to_nothing(tx, locked, swap, SwapState.WITHDRAWN, viewer.actor)


async def expire_swap(tx: Tx, swap_id: int) -> None:
    """A shift of it has begun, and nobody has answered. Does nothing when somebody has, or the schedule is gone."""
    if await swap_store.find_swap(tx.conn, swap_id) is None:
        return
    locked, swap = await _lock(tx, swap_id)
    if swap.state is SwapState.PROPOSED and swap.expires_at <= tx.now:
        await _come_to_nothing(tx, locked, swap, SwapState.EXPIRED, "tocsin")


async def _check_sides(tx: Tx, draft: SwapDraft) -> None:
    check_reason(draft.reason)
    if draft.giver == draft.taker:
        raise Invalid("Nobody swaps with themselves.", "Name somebody else.", field="taker")
    await changes.get_person(tx.conn, draft.giver, "giver")
    taker = await changes.get_person(tx.conn, draft.taker, "taker")
    if taker.role is Role.VIEWER:
        raise Invalid(f"{taker.name} may only look and cannot be on call.", "Choose a responder.", field="taker")


async def _lock(tx: Tx, swap_id: int) -> tuple[Locked, Swap]:
    """The swap as it is once its schedule is ours: whoever answered before us has committed."""
    locked = await changes.lock(tx, (await _get(tx, swap_id)).schedule)
    return locked, await _get(tx, swap_id)


async def _lock_open(tx: Tx, swap_id: int) -> tuple[Locked, Swap]:
    locked, swap = await _lock(tx, swap_id)
    if swap.state is not SwapState.PROPOSED:
        by = "" if swap.ended_by in (None, "tocsin") else f" by {swap.ended_by}"
        raise Refused(f"The swap {swap_id} is {swap.state} already{by}.", "Propose another.")
    return locked, swap


async def _come_to_nothing(tx: Tx, locked: Locked, swap: Swap, how: SwapState, by: str) -> Swap:
    """No shift moves; both sides are told, but for whoever did it."""
    told = f"{by} has {how} the swap" if by != "tocsin" else "Nobody has answered in time, and the shift stays"
    sentence = f"{told}: {swapping.sentence(swap)}"
    await _end(tx, swap, how, by)
    await tx.emit(SwapEnded(**_about(locked, swap), sentence=sentence, actor=by, how=how))
    await telling.tell(
        tx,
        [swap.giver, swap.taker],
        lambda zone: messages.ended(swap.schedule, swap.time_zone, zone, sentence, swap.gives),
        topic=_topic(swap),
        by=by,
        urgency=telling.urgency_of(swap.expires_at, tx.now),
        fallback_zone=swap.time_zone,
    )
    return await _get(tx, swap.id)


async def _end(tx: Tx, swap: Swap, how: SwapState, by: str) -> None:
    await swap_store.update_swap_ended(tx.conn, swap.id, how, by, tx.now)
    if how is not SwapState.EXPIRED:  # it is the timer itself that says so
        await jobs.cancel(tx, key=_key(swap))


async def _get(tx: Tx, swap_id: int) -> Swap:
    swap = await swap_store.find_swap(tx.conn, swap_id)
    if swap is None:
        raise NotFound(f"There is no swap {swap_id}.", "See them with: tocsin swap list", field="id")
    return swap


def _about(locked: Locked, swap: Swap) -> dict[str, Any]:
    return {
        "topic": locked.topic,
        "schedule": swap.schedule,
        "swap_id": swap.id,
        "giver": swap.giver,
        "taker": swap.taker,
    }


def _topic(swap: Swap) -> str:
    return f"swap/{swap.id}"


def _key(swap: Swap) -> str:
    return f"swap:{swap.id}"
