"""How the checker says times and names. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tocsin.kernel.localtime import moment
from tocsin.oncall.duty import Look, Span


def when(span: Span, look: Look, zone: ZoneInfo) -> str:
    """`from Mon 2026-01-05 09:00 CET to Tue 2026-01-06 09:00 CET`; what the look cuts off has no end here."""
    begin = f"from {moment(span.starts_at, zone)}"
    return begin + (" on" if span.ends_at >= look.until else f" to {moment(span.ends_at, zone)}")


def listed(names: Sequence[str]) -> str:
    """`alice, bob and carol`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
