"""Charts as values: their words, their table, and the definition that is drawn."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tocsin.kernel.chart_spec import spec_of
from tocsin.kernel.chart_themes import TOKENS
from tocsin.kernel.charts import Chart, Kind, Row, Series, headings, in_words, number_words, rows

CSS = Path(__file__).parents[2] / "frontend" / "css" / "tokens.css"

TREND = Chart(
    title="How long until somebody acknowledged?",
    alt="It fell from 4.5 to 2 minutes.",
    kind="line",
    labels=("Sep", "Oct"),
    series=(Series("mean", (4.5, 2.0)), Series("p90", (None, 7.0))),
    unit="minutes",
    target=5,
    target_words="target",
)


def test_a_chart_says_in_words_what_it_shows() -> None:
    assert in_words(TREND).splitlines() == [
        "How long until somebody acknowledged?",
        "It fell from 4.5 to 2 minutes.",
        "In minutes:",
        "Sep: mean 4.5, p90 –",
        "Oct: mean 2, p90 7",
        "target: 5",
    ]


def test_the_table_has_each_number_of_the_chart() -> None:
    assert headings(TREND) == ("mean, minutes", "p90, minutes")
    assert rows(TREND) == (Row("Sep", ("4.5", "–")), Row("Oct", ("2", "7")))


def test_a_number_has_no_place_that_says_nothing() -> None:
    assert [number_words(value) for value in (0, 10, 10.04, 2.25, 1000.0, None)] == [
        "0",
        "10",
        "10",
        "2.2",
        "1000",
        "–",
    ]


def test_a_chart_without_a_value_is_empty() -> None:
    assert structs.replace(TREND, series=(Series("mean", (None, None)),)).is_empty
    assert not TREND.is_empty


@given(st.text(max_size=80), st.sampled_from(["line", "bar", "stack", "rows"]))
def test_a_name_is_never_a_part_of_the_language(name: str, kind: Kind) -> None:
    """Whatever somebody calls a service: the text of the expression ends where it should."""
    chart = Chart(title="t", alt="a", kind=kind, labels=(name, "b"), series=(Series(name, (1, 2)), Series("s", (1, 2))))
    spec = spec_of(chart, "light")
    for said in re.findall(r'"labelExpr": ("(?:[^"\\]|\\.)*")', json.dumps(spec)):
        names = json.loads(said).removesuffix("[datum.value]")
        assert len(json.loads(names)) == 2
        assert re.fullmatch(r'\["[A-Za-z0-9 .,:\-_/%\\]*","[a-z]"\]', names)


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=12), st.one_of(st.none(), st.floats(0, 1e6))
)
def test_the_axis_begins_at_nought_and_holds_everything(values: list[float | None], target: float | None) -> None:
    labels = tuple(str(at) for at in range(len(values)))
    chart = Chart(title="t", alt="a", kind="bar", labels=labels, series=(Series("s", tuple(values)),), target=target)
    scale = spec_of(chart, "light")["layer"][0]["encoding"]["y"]["scale"]
    assert scale["domainMin"] == 0
    assert all(value <= scale["domainMax"] for value in [*values, target] if value is not None)


@pytest.mark.parametrize(("highest", "ticks"), [(1, [0, 1, 2, 3, 4]), (4, [0, 1, 2, 3, 4]), (9, None)])
def test_few_counts_have_a_tick_each(highest: int, ticks: list[int] | None) -> None:
    drawn = Chart(title="t", alt="a", kind="bar", labels=("a",), series=(Series("n", (highest,)),), is_whole=True)
    assert spec_of(drawn, "light")["layer"][0]["encoding"]["y"]["axis"].get("values") == ticks


def test_a_page_gives_the_colours_by_their_names() -> None:
    assert "var(--ink)" in str(spec_of(TREND, "page"))
    assert "#" not in str(spec_of(TREND, "page"))


def test_the_colours_are_those_of_the_pages() -> None:
    """What `tokens.css` says in OKLCH, worked out."""
    css = CSS.read_text()
    for token in TOKENS["light"]:
        found = re.search(rf"--{token}: light-dark\(oklch\((.+?)\), oklch\((.+?)\)\)", css)
        assert found, token
        assert (TOKENS["light"][token], TOKENS["dark"][token]) == (_hex(found[1]), _hex(found[2])), token
    assert TOKENS["light"].keys() == TOKENS["dark"].keys() == TOKENS["print"].keys()


def _hex(oklch: str) -> str:
    """CSS Color 4, 10.9: OKLCH to sRGB."""
    light, chroma, hue = (float(part.removesuffix("%")) for part in oklch.split())
    light, a, b = light / 100, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, part)))):02x}" for part in linear)


def _gamma(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
