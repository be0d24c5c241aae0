"""From tallies to what is shown: groups in order and by name, with targets and the period before. Pure (MET-1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from msgspec.structs import replace

from tocsin.catalog.severity import Postmortem, Profile
from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE
from tocsin.insights.metric_definitions import DEFINITIONS, POSTMORTEMS
from tocsin.insights.metric_groups import in_order, label
from tocsin.insights.metric_model import (
    SERIES,
    Case,
    Counted,
    Dimension,
    Figure,
    Key,
    Metrics,
    Question,
    Reckoning,
    Tally,
)
from tocsin.insights.metric_tallies import count, select


def metrics_of(
    cases: Collection[Case], question: Question, reckoning: Reckoning, scopes: Collection[int] | None = None
) -> Metrics:
    """The answer from cases alone. `scopes` None: whoever asks sees all of them."""
    now = count(select(cases, question, scopes), question, reckoning)
    earlier = before(question)
    then = count(select(cases, earlier, scopes), earlier, reckoning) if earlier is not None else None
    return answer(question, reckoning, now, then)


def before(question: Question) -> Question | None:
    """The same about the period before, of the same length; None: it is not compared."""
    if not question.compare or SERIES & set(question.by):
        return None
    return replace(question, since=question.since - (question.until - question.since), until=question.since)


def answer(question: Question, reckoning: Reckoning, now: Counted, then: Counted | None) -> Metrics:
    """Every measure of every group of the period, with what the period before says of the same."""
    earlier = {(tally.measure, tally.group): tally for tally in then.tallies} if then is not None else {}
    return Metrics(
        asked=question,
        reckoning=reckoning,
        incidents=now.incidents,
        counted_again=now.counted_again,
        figures=tuple(
            _figure(tally, question, reckoning, earlier.get((tally.measure, tally.group)))
            for tally in _in_order(now.tallies)
        ),
    )


def reckoning_of(profile: Profile, zone: str) -> Reckoning:
    """As a severity profile counts, on the clock of a zone."""
    return Reckoning(
        zone=zone,
        mttr_from=profile.mttr_from,
        profile=profile.name,
        targets={
            level.name: _seconds(level.targets.mttd, level.targets.mtta, level.targets.mttm, level.targets.mttr)
            for level in profile.levels
        },
        postmortem_percent=profile.postmortem_completion,
        publish_by={
            level.name: level.publish_by.total_seconds()
            for level in profile.levels
            if level.postmortem is Postmortem.REQUIRED
        },
    )


def _seconds(mttd: timedelta, mtta: timedelta, mttm: timedelta, mttr: timedelta) -> Mapping[str, float]:
    return {
        DETECT: mttd.total_seconds(),
        ACKNOWLEDGE: mtta.total_seconds(),
        MITIGATE: mttm.total_seconds(),
        RESOLVE: mttr.total_seconds(),
    }


def _in_order(tallies: Iterable[Tally]) -> list[Tally]:
    place = {measure: number for number, measure in enumerate(DEFINITIONS)}
    return sorted(tallies, key=lambda tally: (in_order(tally.group), place[tally.measure]))


def _figure(tally: Tally, question: Question, reckoning: Reckoning, earlier: Tally | None) -> Figure:
    return Figure(
        measure=tally.measure,
        group=tuple(label(dimension, key) for dimension, key in zip(question.by, tally.group, strict=True)),
        n=tally.n,
        lacks=tally.lacks,
        value=tally.value,
        median=tally.median,
        p90=tally.p90,
        target=_target(tally, question, reckoning),
        in_target=tally.in_target,
        with_target=tally.with_target,
        before=earlier.value if earlier is not None else None,
        before_n=earlier.n if earlier is not None else 0,
    )


def _target(tally: Tally, question: Question, reckoning: Reckoning) -> float | None:
    """The target of a whole group: only where all of it is of one level, or it is the same for every level."""
    if tally.measure == POSTMORTEMS:
        return reckoning.postmortem_percent
    levels: list[Key] = [
        key for dimension, key in zip(question.by, tally.group, strict=True) if dimension is Dimension.SEVERITY
    ]
    return reckoning.targets.get(str(levels[0]), {}).get(tally.measure) if levels else None
