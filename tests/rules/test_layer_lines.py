"""Layers as sentences: what a person reads of a rotation without knowing the file."""

from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from tocsin.kernel.localtime import Hours
from tocsin.oncall.model import Handover, Layer, Member, OnHolidays, Rotation
from tocsin.surfaces.web.layer_lines import layer_line

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STARTS = datetime.fromisoformat("2026-01-05T09:00")
WEEK = Layer(name="week", rotation=Rotation.WEEKLY, starts=STARTS, users=(("alice",), ("bob",), ("dave",)))
NINE = time(9)


def turns(**changes: object) -> str:
    return layer_line(replace(WEEK, **changes), "Europe/Berlin", NOW).turns


def test_a_weekly_rotation_is_one_sentence() -> None:
    line = layer_line(replace(WEEK, handover=Handover(at=NINE, weekday=0)), "Europe/Berlin", NOW)
    assert (line.name, line.turns) == ("week", "weekly, hand-over Monday 09:00 Europe/Berlin")
    assert line.people == "alice → bob → dave"
    assert line.limits == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "weekly, hand-over Monday 09:00 Europe/Berlin"),
        ({"every": 2}, "every 2 weeks, hand-over Monday 09:00 Europe/Berlin"),
        (
            {"handover": (Handover(at=NINE, weekday=0), Handover(at=time(17), weekday=4))},
            "weekly, hand-over Monday 09:00 and Friday 17:00 Europe/Berlin",
        ),
        (
            {"every": 2, "handover": (Handover(at=NINE, weekday=0), Handover(at=NINE, weekday=3))},
            "weekly, a turn for every 2 hand-overs, hand-over Monday 09:00 and Thursday 09:00 Europe/Berlin",
        ),
        ({"rotation": Rotation.DAILY, "handover": Handover(at=time(8, 30))}, "daily, hand-over 08:30 Europe/Berlin"),
        ({"rotation": Rotation.DAILY, "every": 3}, "every 3 days, hand-over 09:00 Europe/Berlin"),
        (
            {"rotation": Rotation.MONTHLY, "handover": Handover(at=NINE, day=31)},
            "monthly, hand-over on day 31 09:00 Europe/Berlin",
        ),
        (
            {"rotation": Rotation.MONTHLY, "handover": Handover(at=NINE, weekday=4, nth=-1)},
            "monthly, hand-over last Friday 09:00 Europe/Berlin",
        ),
        ({"rotation": Rotation.MONTHLY}, "monthly, hand-over on day 5 09:00 Europe/Berlin"),
        (
            {"rotation": Rotation.CUSTOM, "length": timedelta(hours=12)},
            "every 12h from Mon 5 Jan 2026 09:00 Europe/Berlin",
        ),
        (
            {"rotation": Rotation.RRULE, "rrule": "FREQ=WEEKLY;BYDAY=TU"},
            "hand-over by the rule FREQ=WEEKLY;BYDAY=TU, from Mon 5 Jan 2026 09:00 Europe/Berlin",
        ),
        ({"rotation": Rotation.CALENDAR, "calendar": "rota", "users": ()}, "from the calendar rota"),
        ({"users": (("alice",),)}, "always the same, on the clock of Europe/Berlin"),
        ({"time_zone": "Asia/Tokyo"}, "weekly, hand-over Monday 09:00 Asia/Tokyo"),
    ],
)
def test_when_it_hands_over(changes: dict[str, object], said: str) -> None:
    assert turns(**changes) == said


def test_people_together_and_weeks_off_are_seen() -> None:
    line = layer_line(replace(WEEK, users=(("alice", "dave"), (), ("bob",))), "UTC", NOW)
    assert line.people == "alice + dave → nobody → bob"


@pytest.mark.parametrize(
    ("changes", "limits"),
    [
        (
            {"restrict": (Hours(days=(0, 1, 2, 3, 4), begin=NINE, to=time(18)),)},
            ("only Mon–Fri 09:00–18:00",),
        ),
        ({"restrict": (Hours(days=(5, 6), begin=NINE, to=time(0)),)}, ("only Sat, Sun 09:00–00:00",)),
        (
            {"restrict": (Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(20), to=time(8)),)},
            ("only every day 20:00–08:00",),
        ),
        ({"on_holidays": OnHolidays.EXCEPT}, ("not on public holidays",)),
        (
            {"on_holidays": OnHolidays.ONLY, "additive": True},
            (
                "only on public holidays",
                "beside the layers before it, not instead of them",
            ),
        ),
        ({"shadow": True}, ("shown, not paged",)),
        ({"ends": datetime.fromisoformat("2027-01-04T09:00")}, ("until Mon 4 Jan 2027 09:00",)),
        ({"starts": datetime.fromisoformat("2026-12-07T09:00")}, ("from Mon 7 Dec 2026 09:00",)),
        (
            {"members": (Member(user="dave", since=datetime.fromisoformat("2026-12-01T00:00")), Member(user="bob"))},
            ("dave from Tue 1 Dec 2026 00:00",),
        ),
    ],
)
def test_what_narrows_it(changes: dict[str, object], limits: tuple[str, ...]) -> None:
    assert layer_line(replace(WEEK, **changes), "Europe/Berlin", NOW).limits == limits
