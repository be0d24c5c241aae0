"""Silences on the web: who may set one, what it would cover, how it is changed and ended (ALR-7)."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.stores.alerting import Desk, open_desk, signal
from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.alerts import silences
from tocsin.alerts.silencing import Silence, SilenceState, WantedSilence
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.matchers import parse_matcher

BrowserOf = Callable[[str], Awaitable[Browser]]
FILLED = {"matchers": 'alertname="Slow"\ninstance=~"db-.*"', "length": "2h", "comment": "moving the replica"}


async def every_silence(db: Database) -> list[Silence]:
    async with db.connection() as conn:
        return await silences.list_silences(conn, None, db.clock.now())


async def fire(db: Database, *names: str) -> Desk:
    desk = await open_desk(db, [{"match": ["job=web"], "service": "checkout", "severity": "SEV-2"}])
    for name in names:
        await desk.receive(signal(alertname=name, job="web", instance="db-2"))
    await desk.work()
    return desk


async def test_a_viewer_looks_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    alice, victor = await browser_of("alice"), await browser_of("victor")
    path = (await alice.press("/silences/new", **FILLED)).headers["location"]
    assert "moving the replica" in (await victor.get(path)).text
    assert "End it now" not in (await victor.get(path)).text
    assert "/silences/new" not in (await victor.get("/silences")).text
    assert (await victor.get("/silences/new")).status_code == 403
    assert (await victor.get(f"{path}/edit")).status_code == 403
    for target in ("/silences/new", f"{path}/edit", f"{path}/expire"):
        assert (await victor.press(target, **FILLED)).status_code == 403
    (silence,) = await every_silence(office)
    assert silence.state_at(office.clock.now()) is SilenceState.ACTIVE


async def test_a_preview_counts_only_what_one_may_see(office: Database, browser_of: BrowserOf) -> None:
    await fire(office, "Slow", "Secret")
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update alert set scope_id = %s where title = 'Secret'", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    path = "/silences/preview?matchers=job=web"
    assert "Matches 1</b> of the 1 alerts" in (await carol.get(path)).text
    assert "Matches 2</b> of the 2 alerts" in (await bob.get(path)).text
    secret = re.findall(r'href="/alerts/(\d+)">Secret', (await bob.get(path)).text)[0]
    assert (await carol.get(f"/silences/new?alert={secret}")).status_code == 404


async def test_a_silence_is_set_with_its_matchers_its_end_and_its_reason(
    office: Database, browser_of: BrowserOf
) -> None:
    alice = await browser_of("alice")
    answer = await alice.press("/silences/new", on="/silences/new", **FILLED)
    (silence,) = await every_silence(office)
    assert answer.headers["location"] == f"/silences/{silence.id}"
    assert [str(matcher) for matcher in silence.matchers] == ['alertname="Slow"', 'instance=~"db-.*"']
    assert silence.ends_at - silence.starts_at == timedelta(hours=2)
    assert (silence.created_by, silence.comment) == ("@alice", "moving the replica")
    page = (await alice.get(f"/silences/{silence.id}")).text
    assert "moving the replica" in page
    assert "Nothing." in page


async def test_it_keeps_quiet_what_fires_afterwards_and_says_what(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    path = (await alice.press("/silences/new", **FILLED)).headers["location"]
    await fire(office, "Slow")
    assert 'href="/alerts/1">Slow</a>' in (await alice.get(path)).text
    assert "1 alert" in (await alice.get("/silences")).text
    assert f'<a href="{path}">silenced</a>' in (await alice.get("/alerts")).text


async def test_from_an_alert_its_labels_are_filled_in_and_what_has_paged_is_said(
    office: Database, browser_of: BrowserOf
) -> None:
    await fire(office, "Slow")
    page = (await (await browser_of("alice")).get("/silences/new?alert=1")).text
    assert "alertname=&#34;Slow&#34;\ninstance=&#34;db-2&#34;\njob=&#34;web&#34;</textarea>" in page
    assert "Matches 1</b> of the 1 alerts" in page
    assert "1 of them has paged already" in page


async def test_without_script_a_button_shows_what_it_would_match(office: Database, browser_of: BrowserOf) -> None:
    await fire(office, "Slow")
    alice = await browser_of("alice")
    answer = await alice.press("/silences/new", on="/silences/new", **FILLED, preview="yes")
    assert answer.status_code == 200
    assert "Matches 1</b>" in answer.text
    assert "moving the replica" in answer.text
    assert await every_silence(office) == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"matchers": ""}, "matchers"),
        ({"matchers": "no matcher"}, "matchers"),
        ({"matchers": "a=~["}, "matchers"),
        ({"matchers": 'a=~".*"'}, "matchers"),
        ({"comment": "  "}, "comment"),
        ({"comment": "x" * 1_001}, "comment"),
        ({"length": "5y"}, "length"),
        ({"length": "until"}, "ends"),
        ({"length": "until", "ends": "soon"}, "ends"),
        ({"length": "until", "ends": "2020-01-01T00:00"}, "ends"),
        ({"begins": "9999-99-99"}, "begins"),
        ({"begins": "0001-01-01T00:00"}, "begins"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Database, browser_of: BrowserOf, sent: dict[str, str], field: str
) -> None:
    alice = await browser_of("alice")
    answer = await alice.press("/silences/new", on="/silences/new", **(FILLED | sent))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    assert 'value="moving the replica"' in answer.text or "comment" in sent
    assert await every_silence(office) == []


async def test_changing_its_end_keeps_it_and_changing_its_matchers_makes_another(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    alice, bob = await browser_of("alice"), await browser_of("bob")
    path = (await alice.press("/silences/new", **FILLED)).headers["location"]
    clock.advance(timedelta(minutes=10))
    form = (await bob.get(f"{path}/edit")).text
    assert "moving the replica" in form
    assert re.search(r'name="ends" value="2026-03-02T\d\d:\d\d"', form)
    longer = await bob.press(f"{path}/edit", **(FILLED | {"length": "8h"}))
    assert longer.headers["location"] == path
    (silence,) = await every_silence(office)
    assert silence.ends_at == clock.now() + timedelta(hours=8)
    other = await bob.press(f"{path}/edit", **(FILLED | {"matchers": "alertname=Slower"}))
    assert other.headers["location"] != path
    assert "over" in (await bob.get(path)).text


async def test_one_to_come_begins_when_it_says_in_the_viewers_zone(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    given = {"begins": "2026-03-03T20:00", "length": "until", "ends": "2026-03-03T22:00"}
    path = (await alice.press("/silences/new", **(FILLED | given))).headers["location"]
    (silence,) = await every_silence(office)
    assert silence.starts_at.isoformat() == "2026-03-03T19:00:00+00:00"
    assert "to come" in (await alice.get("/silences?state=pending")).text
    assert path not in (await alice.get("/silences?state=active")).text
    assert 'value="2026-03-03T20:00"' in (await alice.get(f"{path}/edit")).text


async def test_until_the_morning_ends_at_nine_there(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    await alice.press("/silences/new", **(FILLED | {"length": "morning"}))
    (silence,) = await every_silence(office)
    assert silence.ends_at.isoformat() == "2026-03-03T08:00:00+00:00"


async def test_ending_it_now_lets_what_still_fires_page(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    path = (await alice.press("/silences/new", **FILLED)).headers["location"]
    desk = await fire(office, "Slow")
    assert (await alice.press(f"{path}/expire", on=path)).headers["location"] == path
    await desk.work()
    assert '<a href="/incidents/INC-1">INC-1</a>' in (await alice.get("/alerts")).text
    assert "Set it again…" in (await alice.get(path)).text
    (silence,) = await every_silence(office)
    assert silence.state_at(office.clock.now()) is SilenceState.EXPIRED


async def test_one_that_was_set_with_a_key_says_whose_alerts_it_covers(office: Database, browser_of: BrowserOf) -> None:
    desk = await fire(office)
    async with office.transaction() as tx:
        wanted = WantedSilence(
            matchers=(parse_matcher("job=web"),),
            starts_at=tx.now,
            ends_at=tx.now + timedelta(hours=1),
            created_by="amtool",
            comment="set by a tool",
        )
        made = await silences.set_silence(tx, wanted, desk.integration.id)
    victor = await browser_of("victor")
    assert "only alerts of prometheus" in (await victor.get("/silences")).text
    assert "only alerts of prometheus" in (await victor.get(f"/silences/{made}")).text
    alice = await browser_of("alice")
    await alice.press(f"/silences/{made}/edit", **(FILLED | {"matchers": "job=web"}))
    assert [each.integration_id for each in await every_silence(office)] == [desk.integration.id]


async def test_what_is_no_silence_is_not_found(browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    for path in ("/silences/x", "/silences/00000000-0000-0000-0000-000000000000", "/silences/x/edit"):
        assert (await alice.get(path)).status_code == 404
    assert (await alice.get("/silences?state=loud")).status_code == 400
    assert "tocsin silence add" in (await alice.get("/silences")).text
