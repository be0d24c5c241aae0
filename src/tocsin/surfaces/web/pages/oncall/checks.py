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
    times: tuple[tuple[datetime, datetime], ...]
    more: int
    people: str
    policies: str
    why: str
    remedy: str


class ChecksView(msgspec.Struct, frozen=True, kw_only=True):
    """`red` and `amber`: a page would reach nobody, soon or later; `others` wear people out, or call one twice."""

    red: tuple[CheckView, ...]
    amber: tuple[CheckView, ...]
    others: tuple[CheckView, ...]
    urgent_within: int = URGENT_WITHIN.days


def checks_view(
    findings: Iterable[Finding], policies: Mapping[str, tuple[str, ...]], now: datetime
) -> ChecksView | None:
    """None where all holds. `policies` are those that call each schedule: silence hurts nobody where none does."""
    red: list[CheckView] = []
    amber: list[CheckView] = []
    others: list[CheckView] = []
    for matter in matters(findings):
        first = matter[0]
        if not first.rule.means_silence:
            others.append(_view(matter, ""))
        elif named_by := policies.get(first.schedule):
            tone = red if first.starts_at < now + URGENT_WITHIN else amber
            tone.append(_view(matter, ", ".join(named_by)))
    return ChecksView(red=tuple(red), amber=tuple(amber), others=tuple(others)) if red or amber or others else None


def _view(matter: list[Finding], policies: str) -> CheckView:
    first = matter[0]
    return CheckView(
        schedule=first.schedule,
        title=MEANINGS[first.rule].broken,
        times=tuple((each.starts_at, each.ends_at) for each in matter[:_TIMES_LISTED]),
        more=max(0, len(matter) - _TIMES_LISTED),
        people=", ".join(first.people),
        policies=policies,
        why=_plain(MEANINGS[first.rule].what),
        remedy=_plain(first.remedy),
    )


def _plain(words: str) -> str:
    """Without the marks by which Markdown sets code apart."""
    return words.replace("`", "")
