"""What the calendar draws and says: lanes, edges, overrides, gaps, both clocks, the list of a phone."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from msgspec import structs

from tocsin.accounts.model import Role, User
from tocsin.kernel.localtime import zone_of
from tocsin.oncall.change_model import Interval
from tocsin.oncall.model import Shift, Source
from tocsin.surfaces.web.pages.oncall.calendar import holidays_in
from tocsin.surfaces.web.pages.oncall.calendar_frame import Scale, extent_of
from tocsin.surfaces.web.pages.oncall.calendar_rows import (
    BarView,
    Drawing,
    Track,
    agenda_of,
    other_clock,
    rows_of,
    rulers_of,
)
from tocsin.surfaces.web.pages.oncall.calendar_stretches import (
    Kind,
    Stretch,
    clashes_of,
    lanes_of,
    leave_of,
    of_person,
    stretches_of,
)
from tocsin.surfaces.web.tones import TONES, tones_of

BERLIN = zone_of("Europe/Berlin")
NEW_YORK = zone_of("America/New_York")


def at(text: str) -> datetime:
    """`11-23 09:00` on the clock of Berlin."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BERLIN).astimezone(UTC)


def shift(begins: str, ends: str, *users: str, source: Source = Source.LAYER, shadows: tuple[str, ...] = ()) -> Shift:
    return Shift(
        users=users,
        source=source if users else Source.NOBODY,
        layer=None,
        starts_at=at(begins),
        ends_at=at(ends),
        shadows=shadows,
    )


def drawing(
    stretches: Sequence[Stretch],
    *,
    scale: Scale = Scale.WEEK,
    now: str = "11-25 12:00",
    other: str = "Europe/Berlin",
    is_named: bool = True,
    schedule: str = "payments",
) -> Drawing:
    extent = extent_of(scale, date(2026, 11, 23), BERLIN)
    track = Track(
        schedule=schedule,
        stretches=tuple(stretches),
        zone=zone_of(other),
        other=other_clock(BERLIN, zone_of(other), extent),
        is_named=is_named,
    )
    return Drawing(extent=extent, zone=BERLIN, now=at(now), tracks=(track,), tones={"alice": "tone-0", "bob": "tone-1"})


WEEK = stretches_of(
    [
        shift("11-16 09:00", "11-23 09:00", "alice"),
        shift("11-23 09:00", "11-24 18:00", "bob"),
        shift("11-24 18:00", "11-25 08:00", "alice", source=Source.OVERRIDE),
        shift("11-25 08:00", "11-27 00:00", "bob"),
        shift("11-27 00:00", "11-28 00:00"),
        shift("11-28 00:00", "12-07 09:00", "alice"),
    ]
)


def bars(of: Drawing, row: int = 0) -> tuple[BarView, ...]:
    return rows_of(of)[row].bars


def test_a_bar_is_cut_at_the_edges_and_lies_where_its_time_is() -> None:
    drawn = bars(drawing(WEEK))
    assert [(bar.label, bar.is_cut_before, bar.is_cut_after) for bar in drawn] == [
        ("alice", True, False),
        ("bob", False, False),
        ("alice", False, False),
        ("bob", False, False),
        ("nobody", False, False),
        ("alice", False, True),
    ]
    assert drawn[0].x == 0
    assert drawn[0].width == pytest.approx(100 / 7 * 9 / 24, abs=0.01)
    assert drawn[-1].x + drawn[-1].width == pytest.approx(100, abs=0.01)
    for one, other in itertools.pairwise(drawn):
        assert one.x + one.width == pytest.approx(other.x, abs=0.01)


def test_an_override_says_so_in_words() -> None:
    (_, _, override, *_) = bars(drawing(WEEK))
    assert override.kind is Kind.OVERRIDE
    assert override.note == "override · 18:00"
    assert override.words == "alice, payments (override): Tue 24 Nov 18:00 – Wed 25 Nov 08:00"
    (tuesday,) = [cell for cell in rows_of(drawing(WEEK))[0].cells if cell.column.words == "Tue 24"]
    assert tuesday.said == ("bob until 18:00", "alice from 18:00 (override)")


