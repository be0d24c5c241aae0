"""Days and times of a week as people write them: `mon-fri`, `sat,sun`, `22:00`. What they mean is `localtime`'s."""

from collections.abc import Iterable
from datetime import time

from tocsin.kernel.localtime import WEEKDAYS

_DAYS = [day.casefold() for day in WEEKDAYS]
EVERY_DAY = tuple(range(7))


def read_weekday(word: str) -> int | None:
    """0 for Monday, by its name or its first letters (`Mon`); None: it is none."""
    wanted = word.strip().casefold()
    found = [number for number, day in enumerate(_DAYS) if len(wanted) >= 3 and day.startswith(wanted)]
    return found[0] if found else None


def read_days(text: str) -> tuple[int, ...] | str:
    """0 for Monday, ascending, of `mon-fri`, `sat, sun` or `daily`; the word that is no day when there is one."""
    days: set[int] = set()
    for word in (part.strip() for part in text.split(",")):
        found = _range(word)
        if found is None:
            return word
        days.update(found)
    return tuple(sorted(days))


def _range(word: str) -> list[int] | None:
    if word.casefold() in ("daily", "all", "every day"):
        return list(EVERY_DAY)
    first, dash, last = word.partition("-")
    begins, ends = read_weekday(first), read_weekday(last) if dash else read_weekday(first)
    if begins is None or ends is None:
        return None
    return [(begins + n) % 7 for n in range((ends - begins) % 7 + 1)]


def days_text(days: Iterable[int]) -> str:
    """`mon-fri`, `sat-sun`, `mon,wed`."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    short = [name[:3] for name in _DAYS]
    return ",".join(short[run[0]] if len(run) == 1 else f"{short[run[0]]}-{short[run[-1]]}" for run in runs)


def read_time(text: str) -> time | None:
    """`09:00` or `09:00:30`; None when it is no time of a day. `24:00` is the next day's `00:00`."""
    parts = text.strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        return None
    numbers = [int(part) for part in parts]
    if numbers[0] == 24 and not any(numbers[1:]):
        return time(0)
    try:
        return time(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0)
    except ValueError:
        return None
