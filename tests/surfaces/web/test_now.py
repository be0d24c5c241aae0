"""Now: what needs a person comes first, and how many alerts call nobody leads to the list of them."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.surfaces.web.conftest import Browser
from tests.surfaces.web.test_alerts import one_of_each
from tocsin.comms import cadence
from tocsin.db.database import Database
from tocsin.delivery.model import Urgency
from tocsin.incidents import assigning
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.paging import commands
from tocsin.paging import service as paging

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_what_calls_somebody_comes_before_what_nobody_knows_the_severity_of(
    office: Database, browser_of: BrowserOf
) -> None:
    async with office.transaction() as tx:
        for title, severity, urgency in (
            ("A disk fills slowly", None, Urgency.LOW),
            ("Search is slow", "SEV-3", Urgency.HIGH),
            ("Checkout answers 500", "SEV-1", Urgency.HIGH),
            ("Nobody knows what this is", None, Urgency.HIGH),
        ):
            wanted = Declaration(title=title, severity=severity, urgency=urgency, services=("checkout",))
            await incidents.declare(tx, wanted)
        await incidents.acknowledge(tx, 3, "@alice", "web")
    page = (await (await browser_of("alice")).get("/")).text
    titles = ["Nobody knows what this is", "Search is slow", "A disk fills slowly", "Checkout answers 500"]
    assert [page.index(f"<b>{title}</b>") for title in titles] == sorted(page.index(f"<b>{t}</b>") for t in titles)
    assert "Acknowledge INC-4" in page


async def test_the_worst_is_on_top_however_many_came_after_it(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        worst = Declaration(
            title="Checkout answers 500", severity="SEV-1", urgency=Urgency.HIGH, services=("checkout",)
        )
        await incidents.declare(tx, worst)
        for number in range(60):
            later = Declaration(title=f"Slow {number}", severity="SEV-3", urgency=Urgency.HIGH, services=("checkout",))
            await incidents.declare(tx, later)
    page = (await (await browser_of("alice")).get("/")).text
    assert page.index("<b>Checkout answers 500</b>") < page.index("<b>Slow 59</b>")
    assert "61 open · Now" in page
    assert "11 more open" in page
    assert "Acknowledge INC-1<" in page


async def test_each_count_of_alerts_leads_to_a_list_of_as_many(office: Database, browser_of: BrowserOf) -> None:
    await one_of_each(office)
    victor = await browser_of("victor")
    page = (await victor.get("/")).text
    for words, path, count in (
        ("6 firing", "/alerts?state=firing", 6),
        ("1 held", "/alerts?state=firing&went=held", 1),
        ("1 silenced", "/alerts?state=firing&went=silenced", 1),
        ("1 dropped", "/alerts?state=firing&went=dropped", 1),
    ):
        assert f'<a href="{path.replace("&", "&amp;")}">{words}</a>' in page
        assert (await victor.get(path)).text.count("row-link") == count
    assert "inhibited" not in page


async def test_a_line_says_who_commands_and_when_the_next_update_is_due(
    office: Database, browser_of: BrowserOf, clock: VirtualClock
) -> None:
    async with office.transaction() as tx:
        await incidents.declare(tx, Declaration(title="Checkout answers 500", severity="SEV-1", services=("checkout",)))
    assert "update due" not in (await (await browser_of("alice")).get("/")).text
    async with office.transaction() as tx:
        await incidents.acknowledge(tx, 1, "@alice", "web")
        await assigning.assign(tx, 1, RoleName.COMMANDER, "bob", "@alice")
    alice = await browser_of("alice")
    page = (await alice.get("/")).text
    assert "bob commands</span>" in page
    assert re.search(r'class="\w+">update due <time[^>]*>in \d+ (min|h)', page)
    async with office.connection() as conn:
        due = await cadence.next_update_at(conn, 1)
    assert due is not None
    clock.set(due - timedelta(minutes=4))
    assert re.search(r'<span class="amber">update due <time[^>]*>in 4 min', (await alice.get("/")).text)
    clock.set(due + timedelta(minutes=1))
    assert re.search(r'<span class="amber">update due since <time', (await alice.get("/")).text)


async def test_whoever_is_being_paged_reads_so_until_they_answer(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        said = Declaration(title="A drill", severity="SEV-3", services=("checkout",), is_drill=True)
        await incidents.declare(tx, said)
        (page,) = await paging.list_pages(tx.conn, 1)
    called, other = await browser_of(page.user_name), await browser_of("carol")
    text = (await called.get("/now/board")).text
    assert "<b>You are being paged.</b>" in text
    assert 'data-paged="/incidents/INC-1" data-title="INC-1 A drill"' in text
    assert "</a> A drill</span></p>" in text
    assert "<b>drill</b>" in text
    async with office.transaction() as tx:
        await incidents.declare(tx, said)
    both = (await called.get("/now/board")).text
    assert re.search(r'INC-\d</a></span>, <span [^>]+><a href="/incidents/INC-\d">INC-\d</a></span></p>', both)
    async with office.transaction() as tx:
        await commands.acknowledge(tx, 2, f"@{page.user_name}", "web")
    assert "You are being paged." not in (await other.get("/now/board")).text
    async with office.transaction() as tx:
        await tx.conn.execute("UPDATE page SET state = 'unreached', ended_at = %s", (tx.now,))
    assert "You are being paged." in (await called.get("/now/board")).text, "no message did, so the page has to"
    async with office.transaction() as tx:
        await commands.acknowledge(tx, 1, f"@{page.user_name}", "web")
    assert "You are being paged." not in (await called.get("/now/board")).text
