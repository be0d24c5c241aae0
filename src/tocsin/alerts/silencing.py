"""Silences in Alertmanager's model and inhibitions: what they mute, and what becomes of a silence that is set
again. Pure.

Contracts 3.6 and 3.7, ALR-7.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Matcher, Op, matches_all, parse_matcher

T = TypeVar("T")

CAUSES_KEPT = 20
"""Of the alerts that mute one: when any of these ends it is looked at again, and may be muted by others."""


class SilenceState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Matchers, a window, who and why. `integration_id` limits it to one integration's alerts: that of the key it
    was set with."""

    id: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    updated_at: datetime
    integration_id: int | None = None

    def state_at(self, now: datetime) -> SilenceState:
        if now < self.starts_at:
            return SilenceState.PENDING
        return SilenceState.ACTIVE if now < self.ends_at else SilenceState.EXPIRED

    def mutes(self, labels: Mapping[str, str], integration_id: int) -> bool:
        """Whether it covers the alert, whatever the time."""
        if self.integration_id is not None and self.integration_id != integration_id:
            return False
        return matches_all(self.matchers, labels)


class WantedSilence(msgspec.Struct, frozen=True, kw_only=True):
    """A silence as somebody asks for it; with an id it changes that one."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    id: str | None = None


class SetSilence(NamedTuple):
    """What to write. `in_place`: the existing one keeps its id. `expires`: the existing one ends now and a new one
    is made."""

    in_place: bool
    expires: bool
    starts_at: datetime


class Inhibition(msgspec.Struct, frozen=True, kw_only=True):
    """A firing alert that matches `source` mutes those that match `target`, when the labels in `equal` agree."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()

    def is_source(self, labels: Mapping[str, str]) -> bool:
        return matches_all(self.source, labels)

    def is_target(self, labels: Mapping[str, str]) -> bool:
        return matches_all(self.target, labels)

    def shared(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """The values in which cause and effect agree; a label that is missing is an empty one."""
        return tuple(labels.get(name, "") for name in self.equal)


class Causes(Generic[T]):
    """The firing alerts that may mute by one rule, as whatever the caller names them by.

    As Alertmanager has it (contracts 3.7): an alert that matches both sides mutes no other such alert, itself
    included; one that is only a source mutes it like any target.
    """

    def __init__(self, rule: Inhibition) -> None:
        self._rule = rule
        self._plain: dict[tuple[str, ...], list[T]] = {}
        self._two_sided: dict[tuple[str, ...], list[T]] = {}

    def note(self, labels: Mapping[str, str], name: T) -> None:
        """A firing alert; ignored unless it is a source, or when enough of its like are known."""
        if self._rule.is_source(labels):
            side = self._two_sided if self._rule.is_target(labels) else self._plain
            known = side.setdefault(self._rule.shared(labels), [])
            if len(known) < CAUSES_KEPT:
                known.append(name)

    def forget(self, labels: Mapping[str, str], name: T) -> None:
        """It fires no more."""
        for side in (self._plain, self._two_sided):
            known = side.get(self._rule.shared(labels), []) if side else []
            if name in known:
                known.remove(name)

    def find(self, labels: Mapping[str, str]) -> list[T]:
        """Those that mute an alert with these labels."""
        if not (self._plain or self._two_sided) or not self._rule.is_target(labels):
            return []
        shared = self._rule.shared(labels)
        plain = self._plain.get(shared, [])
        return plain if self._rule.is_source(labels) else plain + self._two_sided.get(shared, [])


class InhibitionDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `inhibitions:` as the configuration file has it."""

    source: list[str]
    target: list[str]
    equal: list[str] = []


def read_inhibition(definition: Mapping[str, Any], position: int) -> Inhibition:
    """Raises Invalid, naming what is wrong."""
    try:
        read = msgspec.convert(dict(definition), InhibitionDefinition)
    except msgspec.ValidationError as error:
        raise Invalid(f"inhibition {position}: {error}.", "It has source, target and equal.") from error
    return Inhibition(
        source=tuple(parse_matcher(text) for text in read.source),
        target=tuple(parse_matcher(text) for text in read.target),
        equal=tuple(read.equal),
    )


def check_silence(wanted: WantedSilence, now: datetime) -> None:
    """Raises Invalid in Alertmanager's words."""
    if wanted.ends_at <= wanted.starts_at:
        text = "Failed to create silence: start time must be before end time"
        raise Invalid(text, "Let it end later than it starts.", field="endsAt")
    if wanted.ends_at <= now:
        raise Invalid("Failed to create silence: end time can't be in the past", "Let it end later.", field="endsAt")
    if all(matcher.matches_value("") for matcher in wanted.matchers):
        text = "silence invalid: at least one matcher must not match the empty string"
        raise Invalid(text, "Name a label and a value that the alerts have.", field="matchers")


def decide_set_silence(wanted: WantedSilence, existing: Silence | None, now: datetime) -> SetSilence:
    """Change in place only what does not rewrite history (contracts 3.6); a start in the past becomes now."""
    starts_at = max(wanted.starts_at, now)
    if existing is None:
        return SetSilence(in_place=False, expires=False, starts_at=starts_at)
    state = existing.state_at(now)
    if existing.matchers == wanted.matchers:
        if state is SilenceState.ACTIVE and _same_second(wanted.starts_at, existing.starts_at):
            return SetSilence(in_place=True, expires=False, starts_at=existing.starts_at)
        if state is SilenceState.PENDING and wanted.starts_at > now:
            return SetSilence(in_place=True, expires=False, starts_at=wanted.starts_at)
    return SetSilence(in_place=False, expires=state is not SilenceState.EXPIRED, starts_at=starts_at)


def _same_second(one: datetime, other: datetime) -> bool:
    return one.replace(microsecond=0) == other.replace(microsecond=0)


def order_silences(silences: Iterable[Silence], now: datetime) -> list[Silence]:
    """Alertmanager's order: active (ends soonest first), pending (starts soonest first), expired (latest first)."""

    def rank(silence: Silence) -> tuple[int, float]:
        match silence.state_at(now):
            case SilenceState.ACTIVE:
                return 0, silence.ends_at.timestamp()
            case SilenceState.PENDING:
                return 1, silence.starts_at.timestamp()
            case SilenceState.EXPIRED:
                return 2, -silence.ends_at.timestamp()

    return sorted(silences, key=rank)


def silenced_by(
    silences: Sequence[Silence], labels: Mapping[str, str], integration_id: int, now: datetime
) -> list[Silence]:
    """The active silences that cover an alert."""
    active = (silence for silence in silences if silence.state_at(now) is SilenceState.ACTIVE)
    return [silence for silence in active if silence.mutes(labels, integration_id)]


def mute_reason(silences: Sequence[Silence]) -> str:
    """ "silenced by @alice until 2026-12-24 06:00 UTC: upgrade", of the first that covers the alert."""
    first = silences[0]
    said = f": {first.comment}" if first.comment else ""
    return f"silenced by {first.created_by} until {first.ends_at:%Y-%m-%d %H:%M} UTC{said}"


def matches_filter(silence: Silence, wanted: Sequence[Matcher]) -> bool:
    """Alertmanager's filter on silences compares matchers, it does not evaluate them."""
    return all(matcher in silence.matchers for matcher in wanted)


def matcher_of(name: str, value: str, *, is_regex: bool, is_equal: bool) -> Matcher:
    """A matcher in the four words of the silence API. Raises BadRegex."""
    if is_regex:
        return Matcher(name, Op.REGEX if is_equal else Op.NOT_REGEX, value)
    return Matcher(name, Op.EQUAL if is_equal else Op.NOT_EQUAL, value)
