"""Maintenance on the web: who may add and end it, what is said of it, and what a file manages (ALR-7)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.stores.alerting import open_desk, signal
from tests.surfaces.web.conftest import Browser
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import Maintenance, MaintenanceDraft, MaintenanceState, state_at
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock

BrowserOf = Callable[[str], Awaitable[Browser]]
FILLED = {"service:checkout": "yes", "length": "2h", "repeat": "once", "reason": "minor upgrade"}


async def every(db: Database) -> list[Maintenance]:
    async with db.connection() as conn:
        return await maintenances.list_maintenances(conn, db.clock.now())


async def test_a_viewer_looks_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    alice, victor = await browser_of("alice"), await browser_of("victor")
    await alice.press("/maintenance/new", **FILLED)
    (made,) = await every(office)
    page = (await victor.get("/maintenance")).text
    assert "minor upgrade" in page
    assert "/end" not in page
    assert "/maintenance/new" not in page
    assert (await victor.get("/maintenance/new")).status_code == 403
    for path in ("/maintenance/new", f"/maintenance/{made.name}/end"):
        assert (await victor.press(path, **FILLED)).status_code == 403
    assert [state_at(each, office.clock.now()) for each in await every(office)] == [MaintenanceState.ACTIVE]


async def test_from_now_on_until_somebody_ends_it(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    answer = await alice.press("/maintenance/new", on="/maintenance/new", **FILLED)
    assert answer.headers["location"] == "/maintenance"
    (made,) = await every(office)
    assert made.services == ("checkout",)
    assert made.ends_at - made.starts_at == timedelta(hours=2)
    page = (await alice.get("/maintenance")).text
    assert "Under way" in page
    assert "@alice" in page
    await alice.press(f"/maintenance/{made.name}/end", on="/maintenance")
    assert "Under way" not in (await alice.get("/maintenance")).text
    again = await alice.press(f"/maintenance/{made.name}/end", on="/maintenance/new")
    assert again.status_code == 409


async def test_an_alert_that_it_holds_says_so(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await alice.press("/maintenance/new", **FILLED)
    desk = await open_desk(office, [{"match": ["job=web"], "service": "checkout", "severity": "SEV-2"}])
    await desk.receive(signal(alertname="Slow", job="web"))
    await desk.work()
    page = (await alice.get("/alerts?went=maintenance")).text
    assert '<a href="/maintenance">in maintenance</a>' in page
    assert "checkout is in maintenance until" in page
    assert '<a href="/alerts?state=firing&amp;went=maintenance">1 in maintenance</a>' in (await alice.get("/")).text


async def test_what_repeats_is_ended_for_once_or_for_good(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    alice = await browser_of("alice")
    given = {"begins": "2026-03-02T12:00", "length": "until", "ends": "2026-03-02T14:00", "repeat": "daily"}
    await alice.press("/maintenance/new", **(FILLED | given))
    (made,) = await every(office)
    assert (made.repeat, made.time_zone) == ("FREQ=DAILY", "Europe/Berlin")
    page = (await alice.get("/maintenance")).text
    assert "Planned" in page
    assert "every day" in page
    assert "Take all of it back" in page
    assert "End it now" not in page

    clock.advance(timedelta(hours=2))
    assert "End it now" in (await alice.get("/maintenance")).text
    await alice.press(f"/maintenance/{made.name}/end", on="/maintenance")
    assert [state_at(each, clock.now()) for each in await every(office)] == [MaintenanceState.PLANNED]
    await alice.press(f"/maintenance/{made.name}/end", on="/maintenance", all="yes")
    assert [state_at(each, clock.now()) for each in await every(office)] == [MaintenanceState.OVER]


async def test_what_repeats_may_begin_now(office: Database, browser_of: BrowserOf, clock: VirtualClock) -> None:
    clock.advance(timedelta(seconds=1, microseconds=5))
    await (await browser_of("alice")).press("/maintenance/new", **(FILLED | {"repeat": "weekly"}))
    assert [state_at(each, clock.now()) for each in await every(office)] == [MaintenanceState.ACTIVE]


async def test_what_a_file_manages_names_it_and_has_no_button(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        draft = MaintenanceDraft(
            name="nightly",
            services=("checkout",),
            starts_at=tx.now,
            ends_at=tx.now + timedelta(hours=1),
            managed_by="tocsin.yaml",
        )
        await maintenances.put_maintenance(tx, draft, "@root")
    alice = await browser_of("alice")
    page = (await alice.get("/maintenance")).text
    assert "managed by tocsin.yaml" in page
    assert "/maintenance/nightly/end" not in page
    assert (await alice.press("/maintenance/nightly/end", on="/maintenance/new")).status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"length": "5y"}, "length"),
        ({"length": "until"}, "ends"),
        ({"begins": "2026-03-02T20:00", "length": "until", "ends": "2026-03-02T19:00"}, "ends"),
        ({"repeat": "often"}, "repeat"),
        ({"rule": "FREQ=HOURLY"}, "repeat"),
        ({"rule": "FREQ=WEEKLY;BYDAY=SU"}, "begins"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Database, browser_of: BrowserOf, sent: dict[str, str], field: str
) -> None:
    alice = await browser_of("alice")
    answer = await alice.press("/maintenance/new", on="/maintenance/new", **(FILLED | sent))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    assert 'name="service:checkout" value="yes" checked' in answer.text
    assert await every(office) == []


async def test_a_second_one_of_the_same_minute_is_refused_in_words_of_the_form(
    office: Database, browser_of: BrowserOf
) -> None:
    alice = await browser_of("alice")
    await alice.press("/maintenance/new", **FILLED)
    answer = await alice.press("/maintenance/new", **FILLED)
    assert answer.status_code == 400
    assert 'id="wrong-begins"' in answer.text
    assert "begins in the same minute" in answer.text
    assert len(await every(office)) == 1


async def test_a_service_must_be_chosen_and_must_be_there(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    none = {name: value for name, value in FILLED.items() if name != "service:checkout"}
    answer = await alice.press("/maintenance/new", on="/maintenance/new", **none)
    assert 'id="wrong-services"' in answer.text
    assert (await alice.press("/maintenance/new", **none, **{"service:nothing": "yes"})).status_code == 404
    assert 'name="service:checkout" value="yes" checked' in (await alice.get("/maintenance/new?service=checkout")).text


async def test_an_empty_page_says_what_it_is_for(browser_of: BrowserOf) -> None:
    assert "tocsin maintenance add" in (await (await browser_of("victor")).get("/maintenance")).text
