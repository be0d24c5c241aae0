"""Calendars of elsewhere from the file to the pager (ONC-4, SEC-4): fetched through the guard, kept when that fails."""

import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.channels.benches import AUTHORITY, certified, trusting
from tests.support.keys import KEYRING
from tests.support.sinks import Behaviour, HttpSink, answers
from tests.support.stepper import Stepper, stepping
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.config.plan import plan
from tocsin.config.problems import ConfigurationInvalid
from tocsin.db.database import Database
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.ledger import list_entries
from tocsin.oncall import calendars
from tocsin.oncall import service as oncall
from tocsin.oncall.calendar_jobs import CalendarFetcher
from tocsin.oncall.calendar_model import MAX_BYTES, ExternalCalendar
from tocsin.oncall.leave import list_leave
from tocsin.oncall.model import Source
from tocsin.reactions import REACTIONS

QUARTER = timedelta(minutes=15)
FILE = """
organisation: {{name: Example, time_zone: Europe/Berlin}}
users:
  - {{name: alice, role: admin, email: alice@example.com}}
  - {{name: bob, email: bob@example.com, display_name: Bob Brown}}
calendars:
  - {{name: contractors, url: "env:CONTRACTORS", people: {{"Night crew": bob}}}}
  - {{name: vacation, url: "{url}/vacation.ics", leave: true}}
schedules:
  - name: payments
    layers:
      - {{name: week, rotation: weekly, starts: 2026-01-05T09:00, handover: Monday 09:00, users: [alice]}}
      - {{name: crew, calendar: contractors}}
"""


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


NIGHT = "SUMMARY:Night crew\r\nDTSTART;TZID=Europe/Berlin:20260302T220000\r\nDURATION:PT8H\r\nRRULE:FREQ=DAILY"
STRANGER = "SUMMARY:Who is this\r\nDTSTART:20260303T080000Z\r\nDURATION:PT1H"
AWAY = "SUMMARY:Bob Brown on holiday\r\nDTSTART;VALUE=DATE:20260310\r\nDTEND;VALUE=DATE:20260312"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 2, 10, tzinfo=UTC))


@pytest.fixture
async def db(dsn: str, clock: VirtualClock) -> AsyncIterator[Database]:
    async with Database(dsn, clock=clock, reactions=REACTIONS, keyring=KEYRING) as database:
        yield database


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return certified(AUTHORITY, "127.0.0.1")


@pytest.fixture
def sink(tls: ssl.SSLContext) -> Iterator[HttpSink]:
    with HttpSink(answers(200, calendar()), tls=tls) as sink:
        yield sink
        sink.inbox.forget()


@pytest.fixture
async def worker(db: Database, clock: VirtualClock) -> AsyncIterator[Stepper]:
    guard = AddressGuard(parse_network_list("127.0.0.0/8"))
    async with (
        GuardedHttp(guard, tls=trusting(AUTHORITY)) as http,
        stepping(db, clock, CalendarFetcher(http).kinds()) as worker,
    ):
        yield worker


async def apply_file(db: Database, sink: HttpSink, text: str = FILE) -> None:
    document = load_texts({"tocsin.yaml": text.format(url=sink.url)}, {"CONTRACTORS": f"{sink.url}/s3cret.ics"})
    async with db.transaction() as tx:
        await apply(tx, document, "@root", {})


async def state(db: Database, name: str = "contractors") -> ExternalCalendar:
    async with db.connection() as conn:
        return {each.name: each for each in await calendars.list_calendars(conn)}[name]


async def on_call(db: Database, at: datetime) -> tuple[tuple[str, ...], str | None]:
    async with db.connection() as conn:
        held = await oncall.who_is_on_call(conn, "payments", at)
    assert held.source is Source.LAYER
    return held.users, held.layer


async def sentences(db: Database, topic: str = "calendar/contractors") -> list[str]:
    async with db.connection() as conn:
        return [entry.sentence for entry in await list_entries(conn, topic)]


EVENING = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)


