"""Time as the pages say it: human and exact at once, in the viewer's zone, with UTC on hover. Pure; `now` is given.

`frontend/src/times.ts` keeps what carries `data-tick` true while the page is open, in the same words.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

from tocsin.kernel.durations import length_words
from tocsin.kernel.utc_words import Clock, find_clocks

_NEAR = timedelta(minutes=5)


def zone_named(name: str | None) -> ZoneInfo:
    """The zone of that name; UTC when there is none of that name on this machine."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@dataclass(frozen=True)
class Times:
    """How this viewer reads instants, at this instant."""

    zone: ZoneInfo
    now: datetime

    @property
    def now_ms(self) -> int:
        """Milliseconds since 1970: what the page's script sets its clock by."""
        return int(self.now.timestamp() * 1000)

    @property
    def zone_words(self) -> str:
        return self.zone.key.replace("_", " ")

    def ago(self, at: datetime) -> Markup:
        """`4 min ago`, ticking."""
        length = self.now - at
        words = "just now" if length < timedelta(seconds=5) else f"{length_words(length)} ago"
        return _element(at, words, tick="ago")

    def since(self, at: datetime) -> Markup:
        """`12 min`, ticking: how long it has lasted."""
        return _element(at, length_words(self.now - at), tick="since")

    def until(self, at: datetime) -> Markup:
        """`in 3 min`, ticking, then `now`."""
        return _element(at, f"in {length_words(at - self.now)}" if at > self.now else "now", tick="until")

    def is_near(self, at: datetime) -> bool:
        """A promise that is about to break, or has broken."""
        return at - self.now <= _NEAR

    def clock(self, at: datetime) -> Markup:
        """`14:20`, `Mon 14:20` within six days, `3 Nov 14:20` or `3 Nov 2025 14:20` beyond."""
        return _element(at, f"{self._day(at)}{self._local(at):%H:%M}")

    def second(self, at: datetime) -> Markup:
        """`14:20:07`, with the day where it is not today."""
        return _element(at, f"{self._day(at)}{self._local(at):%H:%M:%S}")

    def moment(self, at: datetime) -> Markup:
        """As a sentence says it: `14:20` today, `Monday 09:00` within six days, `Mon 30 Nov 09:00` beyond."""
        return _element(at, self.moment_words(at))

    def moment_words(self, at: datetime) -> str:
        """`moment` as plain text."""
        local, today = self._local(at), self._local(self.now)
        days = (local.date() - today.date()).days
        if days == 0:
            return f"{local:%H:%M}"
        return f"{local:%A %H:%M}" if 0 < days <= 6 else self._stamp_words(at)

    def stamp(self, at: datetime) -> Markup:
        """`Mon 30 Nov 09:00`, with the year where it is another one: for lists, where every line looks alike."""
        return _element(at, self._stamp_words(at))

    def _stamp_words(self, at: datetime) -> str:
        local = self._local(at)
        year = f" {local.year}" if local.year != self._local(self.now).year else ""
        return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"

    def said(self, sentence: str, near: datetime) -> Markup:
        """A stored sentence with its `05:23:59 UTC` on the viewer's clock.

        `near` is within twelve hours of it, unless it names its day.
        """
        parts: list[Markup] = []
        end = 0
        for clock in find_clocks(sentence, near):
            parts += [escape(sentence[end : clock.start]), self._element_of(clock)]
            end = clock.end
        return Markup("").join([*parts, escape(sentence[end:])])

    def _element_of(self, clock: Clock) -> Markup:
        if clock.has_seconds:
            return self.second(clock.at)
        return self.clock(clock.at) if clock.has_day else _element(clock.at, f"{self._local(clock.at):%H:%M}")

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _day(self, at: datetime) -> str:
        local, today = self._local(at), self._local(self.now)
        days = abs((local.date() - today.date()).days)
        if days == 0:
            return ""
        if days <= 6:
            return f"{local:%a} "
        return f"{local.day} {local:%b} " if local.year == today.year else f"{local.day} {local:%b %Y} "


def _element(at: datetime, words: str, *, tick: str | None = None) -> Markup:
    utc = at.astimezone(UTC)
    attribute = Markup(' data-tick="{}"').format(tick) if tick else ""
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M:%S} UTC", attribute, words
    )
