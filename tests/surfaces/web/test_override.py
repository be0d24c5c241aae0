"""The form that puts somebody on call for a while: who may, for whom, on which clock, and what is refused."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Override, Part

BrowserOf = Callable[[str], Awaitable[Browser]]
FORM = "/oncall/payments-primary/override"
FILLED = {"user": "bob", "from": "2026-03-04T18:00", "to": "2026-03-05T08:00", "reason": "dentist"}


async def overrides(office: Database) -> list[Override]:
    async with office.connection() as conn:
        schedule = await oncall.get_schedule(conn, "payments-primary", office.clock.now())
    return list(schedule.overrides)


async def test_a_viewer_may_change_nothing(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert (await victor.get(FORM)).status_code == 403
    assert (await victor.press(FORM, **FILLED)).status_code == 403
    page = (await victor.get("/oncall/calendar")).text
    assert "take-over" not in page
    assert "/override" not in page
    assert await overrides(office) == []


async def test_a_responder_takes_over_and_puts_nobody_else_on_call(office: Database, browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    page = (await bob.get(FORM)).text
    assert "<option selected>bob</option>" in page
    assert "<option>alice</option>" not in page.partition("Only instead of")[0]
    assert (await bob.press(FORM, on=FORM, **(FILLED | {"user": "alice"}))).status_code == 403
    answer = await bob.press(FORM, on=FORM, **FILLED)
    assert answer.headers["location"] == "/oncall/calendar?view=week&at=2026-03-04&schedule=payments-primary"
    (made,) = await overrides(office)
    assert (made.user, made.created_by, made.reason) == ("bob", "@bob", "dentist")
    assert made.starts_at == datetime(2026, 3, 4, 17, tzinfo=UTC), "times are those of Berlin"
    assert made.ends_at == datetime(2026, 3, 5, 7, tzinfo=UTC)


async def test_a_manager_puts_others_on_call(office: Database, browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    assert "<option>alice</option>" in (await carol.get(FORM)).text
    await carol.press(FORM, on=FORM, **(FILLED | {"part": "beside"}))
    (made,) = await overrides(office)
    assert (made.user, made.created_by, made.part) == ("bob", "@carol", Part.BESIDE)


async def test_times_are_on_the_schedules_clock_wherever_the_viewer_is(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        schedule = await oncall.get_schedule(tx.conn, "payments-primary", tx.now)
        await oncall.put_schedule(tx, replace(schedule, time_zone="America/New_York"))
    bob = await browser_of("bob")
    page = (await bob.get(f"{FORM}?from=2026-03-04T18:00&to=2026-03-05T08:00")).text
    assert "On the clock of America/New_York." in page
    assert "on your clock in Europe/Berlin" in page
    await bob.press(FORM, on=FORM, **FILLED)
    (made,) = await overrides(office)
    assert made.starts_at == datetime(2026, 3, 4, 23, tzinfo=UTC)


async def test_the_address_fills_the_form_in(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    page = (await carol.get(f"{FORM}?user=bob&from=2026-03-08T18:00&to=2026-03-09T18:00&reason=move")).text
    assert "<option selected>bob</option>" in page
    for value in ("2026-03-08T18:00", "2026-03-09T18:00", "move"):
        assert f'value="{value}"' in page
    assert "<b>alice</b>" in page
    assert "<b>bob</b>" in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "soon"}, "to"),
        ({"from": "now"}, "from"),
        ({"to": "2026-03-04T17:00"}, "to"),
        ({"part": "above"}, "part"),
        ({"user": "nobody"}, "user"),
        ({"instead_of": "carol"}, "instead_of"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    office: Database, browser_of: BrowserOf, changed: dict[str, str], field: str
) -> None:
    carol = await browser_of("carol")
    answer = await carol.press(FORM, on=FORM, **(FILLED | {"reason": "dentist"} | changed))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    if "reason" not in changed:
        assert 'value="dentist"' in answer.text
    assert await overrides(office) == []


async def test_a_live_page_is_told_in_a_sentence(browser_of: BrowserOf) -> None:
    carol = await browser_of("carol")
    token = {"csrf": (await carol.get(FORM)).text.partition('name="csrf" value="')[2].partition('"')[0]}
    answer = await carol.client.post(FORM, data=token | FILLED | {"to": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (400, "The time at which it ends is missing. Fill it in.")


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/sign-out"])
async def test_the_way_back_stays_within_the_pages_of_on_call(browser_of: BrowserOf, back: str) -> None:
    bob = await browser_of("bob")
    answer = await bob.press(FORM, on=FORM, back=back, **FILLED)
    assert answer.headers["location"].startswith("/oncall/calendar?")


async def test_what_one_made_one_ends(office: Database, browser_of: BrowserOf) -> None:
    bob, alice = await browser_of("bob"), await browser_of("alice")
    await bob.press(FORM, on=FORM, **FILLED)
    (made,) = await overrides(office)
    assert (await alice.press(f"/oncall/overrides/{made.id}/end", on="/oncall")).status_code == 403
    answer = await bob.press(f"/oncall/overrides/{made.id}/end", on="/oncall")
    assert answer.headers["location"] == "/oncall/payments-primary"
    assert await overrides(office) == []


async def test_what_it_breaks_is_said_and_saved_anyway_with_a_reason(office: Database, browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    long = FILLED | {"to": "2026-03-30T08:00"}
    refused = await bob.press(FORM, on=FORM, **long)
    assert refused.status_code == 400
    assert "bob is on call in payments-primary for " in refused.text
    assert 'name="anyway"' in refused.text
    assert 'name="anyway"' not in (await bob.get(FORM)).text
    assert await overrides(office) == []
    assert (await bob.press(FORM, on=FORM, **long, anyway="alice is ill")).status_code == 303
    assert [each.user for each in await overrides(office)] == ["bob"]
