"""Requests for cover: the whole team is asked, and asked again as the shift comes nearer; who takes it first has it.

Taking it is an override, made under the schedule's lock in the transaction that closes the request.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import changes, cover_store, covering, messages, moving, permission, swapping, telling
from tocsin.oncall.change_model import Choice, Cover, CoverDraft, CoverState, Interval, Touched
from tocsin.oncall.changes import Locked
from tocsin.oncall.events import CoverAsked, CoverEnded, CoverReminded
from tocsin.oncall.overriding import check_reason

LOOK = "oncall.look_at_cover"
TIMERS = "timers"


async def list_cover(conn: Conn, now: datetime, states: Collection[CoverState] = (CoverState.OPEN,)) -> list[Cover]:
    """Those of these states of which something is still to come, by the beginning of the shift."""
    return await cover_store.list_cover(conn, sorted(states), now)


async def ask_cover(tx: Tx, viewer: Viewer, draft: CoverDraft) -> Cover:
    """For one's own shift, or another's by a lead of the team or a manager. The team is told how to take it.

    Raises Invalid, NotFound, Forbidden, and Refused when the same is asked already.
    """
    permission.require_responder(viewer)
    locked = await changes.lock(tx, draft.schedule)
    schedule = locked.schedule
    await permission.require(tx.conn, viewer, schedule.team, draft.user, "ask for cover of others' shifts")
    check_reason(draft.reason)
    await changes.get_person(tx.conn, draft.user, "user", disabled_too=True)
    shift = swapping.chosen(schedule, draft.user, draft.shift, tx.now, "shift")
    already = await cover_store.find_overlapping(tx.conn, locked.id, draft.user, shift)
    if already is not None:
        raise Refused(f"Cover is asked for already, with the request {already}.", "See it with: tocsin cover list")
    wanted = msgspec.structs.replace(draft, reason=draft.reason.strip())
    cover_id = await cover_store.insert_cover(tx.conn, locked.id, wanted, shift, viewer.actor, tx.now)
    cover = await _get(tx, cover_id)
    sentence = f"{viewer.actor} asks: {covering.sentence(cover)}"
    await tx.emit(
        CoverAsked(
            **_about(locked, cover),
            sentence=sentence,
            actor=viewer.actor,
            starts_at=cover.starts_at,
            ends_at=cover.ends_at,
        )
    )
    await _ask(tx, locked, cover, sentence, viewer.actor)
    await _arm(tx, cover)
    return cover


async def ask_cover_within(tx: Tx, viewer: Viewer, user: str, shifts: Sequence[Touched], reason: str) -> list[Cover]:
    """For every one of these shifts of a person for which it is not asked already. Raises as `ask_cover` does."""
    made: list[Cover] = []
    for shift in shifts:
        locked = await changes.lock(tx, shift.schedule)
        span = Interval(shift.starts_at, shift.ends_at)
        if await cover_store.find_overlapping(tx.conn, locked.id, user, span) is None:
            hours = Choice(starts_at=shift.starts_at, ends_at=shift.ends_at)
            draft = CoverDraft(schedule=shift.schedule, user=user, shift=hours, reason=reason)
            made.append(await ask_cover(tx, viewer, draft))
    return made


async def take_cover(
    tx: Tx, viewer: Viewer, cover_id: int, user: str | None = None, anyway: str | None = None
) -> Cover:
    """The shift is the viewer's from now on, or that of `user`, for whom a lead of the team or a manager decides.

    Raises NotFound, Invalid, Forbidden, and Refused when somebody was faster, when it is no longer whose it was, or
    when it breaks what the checker had proven, unless `anyway` says why that is meant.
    """
    permission.require_responder(viewer)
    locked, cover = await _lock_open(tx, cover_id)
    taker = (await changes.get_person(tx.conn, user or viewer.name, "user")).name
    await permission.require(tx.conn, viewer, cover.team, taker, "put others on call")
    if cover.closes_at <= tx.now:
        raise Refused(f"The request {cover_id} came to its end when the shift began.", "Use: tocsin override")
    transfer = swapping.decide_transfer(locked.schedule, cover.user, taker, cover.shift, tx.now)
    wanted = msgspec.structs.replace(transfer, created_by=viewer.actor, reason=cover.reason)
    whose = "" if viewer.name == taker else f" for {taker}"
    sentence = f"{viewer.actor} takes it{whose}: {covering.sentence(cover)}"
    await changes.hand_over(tx, locked, [wanted], sentence, by=viewer.actor, topic=_topic(cover), anyway=anyway)
    await _end(tx, locked, cover, CoverState.COVERED, sentence, viewer.actor, covered_by=taker, anyway=anyway)
    return await _get(tx, cover_id)


async def withdraw_cover(tx: Tx, viewer: Viewer, cover_id: int) -> Cover:
    """By whose shift it is, a lead of the team or a manager. Raises NotFound, Forbidden or Refused."""
    permission.require_responder(viewer)
    locked, cover = await _lock_open(tx, cover_id)
    await permission.require(tx.conn, viewer, cover.team, cover.user, "take back what others asked for")
    sentence = f"{viewer.actor} needs no cover any more: {covering.sentence(cover)}"
    await _end(tx, locked, cover, CoverState.WITHDRAWN, sentence, viewer.actor)
    await _tell_asker(tx, cover, sentence, viewer.actor)
    return await _get(tx, cover_id)


async def look_at_cover(tx: Tx, cover_id: int) -> None:
    """A reminder is due, or the shift begins. Looks at how things stand now: it may run twice, or late."""
    if await cover_store.find_cover(tx.conn, cover_id) is None:
        return
    locked, cover = await _lock(tx, cover_id)
    if cover.state is not CoverState.OPEN:
        return
    if cover.closes_at <= tx.now:
        sentence = f"Nobody has taken it, and the shift stays: {covering.sentence(cover)}"
        await _end(tx, locked, cover, CoverState.BEGUN, sentence, "tocsin")
        await _tell_asker(tx, cover, sentence, "tocsin")
    elif moving.first_time_of(locked.schedule, cover.user, cover.shift) is None:
        sentence = f"It is no longer the shift of {cover.user}: {covering.sentence(cover)}"
        await _end(tx, locked, cover, CoverState.WITHDRAWN, sentence, "tocsin")
    else:
        sentence = f"Nobody has taken it yet: {covering.sentence(cover)}"
        people = await _ask(tx, locked, cover, sentence, "tocsin")
        await tx.emit(CoverReminded(**_reminded(locked, cover), sentence=sentence, people=people))
        await _arm(tx, cover)


async def _ask(tx: Tx, locked: Locked, cover: Cover, sentence: str, by: str) -> tuple[str, ...]:
    """Everybody on the team but whose shift it is; shortly before it begins the leads too. Gives who was told."""
    names = await _list_asked(tx, locked, cover)
    return await telling.tell(
        tx,
        names - {cover.user},
        lambda zone: messages.asked(
            cover.schedule, cover.time_zone, zone, sentence, cover.shift, f"tocsin cover take {cover.id}"
        ),
        topic=_topic(cover),
        by=by,
        urgency=telling.urgency_of(cover.starts_at, tx.now),
        fallback_zone=cover.time_zone,
    )


async def _list_asked(tx: Tx, locked: Locked, cover: Cover) -> set[str]:
    if cover.team is None:
        return covering.people_of(locked.schedule)
    names = {user.name for user in await accounts.list_team_members(tx.conn, cover.team)}
    if covering.is_last_call(cover, tx.now):
        names |= {user.name for user in await accounts.list_team_leads(tx.conn, cover.team)}
    return names


async def _tell_asker(tx: Tx, cover: Cover, sentence: str, by: str) -> None:
    await telling.tell(
        tx,
        [cover.user],
        lambda zone: messages.ended(cover.schedule, cover.time_zone, zone, sentence, cover.shift),
        topic=_topic(cover),
        by=by,
        urgency=telling.urgency_of(cover.starts_at, tx.now),
        fallback_zone=cover.time_zone,
    )


async def _arm(tx: Tx, cover: Cover) -> None:
    due = covering.next_look(cover, tx.now)
    await jobs.enqueue(
        tx, jobs.NewJob(kind=LOOK, payload={"cover_id": cover.id}, lane=TIMERS, run_at=due, key=_key(cover))
    )


async def _lock(tx: Tx, cover_id: int) -> tuple[Locked, Cover]:
    """The request as it is once its schedule is ours: whoever took it before us has committed."""
    locked = await changes.lock(tx, (await _get(tx, cover_id)).schedule)
    return locked, await _get(tx, cover_id)


async def _lock_open(tx: Tx, cover_id: int) -> tuple[Locked, Cover]:
    locked, cover = await _lock(tx, cover_id)
    if cover.state is CoverState.COVERED:
        raise Refused(f"{cover.covered_by} has taken the shift already.", "Nobody else needs to.")
    if cover.state is not CoverState.OPEN:
        raise Refused(f"The request {cover_id} is closed: {cover.state}.", "See open ones with: tocsin cover list")
    return locked, cover


async def _end(
    tx: Tx,
    locked: Locked,
    cover: Cover,
    how: CoverState,
    sentence: str,
    by: str,
    *,
    covered_by: str | None = None,
    anyway: str | None = None,
) -> None:
    await cover_store.update_cover_ended(tx.conn, cover.id, how, covered_by, tx.now)
    await jobs.cancel(tx, key=_key(cover))
    await tx.emit(
        CoverEnded(
            **_about(locked, cover),
            sentence=sentence,
            actor=by,
            how=how,
            covered_by=covered_by,
            anyway=anyway or "",
        )
    )


async def _get(tx: Tx, cover_id: int) -> Cover:
    cover = await cover_store.find_cover(tx.conn, cover_id)
    if cover is None:
        raise NotFound(f"There is no request {cover_id}.", "See open ones with: tocsin cover list", field="id")
    return cover


def _about(locked: Locked, cover: Cover) -> dict[str, Any]:
    return {**_reminded(locked, cover), "user": cover.user}


def _reminded(locked: Locked, cover: Cover) -> dict[str, Any]:
    return {"topic": locked.topic, "schedule": cover.schedule, "cover_id": cover.id}


def _topic(cover: Cover) -> str:
    return f"cover/{cover.id}"


def _key(cover: Cover) -> str:
    return f"cover:{cover.id}"
