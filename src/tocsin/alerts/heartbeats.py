"""Heartbeats, the dead man's switches: what a ping means, and when its absence is an alert. Pure.

Only a silence that we could hear counts (REL-8): when nobody of ours listened at the time a ping was expected, the
waiting begins anew.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of_key
from tocsin.kernel.durations import format_duration, parse_duration
from tocsin.kernel.errors import Invalid

SHORTEST = timedelta(seconds=30)
DEAF_AFTER = timedelta(seconds=20)
"""After so long without a sign of any web process, pings cannot have been heard."""
LONGEST_PAUSE = timedelta(days=90)

OPTION_NAMES = ("every", "grace", "severity", "starts")
AT_ONCE, FIRST_PING = "at-once", "first-ping"
IDENTITY = identity_of_key("\0heartbeat")
"""Of every heartbeat's alert, in its own integration; no source may send NUL, so no other alert has it."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How often a ping is expected, and how much later than that it may come. `starts_at_once`: it is waited for from
    its configuration on, not only after the first ping."""

    every: timedelta
    grace: timedelta
    severity: str
    starts_at_once: bool


class Kind(StrEnum):
    """What a ping says: all is well, a run begins, a run failed."""

    SUCCESS = "success"
    START = "start"
    FAIL = "fail"


class Ping(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is what came along, such as the end of a log."""

    kind: Kind
    text: str = ""


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Until then its silence is no alert."""

    ends_at: datetime
    reason: str


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a heartbeat. The next ping is expected `every` after `waits_from`, which is the last ping, or
    the moment since which we hear again; `started_at` is set while a run goes on. `paused_until` stays when it is over:
    what was expected before is waited for anew from then on."""

    last_ping_at: datetime | None = None
    waits_from: datetime | None = None
    started_at: datetime | None = None
    missed_at: datetime | None = None
    failed_at: datetime | None = None
    paused_until: datetime | None = None
    paused_by: str = ""
    paused_why: str = ""


class State(StrEnum):
    """WAITING: for the first ping; LATE: within its grace; PAUSED: not waited for until an instant."""

    WAITING = "waiting"
    UP = "up"
    RUNNING = "running"
    LATE = "late"
    MISSED = "missed"
    FAILED = "failed"
    PAUSED = "paused"


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """A heartbeat as people read it; `managed_by` is the file that has it."""

    integration_id: int
    scope_id: int
    name: str
    service: str | None
    managed_by: str | None
    state: State
    options: Options
    standing: Standing
    due_at: datetime | None


def read_options(options: dict[str, Any]) -> Options:
    """From the integration's options as the configuration has them. Raises Invalid, naming the key."""
    if "every" not in options:
        raise Invalid("A heartbeat needs 'every'.", "Add `every: 1d`, how often a ping is expected.", field="every")
    every = _duration(options, "every")
    grace = _duration(options, "grace") if "grace" in options else max(SHORTEST, every / 10)
    severity, starts = options.get("severity", "critical"), options.get("starts", FIRST_PING)
    if every < SHORTEST or grace < SHORTEST:
        field = "every" if every < SHORTEST else "grace"
        raise Invalid(f"{field} is shorter than 30 seconds.", "Write 30s or more.", field=field)
    if not isinstance(severity, str) or not severity.strip():
        raise Invalid("severity must be a text.", "Write it like `severity: critical`.", field="severity")
    if starts not in (AT_ONCE, FIRST_PING):
        raise Invalid(f"starts cannot be {starts!r}.", f"Use {FIRST_PING} or {AT_ONCE}.", field="starts")
    return Options(every=every, grace=grace, severity=severity.strip(), starts_at_once=starts == AT_ONCE)


def _duration(options: dict[str, Any], field: str) -> timedelta:
    value = options[field]
    if not isinstance(value, str):
        raise Invalid(f"{field} must be a duration.", "Write it like 30s, 5m, 2h or 7d.", field=field)
    return parse_duration(value, field=field)


def after_ping(standing: Standing, ping: Ping, now: datetime) -> Standing:
    """How it stands once the ping is recorded. What it ends is kept until the alert knows (`settled`)."""
    if ping.kind is Kind.START:
        return msgspec.structs.replace(standing, started_at=now, waits_from=standing.waits_from or now)
    return msgspec.structs.replace(
        standing,
        last_ping_at=now,
        waits_from=now,
        started_at=None,
        failed_at=now if ping.kind is Kind.FAIL else standing.failed_at,
    )


