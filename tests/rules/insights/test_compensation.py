"""What being on call is worth: amounts computed by hand, and hours that are those of the load table."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from msgspec.structs import replace

from tests.rules.insights.facts import at, call, duty, facts
from tests.rules.insights.test_load import duties, instant
from tocsin.catalog.compensation import Compensation, HourRates, PageRates, TimeOff
from tocsin.insights.compensation import rows_of, total_of
from tocsin.insights.hours import join_duties
from tocsin.insights.load import Facts, figures_of, records_of
from tocsin.insights.model import Duty, Row

LATER = datetime(2027, 1, 1, tzinfo=UTC)
RULES = Compensation(
    currency="EUR",
    per_hour=HourRates(weekday=Decimal("2.50"), night=Decimal(4), weekend=Decimal(6), holiday=Decimal(9)),
    per_page=PageRates(day=Decimal(10), night=Decimal(25)),
    time_off=TimeOff(night_pages=3, days=Decimal("0.5")),
)


def rows(known: Facts, rules: Compensation = RULES, month: str = "2026-12") -> list[Row]:
    first = at(f"{month}-01")
    last = first + timedelta(days=31)
    return rows_of("alice", records_of(known, first, last, LATER)["alice"], rules)


def shown(found: list[Row]) -> list[tuple[str, Decimal, Decimal | None]]:
    return [(row.what, row.quantity, row.amount) for row in found]


def test_each_hour_is_paid_once_by_the_first_kind_that_applies() -> None:
    """Thursday 24 December 09:00 to Monday 28 December 09:00: Christmas Day is a Friday, then a weekend."""
    week = facts([duty("alice", "2026-12-24T09:00", "2026-12-28T09:00")])
    assert shown(rows(week)) == [
        ("weekday hours", Decimal(13 + 2), Decimal("37.50")),  # 9 to 22 on Thursday, 7 to 9 on Monday
        ("night hours", Decimal(2 + 7), Decimal("36.00")),
        ("weekend hours", Decimal(48), Decimal("288.00")),
        ("holiday hours", Decimal(24), Decimal("216.00")),
    ]
    assert total_of(rows(week)) == Decimal("577.50")


def test_pages_and_time_off_for_every_third_page_at_night() -> None:
    calls = [call("alice", f"2026-12-0{day}T03:00", page_id=day, incident_id=day) for day in range(1, 8)]
    calls.append(call("alice", "2026-12-09T12:00", page_id=9, incident_id=9))
    assert shown(rows(facts(calls=calls))) == [
        ("pages by day", Decimal(1), Decimal("10.00")),
        ("pages at night", Decimal(7), Decimal("175.00")),
        ("time off", Decimal(1), None),
    ]


def test_a_short_shift_is_paid_as_the_minimum_block_in_a_row_of_its_own() -> None:
    short = facts([duty("alice", "2026-12-02T20:00", "2026-12-02T23:00")])
    assert shown(rows(short, replace(RULES, minimum_block=timedelta(hours=4)))) == [
        ("weekday hours", Decimal(2), Decimal("5.00")),
        ("night hours", Decimal(1), Decimal("4.00")),
        ("weekday hours up to the minimum block", Decimal(1), Decimal("2.50")),
    ]
    assert shown(rows(short, replace(RULES, minimum_block=timedelta(hours=3)))) == shown(rows(short))


def test_money_is_rounded_to_the_cent_and_half_a_cent_up() -> None:
    rules = replace(RULES, per_hour=HourRates(weekday=Decimal("0.01")))
    half = facts([duty("alice", "2026-12-02T10:00", "2026-12-02T10:30")])
    assert [row.amount for row in rows(half, rules)] == [Decimal("0.01")]
    third = facts([duty("alice", "2026-12-02T10:00", "2026-12-02T10:20")])
    assert [row.amount for row in rows(third, rules)] == [Decimal("0.00")]


@settings(deadline=None)
@given(duties())
def test_the_hours_are_those_of_the_load_table(served: list[Duty]) -> None:
    found = records_of(facts(join_duties(served)), instant(0), instant(100 * 24 * 60), LATER)
    for user, records in found.items():
        paid = [row.quantity for row in rows_of(user, records, RULES) if row.unit == "hour"]
        assert round(sum(paid, Decimal()) * 3600) == round(figures_of(records).hours.total_seconds())
