"""What a signal means for the alert we have, or have not: pure (contracts 3.1 to 3.3, ALR-3, ALR-4).

Instants of a source are compared with instants of the same source only: its clock may be minutes off ours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.alerts.flapping import Flaps, after_change
from tocsin.alerts.model import EndedBy, Says, Signal, State

STRAGGLER_GRACE = timedelta(seconds=30)
"""A copy of the old firing that arrives this soon after its end is the slower of two senders, not a relapse: the next
resend, a minute later, will tell."""

AHEAD = timedelta(days=1)
"""A start this far in our future is a clock gone wrong. Believed, it would make each later firing one of the same
period, until that day has come."""

SEEN_EVERY = timedelta(seconds=30)
"""How often `last_seen_at` moves for a source that gives no lease."""


LAST_WORDS = 8
"""Of the signals of one alert that come at one instant, how many are decided one after the other."""


class Verdict(StrEnum):
    OPEN = "open"
    REMEMBER = "remember"
    REFIRE = "refire"
    RESUME = "resume"
    UPDATE = "update"
    TOUCH = "touch"
    END = "end"
    ACKNOWLEDGE = "acknowledge"
    NOTHING = "nothing"


WRITES_ROW = frozenset({Verdict.RESUME, Verdict.UPDATE, Verdict.END, Verdict.ACKNOWLEDGE})
"""Verdicts that change the alert's own row; TOUCH only moves `alert_seen`."""

INSERTS_ROW = frozenset({Verdict.OPEN, Verdict.REFIRE, Verdict.REMEMBER})
"""Verdicts that insert one; a re-fire also ends the reign of the one before."""


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an alert stands: what intake reads and writes of its row."""

    state: State
    starts_at: datetime
    lease_until: datetime | None
    lease_is_timeout: bool = False
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None
    acknowledged_at: datetime | None = None
    annotations: dict[str, str]
    last_seen_at: datetime
    updated_at: datetime
    occurrence: int = 1
    flaps: Flaps = Flaps()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What to do, why, and how the alert stands afterwards (None: there still is none)."""

    verdict: Verdict
    reason: str
    after: Standing | None


def decide_intake(signal: Signal, existing: Standing | None, now: datetime) -> Decision:
    """Decide on one signal. `existing` is the latest firing period of its identity, None when there is none."""
    decision = _decide(_with_credible_start(signal, now), existing, now)
    if existing is None or decision.after is None or _fires(existing) is _fires(decision.after):
        return decision
    flaps = after_change(existing.flaps, now)
    return Decision(decision.verdict, decision.reason, msgspec.structs.replace(decision.after, flaps=flaps))


def _with_credible_start(signal: Signal, now: datetime) -> Signal:
    if signal.starts_at is None or signal.starts_at <= now + AHEAD:
        return signal
    return msgspec.structs.replace(signal, starts_at=None)


def _fires(standing: Standing) -> bool:
    return standing.state is State.FIRING


def _decide(signal: Signal, existing: Standing | None, now: datetime) -> Decision:
    if signal.says is Says.ACKNOWLEDGED:
        return _decide_acknowledge(existing, now)
    ended_at = end_of(signal, now)
    if ended_at is None:
        return _open(signal, 1, now) if existing is None else _decide_firing(signal, existing, now)
    if existing is None:
        return _decide_unknown_end(signal, ended_at, now)
    return _decide_end(signal, existing, ended_at, now)


def end_of(signal: Signal, now: datetime) -> datetime | None:
    """When the alert ended according to the signal, None while it fires. An `ends_at` that has passed is an end."""
    if signal.says is Says.RESOLVED:
        return min(signal.ends_at or now, now)
    if signal.ends_at is not None and signal.ends_at <= now:
        return signal.ends_at
    return None


