"""Calendars of elsewhere (ONC-4, SEC-7): what their events say, whom they mean, and what is refused and why."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.kernel.errors import Invalid
from tocsin.oncall.calendar_child import read_apart
from tocsin.oncall.calendar_model import CalendarDraft, Occurrence, Person, Question, check_calendar, https_of
from tocsin.oncall.calendar_reading import MOST_UNREAD, read_calendar

QUESTION = Question(
    people=(
        Person("alice", "alice@example.com", "Alice Smith"),
        Person("bob", "bob@example.com", "Bob"),
        Person("carol", "carol@example.com"),
    ),
    aliases={"Robert T.": "bob", "on leave: the boss": "carol"},
    time_zone="Europe/Berlin",
    is_zone_said=False,
    since=datetime(2026, 1, 1, tzinfo=UTC),
    until=datetime(2027, 4, 1, tzinfo=UTC),
    most=2000,
)

BERLIN = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""


def calendar(*parts: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    lines += [line for part in parts for line in part.splitlines()]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def event(*lines: str, uid: str = "1", summary: str = "@alice") -> str:
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"SUMMARY:{summary}", *lines, "END:VEVENT"]
    )


def read(*parts: str) -> list[Occurrence]:
    reading = read_calendar(calendar(*parts), QUESTION)
    assert reading.unread == ()
    return list(reading.occurrences)


def refusals(*parts: str) -> list[str]:
    reading = read_calendar(calendar(*parts), QUESTION)
    assert reading.occurrences == ()
    return [one.reason for one in reading.unread]


def spans(found: list[Occurrence]) -> list[tuple[str, str]]:
    return [(f"{one.starts_at:%Y-%m-%dT%H:%MZ}", f"{one.ends_at:%Y-%m-%dT%H:%MZ}") for one in found]


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        (("DTSTART:20260105T080000Z", "DTEND:20260105T090000Z"), ("2026-01-05T08:00Z", "2026-01-05T09:00Z")),
        (("DTSTART:20260105T080000", "DURATION:PT90M"), ("2026-01-05T07:00Z", "2026-01-05T08:30Z")),  # floating
        (
            ("DTSTART;TZID=America/New_York:20260702T080000", "DURATION:P1D"),
            ("2026-07-02T12:00Z", "2026-07-03T12:00Z"),
        ),
        (("DTSTART;VALUE=DATE:20260702",), ("2026-07-01T22:00Z", "2026-07-02T22:00Z")),  # one whole day
        (
            ("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330"),  # over the change of the clocks: 47 hours
            ("2026-03-27T23:00Z", "2026-03-29T22:00Z"),
        ),
    ],
)
def test_when_an_event_is(lines: tuple[str, ...], span: tuple[str, str]) -> None:
    assert spans(read(event(*lines))) == [span]


def test_a_time_zone_that_the_calendar_defines_itself() -> None:
    found = read(
        BERLIN,
        event(
            "DTSTART;TZID=W. Europe Standard Time:20260323T090000",
            "DTEND;TZID=W. Europe Standard Time:20260323T170000",
            "RRULE:FREQ=WEEKLY;COUNT=2",
        ),
    )
    assert spans(found) == [("2026-03-23T08:00Z", "2026-03-23T16:00Z"), ("2026-03-30T07:00Z", "2026-03-30T15:00Z")]


def test_the_calendars_own_zone_counts_unless_the_file_says_one() -> None:
    text = calendar("X-WR-TIMEZONE:Asia/Tokyo", event("DTSTART;VALUE=DATE:20260702"))
    assert spans(list(read_calendar(text, QUESTION).occurrences))[0][0] == "2026-07-01T15:00Z"
    said = msgspec.structs.replace(QUESTION, is_zone_said=True)
    assert spans(list(read_calendar(text, said).occurrences))[0][0] == "2026-07-01T22:00Z"


def test_a_series_with_exceptions_and_one_that_was_moved() -> None:
    found = read(
        event(
            "DTSTART;TZID=Europe/Berlin:20260323T090000",
            "DTEND;TZID=Europe/Berlin:20260323T170000",
            "RRULE:FREQ=WEEKLY;COUNT=4",
            "EXDATE;TZID=Europe/Berlin:20260330T090000",
        ),
        event(
            "RECURRENCE-ID;TZID=Europe/Berlin:20260406T090000",
            "DTSTART;TZID=Europe/Berlin:20260407T100000",
            "DTEND;TZID=Europe/Berlin:20260407T120000",
            summary="@bob",
        ),
    )
    assert [(one.user, *span) for one, span in zip(found, spans(found), strict=True)] == [
        ("alice", "2026-03-23T08:00Z", "2026-03-23T16:00Z"),
        ("alice", "2026-04-13T07:00Z", "2026-04-13T15:00Z"),
        ("bob", "2026-04-07T08:00Z", "2026-04-07T10:00Z"),
    ]


def test_what_is_cancelled_is_not_there() -> None:
    assert read(event("DTSTART:20260105T080000Z", "DURATION:PT1H", "STATUS:CANCELLED")) == []


def test_an_endless_series_ends_with_the_time_that_is_asked_for() -> None:
    found = read(event("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=DAILY"))
    assert len(found) == 455
    assert spans([found[0], found[-1]])[1] == ("2027-03-30T22:00Z", "2027-03-31T22:00Z")


HOUR = ("DTSTART:20260105T080000Z", "DURATION:PT1H")


@pytest.mark.parametrize(
    ("summary", "lines", "users"),
    [
        ("@bob", (), ["bob"]),
        ("@Bob and @alice (@nobody)", (), ["alice", "bob"]),
        ("On call", ("ATTENDEE;CN=Alice:mailto:Alice@Example.com",), ["alice"]),
        ("On call", ("ATTENDEE:mailto:alice@example.com", "ATTENDEE:mailto:bob@example.com"), ["alice", "bob"]),
        ("x", ("ATTENDEE;PARTSTAT=DECLINED:mailto:alice@example.com", "ATTENDEE:mailto:bob@example.com"), ["bob"]),
        ("@carol", ("ATTENDEE:mailto:alice@example.com",), ["carol"]),
        ("On Call - Alice Smith - Payments", (), ["alice"]),
        ("BOB (vacation)", (), ["bob"]),
        ("bob@example.com", (), ["bob"]),
        ("Robert T. on call", (), ["bob"]),
        ("On leave: the boss", (), ["carol"]),
        ("On call", ("ORGANIZER:mailto:carol@example.com",), ["carol"]),
        ("bob", ("ORGANIZER:mailto:carol@example.com",), ["bob"]),
    ],
)
def test_whom_an_event_means(summary: str, lines: tuple[str, ...], users: list[str]) -> None:
    assert [one.user for one in read(event(*HOUR, *lines, summary=summary))] == users


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (event(*HOUR, summary="Somebody"), "names nobody"),
        (event(*HOUR, summary="bobby and alicent"), "names nobody"),
        (event("DTSTART:20260105T080000Z"), "no length"),
        (event("DURATION:PT1H"), "no beginning"),
        (event(*HOUR, "RRULE:FREQ=SECONDLY"), "more often than once a day"),
        (event(*HOUR, "RRULE:FREQ=MINUTELY"), "more often than once a day"),
        (event(*HOUR, "RRULE:FREQ=HOURLY;COUNT=2"), "more often than once a day"),
        (event(*HOUR, "RRULE:FREQ=DAILY;BYSECOND=0,1,2"), "several times a day"),
        (event("DTSTART:00010105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"), "since before 1970"),
        (event(*HOUR, "RRULE:FREQ=SOMETIMES"), ""),
        (event(*HOUR, "RRULE:nonsense"), ""),
        (event("DTSTART:tomorrow", "DURATION:PT1H"), ""),
    ],
)
def test_what_does_not_count_is_told_with_its_reason(part: str, reason: str) -> None:
    found = refusals(part)
    assert len(found) == 1
    assert reason in found[0]


def test_one_bad_event_spoils_no_other() -> None:
    reading = read_calendar(
        calendar(event(*HOUR, "RRULE:FREQ=SECONDLY", uid="bad", summary="@bob"), event(*HOUR, uid="good")), QUESTION
    )
    assert [one.user for one in reading.occurrences] == ["alice"]
    assert [(one.summary, one.starts) for one in reading.unread] == [("@bob", "2026-01-05 08:00+00:00")]


def test_the_list_of_what_does_not_count_is_bounded() -> None:
    parts = [event(*HOUR, uid=str(n), summary="x\u202e\x07" * 300) for n in range(MOST_UNREAD + 7)]
    reading = read_calendar(calendar(*parts), QUESTION)
    assert (len(reading.unread), reading.unread_count) == (MOST_UNREAD, MOST_UNREAD + 7)
    assert len(reading.unread[0].summary) <= 200
    assert "\u202e" not in reading.unread[0].summary


@pytest.mark.parametrize(
    "text", [b"", b"<html>Sign in</html>", b"\xff\xfe", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"\0"]
)
def test_what_is_no_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(Invalid, match="no iCalendar text"):
        read_calendar(text, QUESTION)


def test_of_too_many_events_the_nearest_count_and_the_rest_is_said() -> None:
    people = ("alice", "bob")
    days = [event("DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=DAILY", uid=name, summary=f"@{name}") for name in people]
    whole = read_calendar(calendar(*days), QUESTION)
    assert (len(whole.occurrences), whole.unread, whole.unread_count) == (910, (), 0)
    cut = read_calendar(calendar(*days, event(*HOUR, summary="nobody")), replace(QUESTION, most=301))
    in_order = sorted(whole.occurrences, key=lambda one: (one.starts_at, one.user))
    assert cut.occurrences == tuple(sorted(in_order[:301]))
    rest, nobody = cut.unread
    assert (rest.summary, cut.unread_count) == ("609 later events", 610)
    assert rest.starts == f"{in_order[301].starts_at:%Y-%m-%d %H:%M} UTC and after"
    assert "the first 301 count" in rest.reason
    assert nobody.summary == "nobody"


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            [
                *calendar(BERLIN, event(*HOUR, "RRULE:FREQ=WEEKLY", "EXDATE:20260112T080000Z")).decode().splitlines(),
                "DTSTART:99991231T235959Z",
                "DTSTART;TZID=Nowhere/At_All:20260105T080000",
                "DTEND:00010101T000000",
                "DURATION:-P1D",
                "RRULE:FREQ=YEARLY;INTERVAL=99999999999999",
                "RRULE:FREQ=MONTHLY;BYDAY=99XX",
                "RDATE;VALUE=PERIOD:20260105T080000Z/PT1H",
                "RECURRENCE-ID:garbage",
                "ATTENDEE;PARTSTAT=:x",
                "\x00",
                ":",
            ]
        ),
        max_size=40,
    )
)
def test_no_text_does_worse_than_being_refused(lines: list[str]) -> None:
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]).encode()
    try:
        reading = read_calendar(text, QUESTION)
    except Invalid:
        return
    assert all(one.starts_at < one.ends_at for one in reading.occurrences)


async def test_a_child_reads_the_same() -> None:
    text = calendar(event(*HOUR, "RRULE:FREQ=WEEKLY"), event(*HOUR, uid="2", summary="?"))
    assert await read_apart(text, QUESTION) == read_calendar(text, QUESTION)
    with pytest.raises(Invalid, match="no iCalendar text"):
        await read_apart(b"<html>", QUESTION)


async def test_what_takes_too_long_ends_with_its_process() -> None:
    dear = ("DTSTART:19700101T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    text = calendar(*(event(*dear, uid=str(n)) for n in range(5000)))
    with pytest.raises(Invalid, match="too long to work out"):
        await read_apart(text, QUESTION, cpu_seconds=1)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/a.ics",
        "https://",
        "ftp://x/y",
        "https://x:99999/",
        "https://exämple.com/",
        "https://a b/",
        "",
    ],
)
def test_an_address_of_another_shape_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_calendar(CalendarDraft(name="vacation", url=url))
    assert not url[8:] or url[8:] not in str(refused.value)  # it may be a secret


def test_an_address_as_calendar_programs_write_it() -> None:
    assert https_of(" webcal://example.com/a.ics ") == "https://example.com/a.ics"
    check_calendar(CalendarDraft(name="vacation", url="https://example.com/a.ics?token=1"))
