"""How bad it is, as the room shows it: the level, why, what is proposed, what could make it worse, and since when it is
so (CLS-3).
"""

from datetime import datetime

import msgspec

from tocsin.catalog.facts import CHOICES, WORDS, Facts, words_of
from tocsin.incidents import facts_of
from tocsin.incidents.facts_store import Assessed
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.incident_lines import LevelView, level_view, levels_of
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

SAMPLES = {
    "users_affected": "35% or 1200",
    "error_rate": "5%",
    "revenue_per_hour": "5000 USD",
    "systems_down": "2",
}
"""Facts that are typed; the others are chosen."""


class FactField(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a form: its words, what is known, and either what may be chosen or what may be typed."""

    name: str
    words: str
    value: str
    choices: tuple[str, ...]
    sample: str


class ThenView(msgspec.Struct, frozen=True, kw_only=True):
    """What was known at an instant, what it meant, and the level that was kept where that is another one."""

    at: datetime
    by: str
    known: str
    suggested: str
    kept: str
    reason: str


class SeverityView(msgspec.Struct, frozen=True, kw_only=True):
    """`proposal` is the level that waits for a person, None: nothing is asked. `could_raise`: the worst level first."""

    level: LevelView | None
    response: str
    known: tuple[tuple[str, str], ...]
    reason: str
    proposal: LevelView | None
    could_raise: tuple[tuple[str, str], ...]
    history: tuple[ThenView, ...]
    may_change: bool


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet offers: every level with its title, every fact with what is known of it."""

    levels: tuple[LevelView, ...]
    severity: str
    proposal: str
    facts: tuple[FactField, ...]


async def load(conn: Conn, room: RoomContext) -> SeverityView:
    judged = await facts_of.judge(conn, room.incident)
    latest = judged.history[-1] if judged.history else None
    waits = latest is not None and latest.kept is None
    return SeverityView(
        level=level_view(room.profile, room.incident.severity),
        response=room.level.response if room.level else "",
        known=tuple((words_of(fact, text), text) for fact, text in (latest.facts if latest else {}).items()),
        reason=judged.assessment.reason,
        proposal=level_view(room.profile, judged.proposal.level) if waits else None,
        could_raise=tuple((each.level, each.when) for each in judged.assessment.could_raise),
        history=tuple(_then(each) for each in reversed(judged.history)),
        may_change=room.may_respond,
    )


async def load_sheet(conn: Conn, room: RoomContext) -> SheetView | None:
    """Changing the level, and saying what has become known."""
    if not room.may_respond:
        return None
    judged = await facts_of.judge(conn, room.incident)
    known = judged.history[-1].facts if judged.history else {}
    return SheetView(
        levels=levels_of(room.profile),
        severity=room.incident.severity or "",
        proposal=judged.proposal.level or "",
        facts=fact_fields(known),
    )


def fact_fields(known: dict[str, str]) -> tuple[FactField, ...]:
    """Every fact that a severity profile may grade; a share and a number of users are one field."""
    return tuple(
        FactField(
            name=name,
            words="users affected" if name == "users_affected" else WORDS[name],
            value=known.get(name, ""),
            choices=() if name in SAMPLES else CHOICES.get(name, ("yes", "no")),
            sample=SAMPLES.get(name, ""),
        )
        for name in Facts._fields
        if name != "users_affected_share"
    )


def _then(each: Assessed) -> ThenView:
    return ThenView(
        at=each.at,
        by=each.by,
        known="; ".join(f"{words_of(fact, text)}: {text}" for fact, text in each.facts.items()) or "nothing",
        suggested=each.suggested or "no level",
        kept=each.kept if each.kept is not None and each.kept != each.suggested else "",
        reason=each.reason or "",
    )
