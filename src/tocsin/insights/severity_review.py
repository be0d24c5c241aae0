"""How often people changed the severity that the known facts suggested, and which way: by level and by criterion.

Pure but for one read. What counts is each suggestion – at a declaration, or when more became known – and the level that
the incident had afterwards. Drills, private incidents, and levels that a route or a person named without facts are not
counted: nothing was suggested.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.facts import WORDS
from tocsin.catalog.severity import Profile
from tocsin.incidents.classifying import find_level
from tocsin.incidents.facts_store import Judged, list_judged
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid

USUAL_DAYS, MOST_DAYS = 90, 366
FEW = 5
"""From fewer answers nothing is concluded."""
_OFTEN, _MOSTLY = 30, 50
"""From these percents on people often disagree, and one criterion is mostly changed."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What became of some suggestions. `taken` + `raised` + `lowered` + `unanswered` = `suggested`."""

    suggested: int
    taken: int
    raised: int
    lowered: int
    unanswered: int

    @property
    def answered(self) -> int:
        return self.suggested - self.unanswered

    @property
    def changed_percent(self) -> int | None:
        """Of those that were answered; None: none was."""
        return round(100 * (self.raised + self.lowered) / self.answered) if self.answered else None


class Row(msgspec.Struct, frozen=True):
    """The suggestions of one level, or those that one criterion decided, beside others or alone."""

    name: str
    tally: Tally


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """`left_out`: suggestions of levels that the active profile does not have. `changes` are the latest first."""

    since: datetime
    until: datetime
    profile: str
    total: Tally
    levels: tuple[Row, ...]
    criteria: tuple[Row, ...]
    left_out: int
    changes: tuple[Judged, ...]
    conclusion: str


async def read_review(conn: Conn, viewer: Viewer, days: int, now: datetime) -> Review:
    """Of the incidents that the viewer may see. Raises Invalid for a number of days out of range."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"days is 1 to {MOST_DAYS}.", f"Ask for {USUAL_DAYS}.", field="days")
    since = now - timedelta(days=days)
    judged = await list_judged(conn, viewer.scopes, since, now)
    return review(judged, await catalog.severity_profile(conn), since, now)


def review(judged: Sequence[Judged], profile: Profile, since: datetime, until: datetime) -> Review:
    known = [each for each in judged if find_level(profile, each.suggested) and _is_comparable(profile, each.kept)]
    facts = sorted({fact for each in known for fact in each.criteria}, key=list(WORDS).index)
    total = tally(known, profile)
    criteria = tuple(
        Row(WORDS[fact], tally(_where(known, lambda each, fact=fact: fact in each.criteria), profile)) for fact in facts
    )
    changes = [each for each in known if each.kept is not None and each.kept != each.suggested]
    return Review(
        since=since,
        until=until,
        profile=profile.name,
        total=total,
        levels=tuple(
            Row(level.name, tally(_where(known, lambda j, name=level.name: j.suggested == name), profile))
            for level in profile.levels
        ),
        criteria=criteria,
        left_out=len(judged) - len(known),
        changes=tuple(reversed(changes)),
        conclusion=conclude(total, criteria),
    )


def _is_comparable(profile: Profile, kept: str | None) -> bool:
    return kept is None or find_level(profile, kept) is not None


def _where(judged: Iterable[Judged], holds: Callable[[Judged], bool]) -> list[Judged]:
    return [each for each in judged if holds(each)]


def tally(judged: Sequence[Judged], profile: Profile) -> Tally:
    """All of them of levels that the profile has."""
    steps = [
        0 if each.kept == each.suggested else profile.level(each.kept).rank - profile.level(each.suggested).rank
        for each in judged
        if each.kept is not None
    ]
    return Tally(
        suggested=len(judged),
        taken=sum(step == 0 for step in steps),
        raised=sum(step < 0 for step in steps),
        lowered=sum(step > 0 for step in steps),
        unanswered=len(judged) - len(steps),
    )


def conclude(total: Tally, criteria: Sequence[Row]) -> str:
    """One sentence: whether the table fits, and where it does not; nothing is concluded from few. One criterion alone
    that decides is the one to look at."""
    if total.answered < FEW:
        return f"Fewer than {FEW} suggestions were answered: too few to judge the table by."
    judged = [row for row in criteria if row.tally.answered >= FEW]
    alone = len(judged) == 1 and (total.changed_percent or 0) >= _OFTEN
    strict = [row for row in judged if alone or (row.tally.changed_percent or 0) >= _MOSTLY]
    if strict:
        worst = max(strict, key=lambda row: row.tally.changed_percent or 0)
        way = "lowered" if worst.tally.lowered >= worst.tally.raised else "raised"
        return (
            f"What {worst.name!r} suggests is changed in {worst.tally.changed_percent} % of cases, mostly {way}:"
            " look at its boundaries in the severity profile."
        )
    if (total.changed_percent or 0) >= _OFTEN:
        return "People often disagree, and no one criterion stands out: ask the responders what the table misses."
    return "People mostly take what is suggested: the table fits."
