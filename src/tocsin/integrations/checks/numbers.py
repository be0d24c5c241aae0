"""Numbers against bounds, and how a number is shown. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin.catalog.checks import Bounds


def broken_bounds(value: float, bounds: Bounds) -> Iterator[str]:
    """Each bound that does not hold: "not below 0.01". What is no number holds to none."""
    if bounds.below is not None and not value < bounds.below:
        yield f"not below {shown(bounds.below)}"
    if bounds.above is not None and not value > bounds.above:
        yield f"not above {shown(bounds.above)}"
    if bounds.equals is not None and value != bounds.equals:
        yield f"not {shown(bounds.equals)}"


def held_bounds(bounds: Bounds) -> str:
    """ "below 0.01 and above 0"."""
    known = (("below", bounds.below), ("above", bounds.above), ("equal to", bounds.equals))
    return " and ".join(f"{words} {shown(value)}" for words, value in known if value is not None)


def shown(value: float) -> str:
    """Four digits that count: 0.0417, 1234, 1.5e+09."""
    return str(value) if math.isnan(value) or math.isinf(value) else f"{value:.4g}"