def fold_signals(signals: Sequence[Signal], now: datetime) -> list[Signal]:
    """The signals of one alert that came at one instant, without those that change nothing in the end: of neighbours
    that say the same of the same period one is left, and of a long dispute only its last words.

    What is left out there began and ended between two commits: it could have called nobody.
    """
    folded: list[Signal] = []
    for signal in signals:
        if folded and _says_as_much(folded[-1], signal, now):
            folded[-1] = _joined(folded[-1], signal)
        else:
            folded.append(signal)
    return folded[-LAST_WORDS:]


def _says_as_much(one: Signal, other: Signal, now: datetime) -> bool:
    if one.says is not other.says or one.starts_at != other.starts_at:
        return False
    if (one.ends_at is None) is not (other.ends_at is None) or one.timeout != other.timeout:
        return False
    if end_of(one, now) is None or end_of(other, now) is None:
        return end_of(one, now) == end_of(other, now)
    return one.annotations == other.annotations  # of two ends the first one's words stay, if it ends anything


def _joined(earlier: Signal, later: Signal) -> Signal:
    """The later words, and the later of the two ends or leases."""
    ends = [end for end in (earlier.ends_at, later.ends_at) if end is not None]
    return msgspec.structs.replace(later, ends_at=max(ends, default=None))


def _open(signal: Signal, occurrence: int, now: datetime) -> Decision:
    lease_until, is_timeout = _lease(signal, now)
    after = Standing(
        state=State.FIRING,
        starts_at=signal.starts_at or now,
        lease_until=lease_until,
        lease_is_timeout=is_timeout,
        annotations=signal.annotations,
        last_seen_at=now,
        updated_at=now,
        occurrence=occurrence,
        flaps=Flaps((now,)),
    )
    if occurrence == 1:
        return Decision(Verdict.OPEN, "fires for the first time", after)
    return Decision(Verdict.REFIRE, "fires again after it had ended", after)


def _decide_unknown_end(signal: Signal, ended_at: datetime, now: datetime) -> Decision:
    if signal.ends_at is None:
        return Decision(Verdict.NOTHING, "nothing fires under this key", None)
    after = Standing(
        state=State.RESOLVED,
        starts_at=min(signal.starts_at or ended_at, ended_at),
        lease_until=None,
        ended_at=ended_at,
        ended_by=EndedBy.SOURCE,
        annotations=signal.annotations,
        last_seen_at=now,
        updated_at=now,
    )
    return Decision(
        Verdict.REMEMBER, "had ended before it was first seen; kept so that a late copy calls nobody", after
    )


def _decide_end(signal: Signal, existing: Standing, ended_at: datetime, now: datetime) -> Decision:
    same_start = signal.starts_at == existing.starts_at
    if signal.ends_at is not None and signal.ends_at < existing.starts_at and not same_start:
        return Decision(Verdict.NOTHING, "the end belongs to an earlier firing than the one we know", existing)
    ended_at = max(ended_at, existing.starts_at)
    if existing.state is State.RESOLVED:
        if existing.ended_by is EndedBy.PERSON or existing.ended_at is None or ended_at <= existing.ended_at:
            return Decision(Verdict.NOTHING, "has ended already", existing)
        if signal.ends_at is None:
            return Decision(Verdict.NOTHING, "has ended already", existing)
        later = msgspec.structs.replace(existing, ended_at=ended_at)
        return Decision(Verdict.UPDATE, "a second sender saw the end later", later)
    after = msgspec.structs.replace(
        existing,
        state=State.RESOLVED,
        ended_at=ended_at,
        ended_by=EndedBy.SOURCE,
        annotations=signal.annotations or existing.annotations,
        last_seen_at=now,
        updated_at=now,
    )
    return Decision(Verdict.END, "the source says it has ended", after)


