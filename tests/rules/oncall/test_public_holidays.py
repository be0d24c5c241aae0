"""Public holidays: published days of several countries, refusals that say what to write, and what it costs to start."""

import subprocess
import sys
from datetime import date

import pytest

from tocsin.kernel.errors import Invalid
from tocsin.oncall.public_holidays import check_code, holidays_of, is_holiday


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("DE", date(2026, 10, 3), "German Unity Day"),
        ("DE", date(2026, 3, 8), None),
        ("DE-BE", date(2026, 3, 8), "International Women's Day"),  # Berlin only
        ("DE-BY", date(2026, 1, 6), "Epiphany"),
        ("DE-BE", date(2026, 1, 6), None),
        ("US", date(2026, 11, 26), "Thanksgiving Day"),
        ("US", date(2026, 7, 3), "Independence Day (observed)"),  # the fourth is a Saturday
        ("GB-SCT", date(2026, 11, 30), "Saint Andrew's Day"),
        ("GB-ENG", date(2026, 11, 30), None),
        ("JP", date(2026, 5, 5), "Children's Day"),
        ("DE-Augsburg", date(2026, 8, 8), "Augsburg Peace Festival"),
        ("SE", date(2026, 1, 4), None),  # a plain Sunday
        ("SE", date(2026, 4, 5), "Easter Sunday"),
        ("SE", date(2026, 5, 24), "Whit Sunday"),
    ],
)
def test_a_day_is_a_holiday_where_the_law_says_so(code: str, day: date, name: str | None) -> None:
    assert is_holiday(code, day) == name


def test_a_year_is_in_order_cannot_be_changed_and_is_made_once() -> None:
    year = holidays_of("DE-BE", 2026)
    assert list(year) == sorted(year)
    assert {day.year for day in year} == {2026}
    assert holidays_of("DE-BE", 2026) is year
    with pytest.raises(TypeError):
        year[date(2026, 1, 2)] = "Hangover"  # pyright: ignore[reportIndexIssue]


@pytest.mark.parametrize("year", [1, 1583, 9999])
def test_years_that_nobody_knows_have_no_holidays(year: int) -> None:
    assert not holidays_of("CN", year)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("de", "Did you mean DE?"),
        ("de-be", "Did you mean DE-BE"),
        ("DE-be", "Did you mean DE-BE"),
        ("DE-Ausburg", "Did you mean DE-Augsburg"),
        ("Germany", "as in `holidays: DE` or `holidays: DE-BE`"),
        ("", "as in `holidays: DE` or `holidays: DE-BE`"),
        ("DE-", "Did you mean DE or"),
        ("IS-1", "IS is not divided; write `holidays: IS`"),
        ("../../etc/passwd", "ISO 3166"),
    ],
)
def test_a_code_that_is_none_is_refused_with_what_to_write(code: str, remedy: str) -> None:
    for ask in (check_code, lambda code: holidays_of(code, 2026)):
        with pytest.raises(Invalid) as refused:
            ask(code)
        assert remedy in refused.value.remedy


def test_the_command_line_does_not_load_the_library() -> None:
    program = (
        "import sys, tocsin.surfaces.cli.start, tocsin.surfaces.cli.verbs.oncall; print('holidays' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
