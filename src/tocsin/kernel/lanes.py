"""What a worker knows about its lanes between two claims: places, who may have work, where to look next. No IO.

Marks keep claims flat while an old snapshot keeps vacuum from removing finished jobs: a claim begins behind what has
been claimed. They are hints; the sweep sets them back to whatever was left behind (DESIGN, *The engine*).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tocsin.kernel.job_store import Claimed, First, Wanted
from tocsin.kernel.wakeups import SLACK, read_announcement

_Mark = tuple[datetime, int]
_BEGINNING: _Mark = (datetime(1, 1, 1, tzinfo=UTC), 0)


@dataclass
class Lane:
    """A bulkhead: at most `limit` jobs at once, however slow they are."""

    name: str
    limit: int
    busy: int = 0
    awake: bool = True
    late: bool = False
    next_due: datetime | None = None
    marks: list[_Mark] = field(default_factory=lambda: [_BEGINNING] * 3)

    @property
    def free(self) -> int:
        return self.limit - self.busy

    def expect(self, timer: datetime) -> None:
        """There is a timer for this instant."""
        self.next_due = timer if self.next_due is None else min(self.next_due, timer)


class Lanes:
    """Known lanes have their own number of places; one that appears in the table gets `places` of them."""

    def __init__(self, limits: Mapping[str, int], places: int) -> None:
        self._lanes = {name: Lane(name, limit) for name, limit in limits.items()}
        self._places = places
        self._unsure = True

    def __getitem__(self, name: str) -> Lane:
        return self._lanes.setdefault(name, Lane(name, self._places))

    @property
    def names(self) -> list[str]:
        return list(self._lanes)

    @property
    def busy(self) -> int:
        return sum(lane.busy for lane in self._lanes.values())

    def wake(self, news: str) -> None:
        """A wake-up's payload (`wakeups.announcement`): a lane has work, or a timer that we would not see in time."""
        name, is_late, timer = read_announcement(news)
        lane = self[name]
        if timer is not None:
            lane.expect(timer)
            return
        lane.awake = True
        lane.late = lane.late or is_late

    def wake_all(self) -> None:
        """A new life: nothing is known of what waits."""
        self._unsure = True
        for lane in self._lanes.values():
            lane.awake = lane.late = True

    def wake_due(self, now: datetime) -> None:
        """Timers that have come are work; what comes after them is not known then."""
        for lane in self._lanes.values():
            if lane.next_due is not None and lane.next_due <= now:
                lane.awake = self._unsure = True
                lane.next_due = None

    def wanted(self) -> list[Wanted]:
        """What to ask the next claim for: the lanes that may have work and have places. They count as asleep from here
        on, so that a wake-up while the claim is under way is not lost."""
        asked: list[Wanted] = []
        for lane in self._lanes.values():
            if not lane.awake or lane.free <= 0:
                continue
            if lane.late:
                lane.marks = [_BEGINNING] * 3
            lane.awake = lane.late = False
            asked.append(Wanted(lane.name, lane.free, *lane.marks[0], *lane.marks[1], *lane.marks[2]))
        return asked

    def note_claim(self, wanted: Iterable[Wanted], claimed: Iterable[Claimed], now: datetime) -> None:
        """A full claim: more may wait right behind it. Anything less: the lane sleeps until it is woken.

        Whoever was awake for nothing may have been woken by a clock ahead of ours: what it waits for is not known.
        """
        by_lane: dict[str, list[Claimed]] = {}
        for job in claimed:
            by_lane.setdefault(job.lane, []).append(job)
        for asked in wanted:
            lane, got = self._lanes[asked.lane], by_lane.get(asked.lane, [])
            lane.busy += len(got)
            if len(got) >= asked.free:
                lane.awake = True
                for job in got:
                    lane.marks[job.prio] = max(lane.marks[job.prio], (job.run_at, job.id))
            else:
                lane.marks = [(now - SLACK, 0)] * 3
        self._unsure = self._unsure or not by_lane

    def must_look_ahead(self) -> bool:
        """Whether a timer may be armed that no lane waits for; who asks looks it up (`note_first_due`). It counts as
        looked up from here on, so that doubts while that is under way are not lost."""
        unsure, self._unsure = self._unsure, False
        return unsure

    def note_first_due(self, firsts: Iterable[First]) -> None:
        """The next timers of all lanes. An instant that has been told of meanwhile stands: waking for nothing does no
        harm, sleeping on would."""
        for first in firsts:
            self[first.lane].expect(first.run_at)

    def note_swept(self, firsts: Iterable[First]) -> None:
        """Whatever the sweep found claimable wakes its lane, and sets the mark back when it lies before it."""
        for first in firsts:
            lane = self[first.lane]
            lane.awake = True
            lane.marks[first.prio] = min(lane.marks[first.prio], (first.run_at, first.id - 1))

    def next_due(self) -> datetime | None:
        """The instant until which all may sleep, if any timer is armed."""
        return min((lane.next_due for lane in self._lanes.values() if lane.next_due is not None), default=None)
