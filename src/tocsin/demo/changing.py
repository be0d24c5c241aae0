"""Has the changes happen: hours are taken over, and swaps proposed and accepted, by whom they concern."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.demo.changes import Change
from tocsin.demo.organisation import schedule_of
from tocsin.kernel.errors import NotFound
from tocsin.kernel.tx import Tx
from tocsin.oncall import changes, swaps
from tocsin.oncall.change_model import Choice, OverrideDraft, SwapDraft

Act = Callable[[Tx], Awaitable[None]]


def acts_of(change: Change) -> Sequence[tuple[datetime, Act]]:
    """What happens of a change, and when."""
    if change.takes_at is None or change.accepted_at is None:
        return [(change.at, partial(_cover, change=change))]
    proposed: list[int] = []
    return [
        (change.at, partial(_propose, change=change, proposed=proposed)),
        (change.accepted_at, partial(_accept, change=change, proposed=proposed)),
    ]


async def _cover(tx: Tx, change: Change) -> None:
    hours = OverrideDraft(
        schedule=schedule_of(change.team),
        user=change.taker,
        starts_at=change.starts_at,
        ends_at=change.ends_at,
        instead_of=change.giver,
        reason=change.reason,
    )
    await changes.add_override(tx, await _as(tx, change.taker), hours)


async def _propose(tx: Tx, change: Change, proposed: list[int]) -> None:
    """`proposed` gets the swap's id."""
    draft = SwapDraft(
        schedule=schedule_of(change.team),
        giver=change.giver,
        taker=change.taker,
        gives=Choice(at=change.starts_at),
        takes=Choice(at=change.takes_at),
        reason=change.reason,
    )
    swap = await swaps.propose_swap(tx, await _as(tx, change.giver), draft)
    proposed.append(swap.id)


async def _accept(tx: Tx, change: Change, proposed: list[int]) -> None:
    await swaps.accept_swap(tx, await _as(tx, change.taker), proposed[0])


async def _as(tx: Tx, name: str) -> Viewer:
    """Raises NotFound for somebody who may not sign in; nobody of the demo may not."""
    user = await accounts.get_user_by_name(tx.conn, name)
    viewer = await accounts.find_viewer(tx.conn, user.id)
    if viewer is None:
        raise NotFound(f"{name} is disabled.", "Enable them in the demo's configuration.")
    return viewer
