"""The colours of the style sheet, which of them stand on which, and whether that can be read. Pure.

The pairs are what `tests/surfaces/web/test_tokens.py` holds to WCAG AA and `/styleguide` shows.
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from tocsin.surfaces.web.tones import TONES

TEXT = 4.5
"""The least contrast of text with what it stands on (WCAG 2.2, 1.4.3)."""

EDGE = 3.0
"""The least contrast of what marks a field, the focus or a drawing (1.4.11)."""

_OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
_TOKEN = re.compile(rf"--([\w-]+):\s*(?:light-dark\({_OKLCH},\s*{_OKLCH}\)|{_OKLCH})\s*[;}}]")


class Colour(NamedTuple):
    """OKLCH: lightness in percent, chroma, hue in degrees."""

    lightness: float
    chroma: float
    hue: float


class Token(NamedTuple):
    """A custom property, in light and in dark."""

    light: Colour
    dark: Colour


class Pair(NamedTuple):
    """What is seen on what, with the least contrast that it needs."""

    front: str
    back: str
    least: float


_ON_PAPER = ("ink", "ink-soft", "brass-ink", "sev-1", "sev-2", "sev-3", "sev-4", "amber", "calm")
_ON_COLOUR = (
    ("on-alarm", "alarm"),
    ("ink", "alarm-wash"),
    ("ink-soft", "alarm-wash"),
    ("sev-1", "alarm-wash"),
    ("sev-2", "alarm-wash"),
    ("ink", "amber-wash"),
    ("amber", "amber-wash"),
)
_PEOPLE = tuple(f"tone-{number}" for number in range(TONES))

PAIRS = (
    *(Pair(front, back, TEXT) for front in _ON_PAPER for back in ("paper", "wash")),
    *(Pair(front, back, TEXT) for front, back in _ON_COLOUR),
    *(Pair("ink", tone, TEXT) for tone in _PEOPLE),
    *(Pair(f"{tone}-edge", "paper", EDGE) for tone in _PEOPLE),
    Pair("edge", "paper", EDGE),
)


def read_tokens(css: str) -> Mapping[str, Token]:
    """The colours among the custom properties of a style sheet, as written or as minified; no other property."""
    found: dict[str, Token] = {}
    for name, *numbers in _TOKEN.findall(css):
        light, dark, both = (_colour(numbers[begin : begin + 3]) for begin in (0, 3, 6))
        one = light or both
        if one is not None:
            found[name] = Token(one, dark or one)
    return found


def _colour(numbers: list[str]) -> Colour | None:
    return Colour(*(float(number) for number in numbers)) if all(numbers) else None


def contrast(one: Colour, other: Colour) -> float:
    """1 to 21 (WCAG 2.2)."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance (CSS Color 4, clipped to sRGB)."""
    lightness = colour.lightness / 100
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
