"""What the pages are made of, on one page: type, colours with their contrast, distances, buttons, fields, states, empty
states, refusals, entries, a sheet. It is built from the templates that the pages use, so it shows what they show.
"""

from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.assets import Assets
from tocsin.surfaces.web.colours import PAIRS, Pair, Token, contrast, read_tokens
from tocsin.surfaces.web.given import GivenAssets, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import IncidentLine, LevelView
from tocsin.surfaces.web.pages.incidents.entries import EntryView
from tocsin.surfaces.web.problems import Problem

_TYPE = (
    (31, "The state of a calm system"),
    (25, "The title of a page"),
    (20, "What burns"),
    (16, "Text"),
    (13, "Beside"),
)
_SPACES = (4, 8, 12, 16, 24, 32, 48)


class PairView(msgspec.Struct, frozen=True, kw_only=True):
    """A colour on another; contrasts are rounded down, so that none looks better than it is."""

    front: str
    back: str
    least: float
    light: float
    dark: float


class GuideView(msgspec.Struct, frozen=True, kw_only=True):
    """The examples; `burning` has one line of each state in which an incident may be listed."""

    pairs: tuple[PairView, ...]
    levels: tuple[LevelView, ...]
    burning: tuple[IncidentLine, ...]
    entries: tuple[EntryView, ...]
    refused: Invalid
    problem: Problem
    types: tuple[tuple[int, str], ...] = _TYPE
    spaces: tuple[int, ...] = _SPACES


@get("/styleguide")
async def show_styleguide(visit: GivenVisit, pages: GivenPages, assets: GivenAssets) -> Response[str]:
    """The page; it reads nothing that happened."""
    now = visit.times.now
    view = GuideView(
        pairs=pair_views(assets),
        levels=_LEVELS,
        burning=_lines(now),
        entries=_entries(now),
        refused=Invalid("A title has 1 to 300 characters.", "Say in one line what is wrong.", field="title"),
        problem=Problem(
            status=409,
            title="That is not possible now",
            what="INC-4 is resolved, so there is nothing to acknowledge.",
            remedy="Reopen it if it is not over.",
        ),
    )
    return pages.page("styleguide.html", visit, view=view)


def pair_views(assets: Assets) -> tuple[PairView, ...]:
    """Of the style sheet that is served."""
    tokens = read_tokens(assets.by_hashed_name[assets.names["style.css"]].content.decode())
    return tuple(_pair_view(pair, tokens[pair.front], tokens[pair.back]) for pair in PAIRS)


def _pair_view(pair: Pair, front: Token, back: Token) -> PairView:
    light, dark = (int(contrast(one, other) * 10) / 10 for one, other in zip(front, back, strict=True))
    return PairView(front=pair.front, back=pair.back, least=pair.least, light=light, dark=dark)


_LEVELS = (
    LevelView("SEV-1", "Critical", 1),
    LevelView("SEV-2", "High", 2),
    LevelView("SEV-3", "Moderate", 3),
    LevelView("SEV-4", "Low", 4),
)


def _lines(now: datetime) -> tuple[IncidentLine, ...]:
    return (
        _line(1, "Checkout answers 500", "triggered", _LEVELS[0], now - timedelta(minutes=2), is_loud=True),
        _line(
            2,
            "Search is slow",
            "investigating",
            _LEVELS[1],
            now - timedelta(hours=1),
            who="bob commands",
            due=now + timedelta(minutes=3),
        ),
        _line(3, "Reports are late", "monitoring", None, now - timedelta(hours=5), who="carol has it"),
    )


def _line(
    number: int,
    title: str,
    status: str,
    level: LevelView | None,
    declared_at: datetime,
    *,
    is_loud: bool = False,
    who: str = "nobody has acknowledged",
    due: datetime | None = None,
) -> IncidentLine:
    return IncidentLine(
        id=number,
        is_drill=False,
        number=number,
        ref=f"INC-{number}",
        path="#states",
        title=title,
        level=level,
        status=status,
        services="checkout",
        who=who,
        is_open=True,
        needs_answer=is_loud,
        is_loud=is_loud,
        declared_at=declared_at,
        resolved_at=None,
        lasted="",
        update_at=due,
    )


def _entries(now: datetime) -> tuple[EntryView, ...]:
    said = (
        ("", "", "INC-1 declared at SEV-1: Checkout answers 500.", "plain"),
        ("", "", "Paged alice by e-mail, delivered in 0.8 s.", "quiet"),
        ("", "", "alice did not answer within 5 min, so bob is called.", "trouble"),
        ("@bob", "observation", "8 % of payments fail since 14:18, all regions alike", "plain"),
        ("@bob", "decision", "roll back to v2.3.0 now, look for the cause afterwards", "plain"),
        ("@alice", "question", "Does the client of v2.3.0 know the new certificate?", "plain"),
    )
    return tuple(
        EntryView(
            id=place,
            at=now - timedelta(minutes=12 - place),
            actor=actor,
            type=kind,
            sentence=sentence,
            tone=tone,
        )
        for place, (actor, kind, sentence, tone) in enumerate(said, start=1)
    )