@pytest.mark.parametrize(
    ("now", "is_named", "tone"),
    [
        ("11-25 12:00", True, "tone-gap"),
        ("11-27 12:00", True, "tone-gap"),
        ("11-28 12:00", True, "tone-nobody"),
        ("11-25 12:00", False, "tone-nobody"),
    ],
    ids=["to come", "under way", "over", "no policy asks"],
)
def test_a_gap_is_red_where_somebody_could_fall_into_it(now: str, is_named: bool, tone: str) -> None:
    (gap,) = [bar for bar in bars(drawing(WEEK, now=now, is_named=is_named)) if not bar.user]
    assert (gap.tone, gap.label) == (tone, "nobody")


def test_people_at_the_same_time_have_lanes_and_keep_them() -> None:
    stretches = stretches_of(
        [
            shift("11-23 00:00", "11-24 00:00", "alice", "bob"),
            shift("11-24 00:00", "11-25 00:00", "bob"),
            shift("11-25 00:00", "11-26 00:00", "carol", "bob"),
        ]
    )
    assert [(each.user, each.lane) for each in stretches] == [("alice", 0), ("bob", 1), ("carol", 0)]
    assert stretches[1].ends_at == at("11-26 00:00")
    assert lanes_of(stretches) == 2
    assert {bar.y for bar in bars(drawing(stretches))} == {0, 28}


def test_a_shadow_has_a_lane_and_is_called_one() -> None:
    stretches = stretches_of(
        [shift("11-16 00:00", "11-24 00:00", "alice"), shift("11-24 00:00", "11-30 00:00", "alice", shadows=("bob",))]
    )
    assert [(each.user, each.kind, each.lane) for each in stretches] == [
        ("alice", Kind.DUTY, 0),
        ("bob", Kind.SHADOW, 1),
    ]
    shadow = bars(drawing(stretches))[1]
    assert (shadow.note, shadow.tone) == ("shadow · 00:00", "tone-1")
    (_, day, *_) = agenda_of(drawing(stretches))
    assert [(line.user, line.mark, bool(line.take_over)) for line in day.lines][1] == ("bob", "shadow", False)


def test_who_is_on_call_while_away_is_marked_over_the_time_of_both() -> None:
    away = {
        "alice": [Interval(at("11-29 00:00"), at("12-03 00:00"))],
        "bob": [Interval(at("12-01 00:00"), at("12-02 00:00"))],
    }
    (clash,) = clashes_of(WEEK, away)
    assert (clash.user, clash.starts_at, clash.ends_at) == ("alice", at("11-29 00:00"), at("12-03 00:00"))
    drawn = bars(drawing([*WEEK, clash]))[-1]
    assert (drawn.label, drawn.note, drawn.tone) == ("", "", "tone-clash")
    assert drawn.words == "alice, payments (away): Sun 29 Nov 00:00 – Thu 3 Dec 00:00"
    (sunday,) = [cell for cell in rows_of(drawing([*WEEK, clash]))[0].cells if cell.column.words == "Sun 29"]
    assert sunday.said == ("alice", "alice (away)")
    (leave,) = leave_of("alice", away["alice"])
    assert bars(drawing([leave]))[0].label == "away"


def test_a_public_holiday_is_named_on_its_day() -> None:
    extent = extent_of(Scale.MONTH, date(2026, 12, 1), BERLIN)
    found = holidays_in(extent, ["DE-BE", None, "US"])
    assert found[date(2026, 12, 25)] == "Christmas Day (DE-BE), Christmas Day (US)"
    assert found[date(2026, 12, 26)] == "Second Day of Christmas (DE-BE)"
    assert holidays_in(extent, ["DE-BE"])[date(2027, 1, 1)] == "New Year's Day"
    named = structs.replace(drawing(WEEK), holidays={date(2026, 11, 24): "Bell Day"})
    assert [cell.holiday for cell in rows_of(named)[0].cells][:3] == ["", "Bell Day", ""]
    assert [day.holiday for day in agenda_of(named)][:3] == ["", "Bell Day", ""]


