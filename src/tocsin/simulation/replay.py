"""A recorded history against a setup: how many incidents, and who would be called how often, day by day (PAG-8)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

import msgspec

from tocsin.delivery.model import Urgency
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import zone_of
from tocsin.simulation.model import Did, Heard, Recorded
from tocsin.simulation.setup import Setup
from tocsin.simulation.stage import Stage

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)
"""When a page wakes somebody, on the organisation's clock."""

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Load(msgspec.Struct, kw_only=True):
    """Of one person or one day: urgent pages, those of them at night, and what was only told at low urgency; and by how
    many messages the urgent ones came, by all ways of a person and bundled as they would be.
    """

    pages: int = 0
    at_night: int = 0
    told: int = 0
    messages: int = 0


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a history comes to. `dropped`, `held` and `attached` are alerts that called nobody of their own; `exhausted`
    are ladders at whose end nobody had answered. Days are the organisation's.
    """

    alerts: int
    incidents: int
    dropped: int
    held: int
    attached: int
    exhausted: int
    total: Load
    people: dict[str, Load]
    days: dict[date, Load]


class Counted:
    """Passes a history on and counts its alerts."""

    def __init__(self, recorded: Iterable[Recorded]) -> None:
        self._recorded = recorded
        self.alerts = 0

    def __iter__(self) -> Iterator[Recorded]:
        for each in self._recorded:
            self.alerts += isinstance(each, Heard)
            yield each


def replay(setup: Setup, recorded: Iterable[Recorded]) -> Tally:
    """Plays the whole of it; what people did then they do again, where this setup has an incident of that alert."""
    stage = Stage(setup, _EARLIEST, keeps_story=False)
    counted = Counted(recorded)
    stage.play(counted)
    stage.run_out()
    return _tally(stage, setup, counted.alerts)


def _tally(stage: Stage, setup: Setup, alerts: int) -> Tally:
    zone = zone_of(setup.organisation.time_zone)
    total, people, days = Load(), dict[str, Load](), dict[date, Load]()
    for (person, urgency, at), pages in stage.climbing.pages.items():
        local = at.astimezone(zone)
        for load in (total, people.setdefault(person, Load()), days.setdefault(local.date(), Load())):
            _add(load, urgency, local.time(), pages)
    for (person, urgency, at), messages in stage.climbing.travelling.messages.items():
        if urgency is Urgency.HIGH:
            day = at.astimezone(zone).date()
            for load in (total, people.setdefault(person, Load()), days.setdefault(day, Load())):
                load.messages += messages
    counts: Counter[str] = stage.climbing.counts
    return Tally(
        alerts=alerts,
        incidents=len(stage.cases.cases),
        dropped=counts["AlertsDropped"],
        held=counts["AlertsHeld"],
        attached=counts["AlertsAttached"],
        exhausted=counts["EscalationExhausted"],
        total=total,
        people=dict(sorted(people.items())),
        days=dict(sorted(days.items())),
    )


def _add(load: Load, urgency: Urgency, at: time, pages: int) -> None:
    if urgency is Urgency.LOW:
        load.told += pages
        return
    load.pages += pages
    if at >= NIGHT_BEGINS or at < NIGHT_ENDS:
        load.at_night += pages


_decoder = msgspec.json.Decoder(Heard | Did)


def read_history(lines: Iterable[bytes]) -> Iterator[Recorded]:
    """The lines of a history file, one at a time. Raises Invalid that names the line."""
    decode = _decoder.decode
    for number, line in enumerate(lines, 1):
        try:
            yield decode(line)
        except msgspec.DecodeError as wrong:
            if line.strip():
                text = f"Line {number} of the history is not understood: {wrong}."
                raise Invalid(text, "tocsin alerts export writes such a file.") from wrong
