"""What the nightly look of the checker tells, to whom and when (ONC-3): new things once, in the morning. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tocsin.kernel.localtime import instant_of, local_of
from tocsin.oncall.findings import Finding

AT = time(6)
"""On the organisation's clock: early enough that somebody can take the coming night, late enough to wake nobody."""
DAY = timedelta(days=1)


class LastLook(msgspec.Struct, frozen=True, kw_only=True):
    """When the checker last looked of its own accord, how far, and what it found."""

    looked_at: datetime
    until: datetime
    findings: tuple[Finding, ...] = ()


def is_due(last: LastLook, now: datetime, zone: ZoneInfo) -> bool:
    """Whether it has become morning since the last look."""
    return last.looked_at < _morning(now, zone) <= now


def _morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The latest begin of a morning."""
    local = local_of(now, zone)
    today = instant_of(datetime.combine(local, AT), zone)
    return today if today <= now else instant_of(datetime.combine(local - DAY, AT), zone)


def find_untold(found: Iterable[Finding], last: LastLook) -> list[Finding]:
    """What nobody was told of: not what goes on or has moved a little, and not the same again that only came into view
    because a day has passed."""
    known: defaultdict[object, list[Finding]] = defaultdict(list)
    for old in last.findings:
        known[_matter(old)].append(old)
    return [each for each in found if not _is_told(each, known[_matter(each)], last.until)]


def _is_told(finding: Finding, known: Sequence[Finding], seen_until: datetime) -> bool:
    if known and finding.starts_at >= seen_until:
        return True
    return any(old.starts_at < finding.ends_at and finding.starts_at < old.ends_at for old in known)


def _matter(finding: Finding) -> object:
    return finding.rule, finding.schedule, finding.beside, finding.people


def addressees(
    untold: Iterable[Finding], leads: Mapping[str, Collection[str]], administrators: Collection[str]
) -> dict[str, list[Finding]]:
    """Who is told what: the leads of a schedule's team, by schedule in `leads`; the administrators where it means
    silence, or where a schedule has no lead."""
    told: defaultdict[str, list[Finding]] = defaultdict(list)
    for each in untold:
        names = set(leads.get(each.schedule, ())) | set(leads.get(each.beside or "", ()))
        if each.rule.means_silence or not names:
            names |= set(administrators)
        for name in names:
            told[name].append(each)
    return dict(told)


def matters(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The same rule broken by the same people is one matter, however often."""
    groups: dict[object, list[Finding]] = {}
    for each in findings:
        groups.setdefault(_matter(each), []).append(each)
    return list(groups.values())
