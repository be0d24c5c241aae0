"""Codes that confirm a contact (SEC-9): for how long, how often, how many, and that each is of one message."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.delivery import codes
from tocsin.delivery.codes import Issued, IssuedLately, check_may_issue, is_open, read_code
from tocsin.delivery.keys import ack_links
from tocsin.kernel.errors import Invalid, TooManyAttempts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINKS = ack_links(bytes(range(32)), "https://tocsin.example.com")


def issued(tries: int = 0, used_at: datetime | None = None, age: timedelta = timedelta(0)) -> Issued:
    return Issued(1, UUID(int=1), NOW - age, tries, used_at)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (issued(), True),
        (issued(tries=4), True),
        (issued(tries=5), False),
        (issued(used_at=NOW), False),
        (issued(age=timedelta(minutes=10) - timedelta(microseconds=1)), True),
        (issued(age=timedelta(minutes=10)), False),
    ],
)
def test_a_code_works_once_for_ten_minutes_and_five_tries(code: Issued, *, expected: bool) -> None:
    assert is_open(code, NOW) is expected


@given(st.uuids())
def test_a_code_is_six_digits_and_the_same_at_every_try_to_send(message: UUID) -> None:
    code = LINKS.code(message)
    assert read_code(code) == code
    assert LINKS.code(message) == code


def test_codes_differ_between_installations_and_spread() -> None:
    elsewhere = ack_links(bytes(32), "https://tocsin.example.com")
    some = [UUID(int=n) for n in range(2000)]
    assert sum(LINKS.code(each) == elsewhere.code(each) for each in some) < 5
    assert len({LINKS.code(each) for each in some}) > 1980


@pytest.mark.parametrize("text", ["123456", " 123 456 ", "123-456", "12 34 56\n"])
def test_gaps_in_a_code_are_left_out(text: str) -> None:
    assert read_code(text) == "123456"


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\x00", "١٢٣٤٥٦", "1.2345"])
def test_what_is_no_code_names_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_code(text)
    assert refused.value.field == "code"


def lately(*minutes_ago: int, person: bool = True, address: bool = True) -> list[IssuedLately]:
    return [IssuedLately(person, address, NOW - timedelta(minutes=ago)) for ago in minutes_ago]


def test_a_person_gets_a_few_codes_an_hour_and_so_does_an_address() -> None:
    check_may_issue(lately(50, 40, 30, 20), NOW)
    check_may_issue([*lately(50, 40, 30, 20, person=False), *lately(3, address=False)], NOW)
    said: set[str] = set()
    for sent in (lately(50, 40, 30, 20, 10, address=False), lately(50, 40, 30, 20, 10, person=False)):
        with pytest.raises(TooManyAttempts) as refused:
            check_may_issue(sent, NOW)
        assert refused.value.retry_after == 600
        said.add(f"{refused.value.message} {refused.value.remedy}")
    assert len(said) == 1
    assert "10 min" in said.pop()


@given(st.lists(st.integers(0, 59), max_size=12))
def test_after_the_wait_that_is_named_another_may_be_sent(ages: list[int]) -> None:
    sent = lately(*sorted(ages, reverse=True))
    try:
        check_may_issue(sent, NOW)
    except TooManyAttempts as refused:
        later = NOW + timedelta(seconds=refused.retry_after)
        check_may_issue([each for each in sent if each.issued_at > later - codes.SPAN], later)