async def test_events_are_shifts_of_the_layer(db: Database, sink: HttpSink, worker: Stepper) -> None:
    sink.behaviour = answers(200, calendar(NIGHT, STRANGER), ETag='"1"')
    await apply_file(db, sink)
    await worker.drain()
    asked = {request.path: request.headers for request in sink.inbox.forget()}
    assert set(asked) == {"/s3cret.ics", "/vacation.ics"}
    assert await on_call(db, EVENING) == (("bob",), "crew")
    assert await on_call(db, EVENING - timedelta(minutes=31)) == (("alice",), "week")
    assert await on_call(db, datetime(2026, 7, 1, 20, 0, tzinfo=UTC)) == (("bob",), "crew")  # 22:00 in summer too
    read = await state(db)
    assert (read.failure, read.unread_count) == ("", 1)
    assert read.unread[0].reason.startswith("it names nobody who is known here")
    (said,) = await sentences(db)
    assert said.startswith("the calendar contractors has changed: ")


async def test_it_is_asked_for_every_quarter_of_an_hour_and_read_when_it_has_changed(
    db: Database, sink: HttpSink, worker: Stepper
) -> None:
    sink.behaviour = answers(200, calendar(NIGHT), ETag='"1"')
    await apply_file(db, sink)
    await worker.drain()
    sink.inbox.forget()
    sink.behaviour = answers(304)
    await worker.passes(QUARTER)
    asked = [request.headers.get("if-none-match") for request in sink.inbox.forget()]
    assert asked == ['"1"', '"1"']
    assert (await state(db)).failure == ""
    assert await on_call(db, EVENING) == (("bob",), "crew")
    sink.behaviour = answers(200, calendar(NIGHT.replace("Night crew", "@alice")), ETag='"2"')
    await worker.passes(QUARTER)
    assert await on_call(db, EVENING) == (("alice",), "crew")
    assert len(await sentences(db)) == 2
    await worker.passes(QUARTER)
    assert len(await sentences(db)) == 2


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (answers(500), "127.0.0.1 answered HTTP 500."),
        (answers(200, b"<html>Please sign in</html>"), "no iCalendar text"),
        (answers(200, b" " * (MAX_BYTES + 1)), "more than 4 MiB"),
        (answers(302, Location="http://169.254.169.254/latest"), "reserved or link-local address"),
        (answers(302, Location="http://10.0.0.1/"), "address of a private network"),
    ],
)
async def test_the_last_good_copy_counts_and_after_a_day_administrators_are_told(
    behaviour: Behaviour, failure: str, db: Database, clock: VirtualClock, sink: HttpSink, worker: Stepper
) -> None:
    sink.behaviour = answers(200, calendar(NIGHT))
    await apply_file(db, sink)
    await worker.drain()
    sink.behaviour = behaviour
    await worker.passes(QUARTER)
    clock.advance(timedelta(hours=23))
    await worker.passes(QUARTER)
    failing = await state(db)
    assert failure in failing.failure
    assert "s3cret" not in failing.failure
    assert failing.failing_since is not None
    assert await on_call(db, EVENING) == (("bob",), "crew")
    async with db.connection() as conn:
        cursor = await conn.execute("SELECT FROM delivery WHERE topic LIKE 'calendar/%'")
        assert cursor.rowcount == 0
    clock.advance(timedelta(hours=1))
    await worker.passes(2 * QUARTER)
    async with db.connection() as conn:
        cursor = await conn.execute("SELECT message ->> 'title' FROM delivery WHERE topic LIKE 'calendar/%' ORDER BY 1")
        told = [row[0] for row in await cursor.fetchall()]
    assert told == ["The calendar contractors cannot be read", "The calendar vacation cannot be read"]
    assert "could not be read for a day (alice told)" in (await sentences(db))[-1]
    sink.behaviour = answers(200, calendar(NIGHT))
    await worker.passes(QUARTER)
    assert (await state(db)).failing_since is None