def _decide_firing(signal: Signal, existing: Standing, now: datetime) -> Decision:
    if existing.state is State.FIRING:
        return _decide_resend(signal, existing, now)
    if not _is_same_period(signal, existing):
        return _open(signal, existing.occurrence + 1, now)
    if existing.ended_by is EndedBy.PERSON:
        return Decision(Verdict.NOTHING, "a person closed it; a new firing will open a new alert", existing)
    if existing.state is State.RESOLVED and now < existing.updated_at + STRAGGLER_GRACE:
        return Decision(Verdict.NOTHING, "a late copy of a firing that has just ended", existing)
    lease_until, is_timeout = _lease(signal, now)
    after = msgspec.structs.replace(
        existing,
        state=State.FIRING,
        starts_at=min(existing.starts_at, signal.starts_at or existing.starts_at),
        lease_until=lease_until,
        lease_is_timeout=is_timeout,
        ended_at=None,
        ended_by=None,
        annotations=signal.annotations,
        last_seen_at=now,
        updated_at=now,
    )
    was = "it had gone stale" if existing.state is State.STALE else "one sender had called it ended"
    return Decision(Verdict.RESUME, f"is reported as firing again, by its old start, after {was}", after)


def _is_same_period(signal: Signal, existing: Standing) -> bool:
    """Whether the firing signal speaks of the period we have as ended. A source without start times can only mean a
    new one –
    except of an alert that merely fell silent.
    """
    if signal.starts_at is None:
        return existing.state is State.STALE
    if signal.starts_at == existing.starts_at:
        return True
    return existing.ended_at is not None and signal.starts_at < existing.ended_at


def _decide_resend(signal: Signal, existing: Standing, now: datetime) -> Decision:
    lease_until, is_timeout = _lease(signal, now)
    keeps_old = existing.lease_until is not None and not existing.lease_is_timeout
    if (
        keeps_old
        and lease_until is not None
        and existing.lease_until is not None
        and existing.lease_until > lease_until
    ):
        lease_until, is_timeout = existing.lease_until, False
    starts_at = min(existing.starts_at, signal.starts_at or existing.starts_at)
    # Whether it has a lease at all is the row's own to say: expiry looks for rows that have one (ALR-4).
    leased_otherwise = (lease_until is None) is not (existing.lease_until is None)
    if leased_otherwise or signal.annotations != existing.annotations or starts_at != existing.starts_at:
        after = msgspec.structs.replace(
            existing,
            starts_at=starts_at,
            lease_until=lease_until,
            lease_is_timeout=is_timeout,
            annotations=signal.annotations,
            last_seen_at=now,
            updated_at=now,
        )
        return Decision(Verdict.UPDATE, "still fires, with other words or another lease", after)
    if is_worth_touching(existing.lease_until, lease_until, existing.last_seen_at, now):
        after = msgspec.structs.replace(
            existing, lease_until=lease_until, lease_is_timeout=is_timeout, last_seen_at=now
        )
        return Decision(Verdict.TOUCH, "still fires", after)
    return Decision(Verdict.NOTHING, "still fires", existing)


def is_worth_touching(old: datetime | None, new: datetime | None, seen: datetime, now: datetime) -> bool:
    """Whether a resend is written down at all: when half of the lease is used, or half a minute has passed without
    one."""
    if new is None:
        return now - seen >= SEEN_EVERY
    return old is None or (old - now) * 2 <= new - now


def _decide_acknowledge(existing: Standing | None, now: datetime) -> Decision:
    if existing is None or existing.state is not State.FIRING:
        return Decision(Verdict.NOTHING, "nothing fires that could be acknowledged", existing)
    if existing.acknowledged_at is not None:
        return Decision(Verdict.NOTHING, "is acknowledged already", existing)
    after = msgspec.structs.replace(existing, acknowledged_at=now, updated_at=now)
    return Decision(Verdict.ACKNOWLEDGE, "was acknowledged at its source", after)


def _lease(signal: Signal, now: datetime) -> tuple[datetime | None, bool]:
    if signal.ends_at is not None:
        return signal.ends_at, False
    return (now + signal.timeout, True) if signal.timeout is not None else (None, False)
