"""Calendar addresses on the web (ONC-4, SEC-3): what an address gives, when it gives nothing, and their page."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import msgspec
import pytest
import vobject

from tests.surfaces.cli.test_oncall_calendars import put
from tests.surfaces.web.conftest import Browser
from tocsin.accounts import service as accounts
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall import feeds
from tocsin.oncall.model import Override
from tocsin.oncall.service import get_schedule, put_schedule, remove_schedule

SignIn = Callable[[str], Awaitable[Browser]]
FIELD = re.compile(r'id="feed-url" type="url" readonly value="([^"]+)"')


async def address(browser: Browser, about: str = "payments-primary") -> str:
    """The path of a new address."""
    page = await browser.press("/oncall/feeds", on="/oncall/feeds", about=about)
    found = FIELD.search(page.text)
    assert found, page.text
    return found[1].removeprefix("http://tocsin.test")


def events_of(answer: httpx.Response) -> set[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.text
    calendar = vobject.readOne(answer.text)
    return {(e.uid.value, e.summary.value, e.sequence.value) for e in calendar.vevent_list}


async def take_over(db: Database, user: str, begins: timedelta, lasts: timedelta) -> None:
    """An override from `begins` after now on, beside those that are there."""
    now = db.clock.now()
    async with db.transaction() as tx:
        schedule = await get_schedule(tx.conn, "payments-primary", now)
        override = Override(user=user, starts_at=now + begins, ends_at=now + begins + lasts, managed_by="x.yaml")
        await put_schedule(tx, msgspec.structs.replace(schedule, overrides=(override,)))


async def test_who_may_not(guest: Browser, browser_of: SignIn) -> None:
    assert (await guest.get("/oncall/feeds")).status_code == 303
    victor, carol = await browser_of("victor"), await browser_of("carol")
    await address(victor)
    row = re.search(r'name="feed" value="(\d+)"', (await victor.get("/oncall/feeds")).text)
    assert row
    assert (await carol.press("/oncall/feeds/revoke", on="/oncall/feeds", feed=row[1])).status_code == 404
    assert (await carol.press("/oncall/feeds/revoke", on="/oncall/feeds", feed="x")).status_code == 400


async def test_an_address_gives_the_calendar_to_whoever_has_it(guest: Browser, browser_of: SignIn) -> None:
    path = await address(await browser_of("victor"))
    answer = await guest.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert {summary for _, summary, _ in events_of(answer)} == {
        "alice on call: payments-primary",
        "bob on call: payments-primary",
    }
    own = await guest.get(await address(await browser_of("victor"), "@victor"))
    assert b"BEGIN:VEVENT" not in own.content


async def test_it_is_sent_again_only_when_it_has_changed(
    guest: Browser, browser_of: SignIn, office: Database, clock: VirtualClock
) -> None:
    path = await address(await browser_of("victor"))
    first = await guest.get(path)
    known = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    clock.advance(timedelta(hours=9))
    same = await guest.get(path, headers=known)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await guest.get(path)).content == first.content
    await take_over(office, "carol", timedelta(days=1), timedelta(hours=8))
    changed = await guest.get(path, headers=known)
    assert changed.headers["etag"] != first.headers["etag"]
    before, after = events_of(first), events_of(changed)
    assert sorted((summary, sequence) for _, summary, sequence in after - before) == [
        ("alice on call: payments-primary", "0"),
        ("alice on call: payments-primary", "1"),
        ("carol on call: payments-primary", "0"),
    ]
    assert len(before - after) == 1
    assert {uid for uid, *_ in before} < {uid for uid, *_ in after}


async def test_a_head_request_has_the_headers_only(browser_of: SignIn, guest: Browser) -> None:
    path = await address(await browser_of("victor"))
    head, full = await guest.client.head(path), await guest.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == full.headers["etag"]
    assert (await guest.client.post(path)).status_code == 405


async def test_gaps_on_request(guest: Browser, browser_of: SignIn) -> None:
    path = await address(await browser_of("victor"))
    assert "nobody on call: payments-primary" in (await guest.get(f"{path}?gaps=1")).text
    assert "nobody" not in (await guest.get(path)).text


@pytest.mark.parametrize("how", ["revoked", "replaced", "owner", "person", "schedule", "enabled-again"])
async def test_an_ended_address_is_as_if_it_had_never_been(
    how: str, guest: Browser, browser_of: SignIn, office: Database
) -> None:
    victor = await browser_of("victor")
    path = await address(victor, "@bob" if how == "person" else "payments-primary")
    assert (await guest.get(path)).status_code == 200
    if how == "revoked":
        row = re.search(r'name="feed" value="(\d+)"', (await victor.get("/oncall/feeds")).text)
        assert row
        await victor.press("/oncall/feeds/revoke", on="/oncall/feeds", feed=row[1])
    elif how == "replaced":
        assert (await guest.get(await address(victor))).status_code == 200
    elif how == "schedule":
        async with office.transaction() as tx:
            await remove_schedule(tx, "payments-primary")
    else:
        name = "bob" if how == "person" else "victor"
        async with office.transaction() as tx:
            await accounts.disable_user(tx, name, managed_by=None, actor="tocsin")
            await feeds.forget(tx)
    if how == "enabled-again":
        async with office.transaction() as tx:
            await tx.conn.execute("UPDATE app_user SET disabled_at = NULL")
    gone, never = await guest.get(path), await guest.get("/calendar/never.ics")
    assert (gone.status_code, gone.text) == (404, never.text.replace("/calendar/never.ics", path))


async def test_the_page_shows_what_one_has(browser_of: SignIn, guest: Browser) -> None:
    alice = await browser_of("alice")
    page = (await alice.get("/oncall/feeds")).text
    assert "My own shifts" in page
    assert "payments-primary" in page
    path = await address(alice, "@alice")
    page = (await alice.get("/oncall/feeds")).text
    assert "not fetched yet" in page
    assert path not in page
    await guest.get(path)
    assert "last fetched" in (await alice.get("/oncall/feeds")).text
    assert 'href="/oncall/feeds"' in (await alice.get("/oncall")).text


async def test_calendars_of_elsewhere_are_shown_with_what_does_not_count(browser_of: SignIn, office: Database) -> None:
    await put(office)
    page = (await (await browser_of("victor")).get("/oncall/feeds")).text
    assert "shifts from example.com, 1 events" in page
    assert "Cannot be read since" in page
    assert "it names nobody who is known here" in page
    assert "s3cret" not in page
