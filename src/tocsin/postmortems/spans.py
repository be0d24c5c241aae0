"""Spans of time and instants as a postmortem writes them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta


def span_words(span: timedelta) -> str:
    """ "2 h 5 min", "3 min", "40 s": cut to whole minutes from one minute on."""
    seconds = int(span.total_seconds())
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part) or f"{seconds} s"


def clock(at: datetime) -> str:
    """ "2026-11-02 03:05 UTC": with its day, for a reader of another one."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
