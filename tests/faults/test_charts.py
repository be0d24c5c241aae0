"""Charts are drawn by a child: what it draws, and what becomes of a page when it does not."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from xml.etree import ElementTree as Xml

import pytest
from msgspec import structs

from tocsin.kernel.chart_renderer import Renderer
from tocsin.kernel.charts import Chart, Series
from tocsin.kernel.errors import Unavailable

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>"
CHART = Chart(
    title="Where do <b>incidents</b> come from?",
    alt="Most come from payments & search.",
    kind="rows",
    labels=("payments", HOSTILE, '"]+alert(1)+["'),
    series=(Series("incidents", (12, 3, 1)),),
    unit="incidents",
    target=5,
    is_whole=True,
)


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    async with Renderer(patience=120) as renderer:  # of a busy machine
        yield renderer


def _letters(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in Xml.fromstring(svg).iter(f"{SVG}text")]


async def test_a_drawing_says_what_it_shows_and_takes_names_for_text(renderer: Renderer) -> None:
    svg = await renderer.svg(CHART)
    root = Xml.fromstring(svg)
    assert root.get("role") == "img"
    assert [(child.tag, child.text) for child in root[:2]] == [(f"{SVG}title", CHART.title), (f"{SVG}desc", CHART.alt)]
    assert [child.get("aria-hidden") for child in root[2:]] == ["true"], "its marks are no pictures of their own"
    assert not list(root.iter(f"{SVG}script"))
    said = _letters(svg)
    assert "payments" in said
    assert any(each.startswith("</text><script>") for each in said)
    assert '"]+alert(1)+["' in said


async def test_the_same_chart_is_the_same_bytes_whoever_draws_it(renderer: Renderer) -> None:
    kinds = [structs.replace(CHART, kind=kind) for kind in ("line", "bar", "stack", "rows")]
    first = [(await renderer.svg(chart), await renderer.png(chart, "print")) for chart in kinds]
    async with Renderer(patience=120) as other:
        assert [(await other.svg(chart), await other.png(chart, "print")) for chart in kinds] == first
    assert all(png.startswith(b"\x89PNG") for _, png in first)


async def test_a_child_that_was_killed_is_replaced(renderer: Renderer) -> None:
    await renderer.svg(CHART)
    pid = renderer.child_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert "<svg" in await renderer.svg(CHART, "dark")
    assert renderer.child_pid != pid


async def test_charts_asked_for_at_once_come_each_to_who_asked(renderer: Renderer) -> None:
    charts = [structs.replace(CHART, labels=(f"service-{n}", "b", "c")) for n in range(8)]
    drawn = await asyncio.gather(*(renderer.svg(chart) for chart in charts))
    assert [f"service-{n}" in _letters(svg) for n, svg in enumerate(drawn)] == [True] * 8


@pytest.mark.parametrize(
    ("program", "patience", "why"),
    [("raise SystemExit(1)", 60, "the program that draws ended"), ("import time; time.sleep(600)", 0.2, "too long")],
)
async def test_no_drawing_is_told_with_what_there_is_instead(program: str, patience: float, why: str) -> None:
    async with Renderer((sys.executable, "-c", program), patience) as renderer:
        with pytest.raises(Unavailable, match=why) as told:
            await renderer.svg(CHART)
    assert "table" in told.value.remedy
