"""A schedule as its file writes it, and its shifts as lines: `alice+bob 2026-01-05T09:00+01:00`, `-` for nobody."""

import re
from datetime import datetime

from tocsin.config.files import load_texts
from tocsin.kernel.localtime import instant_of, zone_of
from tocsin.oncall.model import Schedule
from tocsin.oncall.rotation import shifts

WORDS = re.compile(r"\b(?:ann|ben|cleo|dan|eve)\b|\be\d\d?\b")


def rota(text: str, zone: str = "Europe/Berlin") -> Schedule:
    """The keys of one schedule after its name and zone; everybody who is named in it exists."""
    people = "".join(f"  - {{name: {name}}}\n" for name in sorted(set(WORDS.findall(text))))
    body = "".join(f"    {line}\n" for line in text.strip().splitlines())
    file = f"users:\n{people}schedules:\n  - name: rota\n    time_zone: {zone}\n{body}"
    return load_texts({"rota.yaml": file}, {}).schedules[0].value


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """A local time as an instant."""
    return instant_of(datetime.fromisoformat(text), zone_of(zone))


def shown(schedule: Schedule, since: str, until: str) -> list[str]:
    """Who holds each shift, and its begin on the clock of the schedule; each ends where the next begins."""
    zone = zone_of(schedule.time_zone)
    return [
        f"{'+'.join(one.users) or '-'} {one.starts_at.astimezone(zone).isoformat(timespec='minutes')}"
        for one in shifts(schedule, at(since, schedule.time_zone), at(until, schedule.time_zone))
    ]
