"""Error budgets (MET-5): how much of what a service may be bad it has been, how fast, and what follows. Pure.

Bad is the time of incidents whose level is downtime – from the start of the impact until it is mitigated, times that
overlap counted once – and, outside it, the share of bad requests that Prometheus measured. Drills are never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from tocsin.catalog.slo import WORDS, Consequence, Goal, Objective, SloPolicy
from tocsin.insights.slo_model import Budget, Gate, Piece, Sample, ServiceSlo, Span
from tocsin.kernel.durations import format_duration

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()
STEP = timedelta(minutes=5)
"""One sample of Prometheus speaks for so long before it."""

BURN_SPANS = (HOUR, 6 * HOUR, 3 * DAY)
"""As in Google's SRE workbook: what pages at once, what pages, and what makes a ticket."""


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Without overlaps and without what is empty, oldest first."""
    found: list[Span] = []
    for span in sorted(each for each in spans if each.begins < each.ends):
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return found


def total_of(spans: Iterable[Span]) -> timedelta:
    """How long any of them was, times that overlap once."""
    return sum((span.ends - span.begins for span in merge_spans(spans)), NOTHING)


def clip(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What of them lies within a time."""
    clipped = (Span(max(span.begins, since), min(span.ends, until)) for span in spans)
    return [span for span in clipped if span.begins < span.ends]


def list_pieces(down: Iterable[Span], samples: Iterable[Sample] = ()) -> list[Piece]:
    """When it was how bad, oldest first, without overlaps: 1 in downtime, the measured share outside it."""
    spans = merge_spans(down)
    found = [Piece(span.begins, span.ends, 1.0) for span in spans]
    first = 0
    for begins, ends, bad in _measured(samples):
        while first < len(spans) and spans[first].ends <= begins:
            first += 1
        found += [Piece(*left, bad) for left in _outside(Span(begins, ends), spans, first)]
    return sorted(found)


def _measured(samples: Iterable[Sample]) -> Iterator[Piece]:
    """The time that each sample speaks for; none speaks for a time before another."""
    before: datetime | None = None
    for sample in sorted(samples):
        begins = sample.at - STEP if before is None else max(sample.at - STEP, before)
        before = sample.at
        bad = min(max(sample.bad, 0.0), 1.0)
        if begins < sample.at and bad > 0:
            yield Piece(begins, sample.at, bad)


def _outside(span: Span, others: Sequence[Span], first: int) -> Iterator[Span]:
    """What of a span is in none of the others, which are merged; those before `first` end before it."""
    begins = span.begins
    for other in others[first:]:
        if other.begins >= span.ends:
            break
        if begins < other.begins:
            yield Span(begins, other.begins)
        begins = max(begins, other.ends)
    if begins < span.ends:
        yield Span(begins, span.ends)


def used(pieces: Iterable[Piece], since: datetime, until: datetime) -> timedelta:
    """How long it would have been wholly bad, to be as bad as it was."""
    return sum(
        (
            (min(piece.ends, until) - max(piece.begins, since)) * piece.bad
            for piece in pieces
            if piece.begins < until and piece.ends > since
        ),
        NOTHING,
    )


def recovers_at(pieces: Iterable[Piece], budget: timedelta, window: timedelta, now: datetime) -> datetime | None:
    """From when on there is budget again if nothing more goes wrong, since the oldest leaves the window; None: now."""
    pieces = sorted(pieces)
    excess = used(pieces, now - window, now) - budget
    if excess < NOTHING:
        return None
    for piece in pieces:
        begins, ends = max(piece.begins, now - window), min(piece.ends, now)
        amount = (ends - begins) * piece.bad if begins < ends else NOTHING
        if amount > NOTHING and amount >= excess:
            return begins + excess / piece.bad + window
        excess -= amount
    return now + window


def reckon(
    goal: Goal, window: timedelta, down: Sequence[Span], samples: Sequence[Sample], now: datetime, *, is_down: bool
) -> Budget:
    """One budget as it stands. `is_down`: an incident that is downtime goes on, so that nobody knows its end."""
    pieces = list_pieces(down if goal.objective is Objective.AVAILABILITY else (), samples)
    budget, since = window * goal.allowed, now - window
    gone = used(pieces, since, now)
    until = recovers_at(pieces, budget, window, now)
    covered = total_of(clip((Span(each.at - STEP, each.at) for each in samples), since, now))
    return Budget(
        objective=goal.objective,
        words=goal.words,
        window=window,
        budget=budget,
        used=gone,
        left=max(NOTHING, budget - gone),
        percent=100 * (gone / budget),
        burn=tuple((format_duration(span), used(pieces, now - span, now) / span / goal.allowed) for span in BURN_SPANS),
        measured_percent=100 * (covered / window) if goal.query is not None else None,
        is_exhausted=gone >= budget,
        until=None if is_down and goal.objective is Objective.AVAILABILITY else until,
    )


def decide_gate(name: str, found: ServiceSlo | None, policy: SloPolicy, *, is_critical: bool) -> Gate:
    """Whether a deployment may go out now, and why; `found` None: the service promises nothing."""
    if found is None:
        return Gate(name, True, f"{name} has no slo, so that no budget can be used up.", None)
    spent = [each for each in found.budgets if each.is_exhausted]
    if not spent:
        worst = max(found.budgets, key=lambda each: each.percent)
        return Gate(name, True, f"There is budget left: of {worst.objective} {in_words(worst)} is used.", None)
    told = " and ".join(f"{each.objective} ({in_words(each)})" for each in spent)
    what = f"The budget of {name} is used up: {told}."
    if Consequence.FREEZE not in policy.exhausted:
        return Gate(name, True, f"{what} The organisation stops no deployments for it.", None)
    if is_critical:
        return Gate(name, True, f"{what} A critical deployment may go.", None)
    ends = [each.until for each in spent]
    until = None if None in ends else max(each for each in ends if each is not None)
    when = f"until {until:%Y-%m-%d %H:%M} UTC if nothing more happens" if until else "while the downtime goes on"
    return Gate(name, False, f"{what} {WORDS[Consequence.FREEZE].capitalize()} {when}.", until)


def in_words(budget: Budget) -> str:
    """ "135 of 43.8 minutes (308 %)"."""
    return f"{in_minutes(budget.used)} of {in_minutes(budget.budget)} minutes ({in_whole_percent(budget)})"


def in_minutes(span: timedelta) -> str:
    """ "43.8"; what is less than a tenth is not called nothing."""
    minutes = span / MINUTE
    return "<0.1" if 0 < minutes < 0.05 else f"{minutes:.1f}".removesuffix(".0")


def in_whole_percent(budget: Budget) -> str:
    """ "308 %"; 99.9 is not called 100 while something is left."""
    shown = round(budget.percent)
    return f"{min(shown, 99) if not budget.is_exhausted else max(shown, 100)} %"
