"""The colours of `frontend/css/tokens.css` are readable in light and in dark (WCAG AA: 4.5 for text, 3 for edges)."""

import math
import re
from pathlib import Path

import pytest

from tocsin.surfaces.web.tones import TONES

TOKENS = (Path(__file__).parents[3] / "frontend/css/tokens.css").read_text()
_OKLCH = re.compile(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)")

TEXT = ["ink", "ink-soft", "brass-ink", "sev-1", "sev-2", "sev-3", "sev-4", "amber", "calm"]


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an OKLCH colour (CSS Color 4, clipped to sRGB)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def token(name: str, theme: int) -> float:
    """The luminance of `--name` in light (0) or dark (1)."""
    line = re.search(rf"--{name}: (.*);", TOKENS)
    assert line, name
    colours = _OKLCH.findall(line[1])
    lightness, chroma, hue = colours[min(theme, len(colours) - 1)]
    return luminance(float(lightness) / 100, float(chroma), float(hue))


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["paper", "wash"])
@pytest.mark.parametrize("name", TEXT)
def test_text_is_readable(name: str, surface: str, theme: int) -> None:
    assert contrast(token(name, theme), token(surface, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "surface"),
    [
        ("on-alarm", "alarm"),
        ("sev-1", "alarm-wash"),
        ("ink-soft", "alarm-wash"),
        ("ink", "alarm-wash"),
        ("amber", "amber-wash"),
    ],
)
def test_text_on_a_colour_is_readable(name: str, surface: str, theme: int) -> None:
    assert contrast(token(name, theme), token(surface, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("number", range(TONES))
def test_a_name_on_the_tone_of_a_person_is_readable_and_its_edge_seen(number: int, theme: int) -> None:
    assert contrast(token("ink", theme), token(f"tone-{number}", theme)) >= 4.5
    assert contrast(token(f"tone-{number}-edge", theme), token("paper", theme)) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_can_be_seen(theme: int) -> None:
    assert contrast(token("edge", theme), token("paper", theme)) >= 3
