"""A flood of refused credentials becomes a few lines that say how many more there were."""

from datetime import UTC, datetime, timedelta

from tocsin.accounts.refusals import LINES_IN_ALL, LINES_PER_CLIENT, WINDOW, RefusalMeter

NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)


def test_an_address_has_a_few_lines_and_the_next_window_tells_how_many_were_swallowed() -> None:
    meter = RefusalMeter()
    answers = [meter.admit("192.0.2.1", NOON + timedelta(seconds=second)) for second in range(100)]
    assert answers == [0] * LINES_PER_CLIENT + [None] * (100 - LINES_PER_CLIENT)
    assert meter.admit("192.0.2.1", NOON + WINDOW) == 100 - LINES_PER_CLIENT
    assert meter.admit("192.0.2.1", NOON + WINDOW) == 0


def test_the_addresses_of_one_connection_are_one() -> None:
    meter = RefusalMeter()
    admitted = [meter.admit(f"2001:db8:1:2::{n:x}", NOON) for n in range(2 * LINES_PER_CLIENT)]
    assert admitted == [0] * LINES_PER_CLIENT + [None] * LINES_PER_CLIENT
    assert meter.admit("2001:db8:1:3::1", NOON) is not None


def test_many_addresses_have_a_bounded_number_of_lines_together() -> None:
    meter = RefusalMeter()
    answers = [meter.admit(f"192.0.2.{number}", NOON) for number in range(LINES_IN_ALL + 30)]
    assert answers.count(None) == 30
