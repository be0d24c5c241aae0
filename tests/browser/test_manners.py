"""What every page owes its reader: little script, nothing that jumps, names for what is pressed, room for a thumb."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Open, declare
from tests.browser.test_pages import PATHS
from tests.support.sinks import SmtpSink
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import service as postmortems

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOST_SCRIPT = 100_000
MOST_OF_ACKNOWLEDGING = 30_000
SMALL_SCREENS = ((360, 640), (390, 844))
THUMB = 44
NOTHING = 0.001
"""Of the window, as a layout shift is measured: a figure that ticks may be wider than the one before."""

SIZES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map(each => [each.name, each.initiatorType, each.decodedBodySize])"""

WATCH_SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            window.shifts.push([entry.value, entry.sources.map(source => source.node?.parentElement?.id ?? "?")]);
    }).observe({ type: "layout-shift" });
}"""

PRESSED = "button, select, textarea, input:not([type=radio], [type=checkbox]), .tabs > label"

SMALL = f"""() => [...document.querySelectorAll("{PRESSED}")]
    .filter(each => each.checkVisibility())
    .map(each => [each.innerText || each.name, each.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < {THUMB})"""

LOW_LINES = f"""() => [...document.querySelectorAll(".top .menu .sheet a")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < {THUMB})
    .map(each => each.innerText)"""

NAMELESS = re.compile(
    r"^\s*- (button|link|textbox|combobox|searchbox|radio|checkbox|heading|columnheader)(?: \[[^\]]*\])*:?$",
    re.MULTILINE,
)


async def test_no_page_has_more_than_100_kb_of_script(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    async with office.transaction() as tx:
        await postmortems.draft(tx, incident.id, "@alice")
    alice = await sit_down("alice")
    ref = incident_ref(incident.number)
    for path in (*PATHS, f"/incidents/{ref}", f"/postmortems/{ref}", f"/postmortems/{ref}/edit"):
        await alice.goto(path)
        sizes = await alice.evaluate(SIZES)
        script = sum(size for _, kind, size in sizes if kind == "script")
        assert 0 < script < MOST_SCRIPT, path


async def test_the_page_that_acknowledges_is_30_kb_in_all_and_has_no_script(
    sit_down: Open, office: Database, mailbox: SmtpSink
) -> None:
    incident = await declare(office, "Checkout answers 500, weighed")
    mail = await mailbox.inbox.receives(lambda mail: incident.title in mail.text and "/ack/" in mail.text)
    link = next(word for word in mail.text.split() if "/ack/" in word).strip("<>()")
    alice = await sit_down("alice", viewport=PHONE)
    await alice.goto(link)
    await expect(alice.get_by_role("button", name="Acknowledge as")).to_be_visible()
    sizes = await alice.evaluate(SIZES)
    assert {kind for _, kind, _ in sizes} <= {"navigation", "link", "other"}, "the page, its style sheet, its icon"
    assert 5_000 < sum(size for _, _, size in sizes) <= MOST_OF_ACKNOWLEDGING, sizes
    assert len(sizes) <= 3, sizes
    for width, height in SMALL_SCREENS:
        await alice.set_viewport_size({"width": width, "height": height})
        assert await alice.evaluate("document.documentElement.scrollHeight") <= height, (
            f"{width} × {height} is scrolled"
        )
        for name in ("Acknowledge as", "Not me"):
            box = await alice.get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["y"] > height * 2 / 3, f"{name} is not in reach of a thumb"


async def test_nothing_jumps_while_entries_come(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    alice = await sit_down("alice")
    await alice.goto(f"/incidents/{incident_ref(incident.number)}")
    await expect(alice.get_by_role("log")).to_contain_text("declared")
    await alice.evaluate(WATCH_SHIFTS)
    for number in range(40):
        async with office.transaction() as tx:
            await incidents.add_note(tx, incident.id, "@bob", f"line {number}")
    await expect(alice.get_by_text("line 39", exact=True)).to_be_in_viewport()
    shifts = await alice.evaluate("window.shifts")
    beside = [shift for shift in shifts if set(shift[1]) - {"timeline"}]
    assert sum(value for value, _ in beside) < NOTHING, f"only the log itself moves up: {beside}"


@pytest.mark.parametrize("width", [1280, 390])
async def test_whatever_can_be_pressed_has_a_name(sit_down: Open, office: Database, width: int) -> None:
    incident = await declare(office)
    alice = await sit_down("alice", viewport={"width": width, "height": 800})
    for path in (*PATHS, f"/incidents/{incident_ref(incident.number)}"):
        await alice.goto(path)
        tree = await alice.locator("body").aria_snapshot()
        assert NAMELESS.findall(tree) == [], path
        assert len(re.findall(r"^\s*- main", tree, re.MULTILINE)) == 1, path
        assert len(re.findall(r'^\s*- \'?heading ".+" \[level=1\]', tree, re.MULTILINE)) == 1, path
        assert len(re.findall(r"^\s*- search:", tree, re.MULTILINE)) <= 1, f"{path}: two places to search, by one name"
    assert re.search(r'- log "Timeline":\n\s*- list:\n\s*- listitem', tree), "entries are heard as those of a list"


async def test_a_thumb_finds_what_it_presses(sit_down: Open, office: Database) -> None:
    incident = await declare(office)
    alice = await sit_down("alice", viewport=PHONE, has_touch=True, is_mobile=True)
    await alice.goto("/declare")
    assert await alice.evaluate(SMALL) == []
    for menu, line in ((".pages .more", "Settings"), (".top > .menu", "My account")):
        await alice.locator(f"{menu} > summary").click()
        await expect(alice.get_by_role("link", name=line)).to_be_visible()
        assert await alice.evaluate(LOW_LINES) == []
        await alice.locator(f"{menu} > summary").click()
    await alice.goto(f"/incidents/{incident_ref(incident.number)}")
    assert await alice.evaluate(SMALL) == []
    await open_and_check(alice, "Change status…", "#move")


async def open_and_check(page: Page, opener: str, sheet: str) -> None:
    """A sheet rises from the lower edge of the screen."""
    await page.get_by_role("button", name=opener).click()
    box = await page.locator(sheet).bounding_box()
    assert box is not None
    assert round(box["y"] + box["height"]) == PHONE["height"]
    assert round(box["width"]) == PHONE["width"]
    assert await page.evaluate(SMALL) == []


async def test_how_a_room_is_shown_is_the_same_after_a_reload(sit_down: Open, office: Database) -> None:
    incident = await declare(office, "Checkout answers 500, reloaded")
    alice = await sit_down("alice", viewport=PHONE)
    path = f"/incidents/{incident_ref(incident.number)}"
    await alice.goto(path)
    await alice.get_by_label("without routine").check()
    await alice.get_by_text("Recovery", exact=True).click()
    await expect(alice).to_have_url(re.compile(r"\?routine=no&tab=recovery$"))
    await alice.reload()
    await expect(alice.locator("#tab-recovery")).to_be_checked()
    await alice.get_by_text("Timeline", exact=True).first.click()
    await expect(alice.get_by_label("without routine")).to_be_checked()
    await alice.get_by_label("without routine").uncheck()
    assert alice.url.endswith(path)
