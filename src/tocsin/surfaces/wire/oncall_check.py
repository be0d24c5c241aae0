"""What the checker of schedules says, on the wire."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.oncall import findings as model
from tocsin.oncall.findings import MEANINGS, Report


class Finding(msgspec.Struct, kw_only=True):
    """A rule that is broken from an instant to another; one that ends where the look ends may go on. `beside` is the
    other schedule of a rule about two; `silent`: an alert would reach nobody meanwhile."""

    rule: str
    schedule: str
    beside: str | None
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    people: list[str]
    sentence: str
    remedy: str
    silent: bool


class Verdict(msgspec.Struct, kw_only=True):
    """Whether a rule holds in a schedule, and until when that is proven; `applies` false: it is switched off there."""

    rule: str
    schedule: str
    time_zone: str
    says: str
    applies: bool
    holds: bool
    holds_until: datetime


class Doubt(msgspec.Struct, kw_only=True):
    """A calendar of elsewhere of which not all counts, why, and what to do."""

    calendar: str
    sentence: str
    remedy: str


class Check(msgspec.Struct, kw_only=True):
    """Everything about [since, until): each finding once, the worst rules first, and the proofs of what holds. `doubts`
    are the calendars of elsewhere that it does not wholly rest on: cut, failing, or not read yet."""

    since: datetime
    until: datetime
    findings: list[Finding]
    verdicts: list[Verdict]
    doubts: list[Doubt] = []


class Gaps(msgspec.Struct, kw_only=True):
    """The times within [since, until) at which nobody is on call, or nobody on call can be reached, in `schedules`. Of
    those, `meant` may have gaps by their limits: there only silence of whoever is on call counts."""

    since: datetime
    until: datetime
    gaps: list[Finding]
    schedules: list[str] = []
    meant: list[str] = []
    doubts: list[Doubt] = []


def check(report: Report) -> Check:
    return Check(
        since=report.since,
        until=report.until,
        findings=_findings(report.findings),
        verdicts=[
            Verdict(
                rule=each.rule.value,
                schedule=each.schedule,
                time_zone=each.time_zone,
                says=MEANINGS[each.rule].holds,
                applies=each.applies,
                holds=not each.findings,
                holds_until=each.holds_until,
            )
            for each in report.verdicts
        ],
        doubts=_doubts(report),
    )


def gaps(report: Report) -> Gaps:
    silent = sorted((each for each in report.findings if each.rule.means_silence), key=lambda each: each.starts_at)
    of_gaps = [each for each in report.verdicts if each.rule is model.Rule.GAP]
    return Gaps(
        since=report.since,
        until=report.until,
        gaps=_findings(silent),
        schedules=[each.schedule for each in of_gaps],
        meant=[each.schedule for each in of_gaps if not each.applies],
        doubts=_doubts(report),
    )


def _doubts(report: Report) -> list[Doubt]:
    return [Doubt(calendar=each.calendar, sentence=each.sentence, remedy=each.remedy) for each in report.doubts]


def _findings(found: Iterable[model.Finding]) -> list[Finding]:
    return [
        Finding(
            rule=each.rule.value,
            schedule=each.schedule,
            beside=each.beside,
            time_zone=each.time_zone,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            people=list(each.people),
            sentence=each.sentence,
            remedy=each.remedy,
            silent=each.rule.means_silence,
        )
        for each in found
    ]
