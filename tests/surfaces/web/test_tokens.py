"""The colours of `frontend/css/tokens.css` are readable in light and in dark: WCAG AA for each pair that is used."""

from pathlib import Path

import pytest

from tocsin.surfaces.web.assets import load_assets
from tocsin.surfaces.web.colours import PAIRS, Colour, Pair, contrast, read_tokens

TOKENS = read_tokens((Path(__file__).parents[3] / "frontend/css/tokens.css").read_text())
DECORATION = frozenset({"line", "brass"})
"""Nothing is told by these alone: a line between two rows, the ring round the focus, which has one of ink beside it."""


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.back}")
def test_what_stands_on_a_colour_can_be_read(pair: Pair, theme: int) -> None:
    assert contrast(TOKENS[pair.front][theme], TOKENS[pair.back][theme]) >= pair.least


def test_no_colour_is_left_out() -> None:
    assert {name for pair in PAIRS for name in (pair.front, pair.back)} | DECORATION == set(TOKENS)


def test_the_built_style_sheet_has_the_same_colours() -> None:
    assets = load_assets()
    built = assets.by_hashed_name[assets.names["style.css"]].content.decode()
    assert read_tokens(built) == TOKENS


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (Colour(100, 0, 0), Colour(0, 0, 0), 21.0),
        (Colour(50, 0.1, 30), Colour(50, 0.1, 30), 1.0),
        (Colour(62.796, 0.25768, 29.234), Colour(100, 0, 0), 3.998),  # #ff0000 on white
    ],
)
def test_contrast_is_that_of_wcag(one: Colour, other: Colour, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)