def test_a_line_of_the_list_leads_to_the_form_for_what_is_left_of_the_shift() -> None:
    days = agenda_of(drawing(WEEK, other="America/New_York"))
    by_day = [[line.take_over for line in day.lines] for day in days]
    assert by_day[1] == ["", ""], "over"
    assert by_day[3] == ["/oncall/payments/override?to=2026-11-26T18%3A00"], "under way: from now, on its own clock"
    assert by_day[5] == ["/oncall/payments/override?from=2026-11-27T18%3A00"], "no end in sight"


def test_what_reaches_the_edge_of_what_is_known_is_open() -> None:
    first, *_, last = WEEK
    assert (first.is_open_before, first.is_open_after) == (True, False)
    assert (last.is_open_before, last.is_open_after) == (False, True)
    assert bars(drawing(WEEK))[0].words == "alice, payments: … – Mon 23 Nov 09:00"


def test_of_one_person_only_their_own_is_drawn() -> None:
    assert [each.starts_at for each in of_person(WEEK, "bob")] == [at("11-23 09:00"), at("11-25 08:00")]


def test_a_month_has_a_row_for_each_week_and_the_line_of_now_in_one() -> None:
    rows = rows_of(drawing(WEEK, scale=Scale.MONTH))
    assert [row.heading for row in rows] == ["Week 44", "Week 45", "Week 46", "Week 47", "Week 48", "Week 49"]
    assert [row.now_x for row in rows] == [None, None, None, None, pytest.approx(100 / 7 * 2.5, abs=0.01), None]
    assert [cell.is_today for cell in rows[4].cells].index(True) == 2


def test_both_clocks_are_shown_where_they_differ() -> None:
    month = drawing(WEEK, scale=Scale.MONTH, other="America/New_York")
    (begins, *_) = [bar for bar in bars(month, 4) if bar.label == "bob"]
    assert begins.note == "09:00 · 03:00"
    assert begins.words.endswith("; in New York from Mon 23 Nov 03:00")
    midnight = [bar for bar in bars(month, 4) if bar.label == "alice"][-1]
    assert midnight.note == "00:00 · Fri 18:00", "it is another day there"
    week = drawing(WEEK, other="America/New_York")
    assert [each.place for each in rulers_of(week)] == ["Berlin", "New York"]
    assert bars(week)[1].note == "09:00", "the ruler has the other"
    assert [each.place for each in rulers_of(drawing(WEEK, other="Europe/Paris"))] == ["Berlin"]


def test_the_list_of_a_month_has_only_what_changes_and_what_holds_today() -> None:
    days = agenda_of(drawing(WEEK, scale=Scale.MONTH))
    assert [day.name for day in days if day.lines][-5:] == [
        "Monday 23 November 2026",
        "Tuesday 24 November 2026",
        "Wednesday 25 November 2026",
        "Friday 27 November 2026",
        "Saturday 28 November 2026",
    ]
    (today,) = [day for day in days if day.is_today]
    assert [(line.begins, line.user, line.ends) for line in today.lines] == [
        ("", "alice", "08:00"),
        ("08:00", "bob", "Fri 27 Nov 00:00"),
    ]
    assert days[-1].lines[0].ends == ""
    assert [day.is_past for day in days][-5:] == [True, True, False, False, False]


def test_the_list_of_a_week_has_every_day() -> None:
    days = agenda_of(drawing(WEEK))
    assert len(days) == 7
    assert [line.user for line in days[3].lines] == ["bob"]
    (gap,) = days[4].lines
    assert (gap.user, gap.tone) == ("", "tone-gap")


def test_the_list_of_a_day_is_in_order_of_time() -> None:
    (day,) = agenda_of(drawing(WEEK, scale=Scale.DAY))
    assert [(line.begins, line.user) for line in day.lines] == [("", "alice"), ("09:00", "bob")]


def user(number: int) -> User:
    return User(number, f"user{number}", None, "", Role.RESPONDER, False, None, None, None, False)


def test_people_keep_their_tone_when_somebody_joins() -> None:
    few = [user(number) for number in (3, 5, 90)]
    assert len(set(tones_of(few).values())) == 3
    more = tones_of([user(91), *few])
    assert tones_of(few).items() <= more.items()
    assert set(tones_of([user(number) for number in range(50)]).values()) == {f"tone-{n}" for n in range(TONES)}