def is_alarming(standing: Standing) -> bool:
    """Whether an alert may fire that a good ping has to end."""
    return standing.missed_at is not None or standing.failed_at is not None


def expected_at(standing: Standing, options: Options) -> datetime | None:
    """When the next ping should come. One that was expected within a pause, its grace before or after, is expected anew
    from the end of the pause; any other as if there had been none. None: nothing is waited for."""
    if standing.waits_from is None:
        return None
    expected, pause = standing.waits_from + options.every, standing.paused_until
    if pause is None or pause < expected - options.grace:
        return expected
    return max(expected, pause + options.every)


def due_at(standing: Standing, options: Options) -> datetime | None:
    """When it counts as missed: the grace after the expected ping, and never while a run has its own grace left.
    None: nothing is waited for."""
    expected = expected_at(standing, options)
    if expected is None:
        return None
    due = expected + options.grace
    return due if standing.started_at is None else max(due, standing.started_at + options.grace)


def after_deafness(standing: Standing, options: Options, deaf_from: datetime, now: datetime) -> Standing:
    """When we hear again: the waiting begins anew where a ping was expected – its grace before or after – while nobody
    listened."""
    due = due_at(standing, options)
    if due is None or standing.waits_from is None:
        return standing
    earliest = standing.waits_from + options.every - options.grace
    if now < earliest or due < deaf_from:
        return standing
    return msgspec.structs.replace(standing, waits_from=now)


def paused(standing: Standing, pause: Pause, by: str) -> Standing:
    """Another pause takes the place of one that goes on."""
    return msgspec.structs.replace(standing, paused_until=pause.ends_at, paused_by=by, paused_why=pause.reason)


def check_pause(pause: Pause, now: datetime) -> None:
    """Raises Invalid, naming the field."""
    if not pause.reason:
        raise Invalid("A pause has a reason.", "Say what is done; whoever wonders will read it.", field="reason")
    if pause.ends_at <= now:
        raise Invalid("The pause would end before now.", "Give an end that is still to come.", field="ends_at")
    if pause.ends_at - now > LONGEST_PAUSE:
        raise Invalid(
            f"A pause lasts {LONGEST_PAUSE.days} days at most.",
            "Give an earlier end, or take what stays away out of the configuration.",
            field="ends_at",
        )


def is_paused(standing: Standing, now: datetime) -> bool:
    return standing.paused_until is not None and now < standing.paused_until


def is_lifted(standing: Standing, now: datetime) -> bool:
    """Whether its silence is an alert that a pause ends. What reports a failure of itself is none."""
    return standing.missed_at is not None and standing.failed_at is None and is_paused(standing, now)


def state_of(standing: Standing, options: Options, now: datetime) -> State:
    if is_paused(standing, now) and standing.failed_at is None:
        return State.PAUSED
    if standing.missed_at is not None:
        return State.MISSED
    if standing.failed_at is not None:
        return State.FAILED
    expected = expected_at(standing, options)
    if expected is None:
        return State.WAITING
    if standing.started_at is not None:
        return State.RUNNING
    return State.LATE if now > expected else State.UP


def missed_signal(name: str, standing: Standing, options: Options) -> Signal:
    """The alert about a ping that did not come; it says when the last one did."""
    heard = f"last heard {standing.last_ping_at:%Y-%m-%d %H:%M} UTC" if standing.last_ping_at else "never heard yet"
    began = f"; a run began {standing.started_at:%Y-%m-%d %H:%M} UTC" if standing.started_at else ""
    late = f"{heard}, expected every {format_duration(options.every)} with {format_duration(options.grace)} of grace"
    return _signal(name, options, f"Heartbeat {name} is missing: {heard}", late + began)


def failed_signal(name: str, ping: Ping, options: Options) -> Signal:
    """The alert about a run that says of itself that it failed."""
    return _signal(name, options, f"Heartbeat {name} reports a failure", ping.text)


def ended_signal(name: str) -> Signal:
    return Signal(identity=IDENTITY, says=Says.RESOLVED, labels={"heartbeat": name}, title=f"Heartbeat {name}")


def _signal(name: str, options: Options, title: str, text: str) -> Signal:
    """One identity for all it may say: whatever is wrong, the next good ping ends it."""
    return Signal(
        identity=IDENTITY,
        says=Says.FIRING,
        labels={"alertname": "Heartbeat", "heartbeat": name, "severity": options.severity},
        annotations={"summary": title, "description": text} if text else {"summary": title},
        title=title[:200],
        severity_hint=options.severity,
        group_hint=name,
    )
