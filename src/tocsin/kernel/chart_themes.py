"""The colours of charts: the tokens of the pages, as numbers for what is no page (mail, files, paper)."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.kernel.charts import Series, Theme

TOKENS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "paper": "#fcfcfc",
        "ink": "#141b24",
        "ink-soft": "#505963",
        "line": "#d5d8db",
        "alarm": "#c2181d",
        "brass-ink": "#895709",
        "tone-0-edge": "#3a75af",
        "tone-1-edge": "#3b834e",
        "tone-2-edge": "#855ea1",
        "tone-4-edge": "#008585",
        "tone-5-edge": "#9e5580",
        "sev-1": "#c2181d",
        "sev-2": "#b14c00",
        "sev-3": "#7e6612",
        "sev-4": "#4e667c",
    },
    "dark": {
        "paper": "#0e1216",
        "ink": "#e3e8ee",
        "ink-soft": "#9ea6ae",
        "line": "#30363d",
        "alarm": "#d73431",
        "brass-ink": "#e1ad57",
        "tone-0-edge": "#6da9e7",
        "tone-1-edge": "#6fb880",
        "tone-2-edge": "#ba91d8",
        "tone-4-edge": "#36baba",
        "tone-5-edge": "#d688b4",
        "sev-1": "#f5746d",
        "sev-2": "#f49752",
        "sev-3": "#d9c060",
        "sev-4": "#94aec6",
    },
    "print": {
        "paper": "#ffffff",
        "ink": "#000000",
        "ink-soft": "#333333",
        "line": "#bbbbbb",
        "alarm": "#000000",
        "brass-ink": "#444444",
        "tone-0-edge": "#999999",
        "tone-1-edge": "#6e6e6e",
        "tone-2-edge": "#c0c0c0",
        "tone-4-edge": "#222222",
        "tone-5-edge": "#858585",
        "sev-1": "#111111",
        "sev-2": "#555555",
        "sev-3": "#999999",
        "sev-4": "#cccccc",
    },
}
"""By theme: `frontend/css/tokens.css` says the same (tested), but for paper, which has no colours."""

IN_TURN = ("brass-ink", "tone-0-edge", "tone-1-edge", "tone-2-edge", "tone-4-edge", "tone-5-edge")
"""The colours of series that name none."""


def colour(token: str, theme: Theme) -> str:
    """A token as the drawing writes it; a page is asked by the token's name."""
    return f"var(--{token})" if theme == "page" else TOKENS[theme][token]


def tone_of(series: Series, place: int) -> str:
    """The token of a series, by its place among them; a token that no chart knows counts as none."""
    return series.tone if series.tone in TOKENS["light"] else IN_TURN[place % len(IN_TURN)]
