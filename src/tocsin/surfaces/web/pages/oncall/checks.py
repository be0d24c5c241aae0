"""What does not hold of schedules in the weeks that a page shows, as the checker found it, with why it is red."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from tocsin.oncall.findings import MEANINGS, Finding
from tocsin.oncall.nightly import matters

URGENT_WITHIN = timedelta(days=7)
_TIMES_LISTED = 3


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """One matter: its first times, how many follow. `why` is what the rule says, `policies` are whom it hurts."""

    schedule: str
    title: str
    sentence: str
    times: tuple[tuple[datetime, datetime], ...]
    more: int
    people: str
    policies: str
    why: str
    remedy: str
    is_red: bool


class ChecksView(msgspec.Struct, frozen=True, kw_only=True):
    """`silent`: a page would reach nobody meanwhile; `others` wear people out, or call one twice."""

    silent: tuple[CheckView, ...]
    others: tuple[CheckView, ...]
    urgent_within: int = URGENT_WITHIN.days


def checks_view(
    findings: Iterable[Finding], policies: Mapping[str, tuple[str, ...]], now: datetime
) -> ChecksView | None:
    """None where all holds. `policies` are those that call each schedule: silence hurts nobody where none does."""
    silent: list[CheckView] = []
    others: list[CheckView] = []
    for matter in matters(findings):
        first = matter[0]
        if not first.rule.means_silence:
            others.append(_view(matter, "", now))
        elif named_by := policies.get(first.schedule):
            silent.append(_view(matter, ", ".join(named_by), now))
    return ChecksView(silent=tuple(silent), others=tuple(others)) if silent or others else None


def _view(matter: list[Finding], policies: str, now: datetime) -> CheckView:
    first = matter[0]
    return CheckView(
        schedule=first.schedule,
        title=MEANINGS[first.rule].broken,
        sentence=first.sentence,
        times=tuple((each.starts_at, each.ends_at) for each in matter[:_TIMES_LISTED]),
        more=max(0, len(matter) - _TIMES_LISTED),
        people=", ".join(first.people),
        policies=policies,
        why=MEANINGS[first.rule].what,
        remedy=first.remedy,
        is_red=first.rule.means_silence and first.starts_at < now + URGENT_WITHIN,
    )
