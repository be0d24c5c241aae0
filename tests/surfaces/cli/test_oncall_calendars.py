"""`tocsin oncall calendars`, and the API below it: first who may not, then how calendars of elsewhere stand."""

import httpx

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.oncall import calendar_store, calendars
from tocsin.oncall.calendar_model import CalendarDraft, Occurrence, Reading, Unread

DRAFT = CalendarDraft(name="contractors", url="https://example.com/s3cret/basic.ics", managed_by="tocsin.yaml")


async def put(db: Database) -> None:
    """A calendar that was read once and fails now."""
    async with db.transaction() as tx:
        await calendars.put_calendar(tx, DRAFT)
        (known,) = await calendars.list_calendars(tx.conn)
        task = await calendars.find_task(tx.conn, known.id, tx.now)
        assert task is not None
        reading = Reading(
            occurrences=(Occurrence("alice", tx.now, task.question.until, "Night crew"),),
            unread=(Unread("Who\x1b[31m is this", "2026-03-03 08:00", "it names nobody who is known here"),),
            unread_count=3,
        )
        await calendars.note_reading(tx, task, calendar_store.Copy('"1"', b"BEGIN:VCALENDAR"), reading)
        await calendars.note_failure(tx, task, "example.com answered HTTP 500.")


async def test_who_may_not(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        assert (await client.get("/api/v1/calendars")).status_code == 401


async def test_how_they_stand(cli: Terminal, db: Database) -> None:
    assert "No calendar is read" in (await cli("oncall", "calendars")).out
    await put(db)
    (told,) = (await cli("oncall", "calendars", "--json", who="vera")).json()["calendars"]
    assert told["unread"] == [
        {"summary": "Who\x1b[31m is this", "starts": "2026-03-03 08:00", "reason": "it names nobody who is known here"}
    ]
    assert (told["use"], told["host"], told["events"], told["unread_count"]) == ("shifts", "example.com", 1, 3)
    assert told["failing_since"] is not None
    assert "s3cret" not in str(told)
    said = (await cli("oncall", "calendars")).out
    assert "contractors  shifts from example.com, 1 event, read" in said
    assert "example.com answered HTTP 500." in said
    assert "does not count: Who" in said
    assert "and 2 more" in said
    assert "\x1b" not in said
