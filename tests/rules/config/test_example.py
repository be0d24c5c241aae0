"""The example that everybody tries first is sound, in whichever week somebody tries it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rules.config.test_ladders import NOTHING
from tocsin.config.document import Document
from tocsin.config.files import load
from tocsin.config.plan import decide_plan

EXAMPLE = Path(__file__).parents[3] / "examples" / "tocsin.yaml"
FIRST = datetime(2026, 11, 1, 12, tzinfo=UTC)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(2 * 53)]


@pytest.fixture(scope="module")
def example() -> Document:
    return load([EXAMPLE], {"TOCSIN_PROMETHEUS_KEY": "a-key-that-is-long-enough"})


@pytest.mark.parametrize("now", WEEKS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_the_example_breaks_nothing_in_the_coming_weeks(example: Document, now: datetime) -> None:
    found = decide_plan(NOTHING, example, now, {})
    assert found.errors == ()
    assert [each.sentence for each in found.breakage] == []