async def test_whoever_gains_or_loses_a_shift_is_told(db: Database, sink: HttpSink, worker: Stepper) -> None:
    async def told() -> set[tuple[str, str]]:
        async with db.connection() as conn:
            cursor = await conn.execute(
                "SELECT u.name, d.message ->> 'title' FROM delivery d JOIN app_user u ON u.id = d.user_id"
            )
            return {(row[0], row[1]) for row in await cursor.fetchall()}

    await apply_file(db, sink)
    await worker.drain()
    assert await told() == set()
    sink.behaviour = answers(200, calendar(NIGHT))
    await worker.passes(QUARTER)
    first = {("alice", "A shift of yours in payments is taken over"), ("bob", "You are on call in payments")}
    assert await told() == first
    sink.behaviour = answers(200, calendar())
    await worker.passes(QUARTER)
    assert await told() - first == {
        ("alice", "You are on call in payments"),
        ("bob", "A shift of yours in payments is taken over"),
    }
    async with db.connection() as conn:
        cursor = await conn.execute(
            "SELECT sentence FROM ledger WHERE topic LIKE 'schedule/%' ORDER BY id DESC LIMIT 1"
        )
        assert await cursor.fetchone() == ("the calendar contractors moves shifts of alice, bob in payments",)


async def test_leave_is_entered_kept_up_to_date_and_taken_back(db: Database, sink: HttpSink, worker: Stepper) -> None:
    async def away() -> list[tuple[str, str, datetime]]:
        async with db.connection() as conn:
            found = await list_leave(conn, db.clock.now(), db.clock.now() + timedelta(days=90))
        return [(one.user, one.source, one.starts_at) for one in found]

    sink.behaviour = answers(200, calendar(AWAY))
    await apply_file(db, sink)
    await worker.drain()
    assert await away() == [("bob", "calendar:vacation", datetime(2026, 3, 9, 23, tzinfo=UTC))]
    sink.behaviour = answers(200, calendar(AWAY.replace("20260310", "20260311")))
    await worker.passes(QUARTER)
    assert await away() == [("bob", "calendar:vacation", datetime(2026, 3, 10, 23, tzinfo=UTC))]
    lines = [line for line in FILE.splitlines() if "vacation" not in line]
    await apply_file(db, sink, "\n".join(lines))
    assert await away() == []


async def test_applied_twice_nothing_changes_and_no_address_is_shown(
    db: Database, sink: HttpSink, worker: Stepper
) -> None:
    sink.behaviour = answers(200, calendar(NIGHT))
    await apply_file(db, sink)
    await worker.drain()
    document = load_texts({"tocsin.yaml": FILE.format(url=sink.url)}, {"CONTRACTORS": f"{sink.url}/s3cret.ics"})
    async with db.connection() as conn:
        again = await plan(conn, document, db.clock.now(), {})
    assert again.changes == ()
    assert (again.coverage[0].users, again.coverage[0].next_users) == (("alice",), ("bob",))
    other = load_texts({"tocsin.yaml": FILE.format(url=sink.url)}, {"CONTRACTORS": f"{sink.url}/0ther.ics"})
    async with db.connection() as conn:
        told = str(await plan(conn, other, db.clock.now(), {}))
    assert "calendar contractors changes" in told
    assert "0ther" not in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('"env:CONTRACTORS"', "http://example.com/a.ics", "no address that can be fetched"),
        ('"env:CONTRACTORS"', '"env:NOTHING"', "NOTHING is not set"),
        ("calendar: contractors", "calendar: contractor", "Did you mean 'contractors'"),
        ("calendar: contractors", "calendar: vacation", "says when people are away"),
        ("calendar: contractors", "rotation: calendar", "needs 'calendar'"),
        ("calendar: contractors", "calendar: contractors, users: [bob]", "has no key 'users'"),
        ('"Night crew": bob', '"Night crew": bill', "no user 'bill'"),
    ],
)
async def test_a_file_that_is_wrong_is_refused(
    before: str, after: str, problem: str, db: Database, sink: HttpSink
) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        await apply_file(db, sink, FILE.replace(before, after))
    assert any(problem in f"{one.message} {one.remedy}" for one in refused.value.problems), refused.value.problems
