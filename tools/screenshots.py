"""Every page of a running Tocsin as a picture: `make screenshots` writes
`docs/screenshots/<page>-<width>-<theme>.png`.

Two days are lived through (`lived_days`); then a real server is started on that database and Chromium looks at it.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from psycopg.conninfo import conninfo_to_dict
from tests.support import postgres
from tests.support.office import link_for
from tests.support.sinks import SmtpSink
from tests.support.tocsin import tocsin_running

from tocsin.db.database import Database
from tools.lived_days import live_through
from tools.pictures import take_picture

OUT = Path(__file__).parents[1] / "docs/screenshots"
WIDE, NARROW = 1280, 390
SIZES = {WIDE: 800, NARROW: 844}
THEMES = ("light", "dark")
USUAL = {(WIDE, "light"), (NARROW, "dark")}
"""How each page is taken; those in `IN_EVERY_LOOK` in the other sizes and themes, too."""
IN_EVERY_LOOK = {
    *("now", "room", "room-triggered", "room-sheet", "acknowledge", "alerts", "policy", "styleguide"),
    *("guard-rails", "response", "origins"),
    *("oncall", "schedule", "calendar", "calendar-everybody", "calendar-week", "calendar-day", "calendar-override"),
    *("override", "swaps", "leave", "load", "load-proposal", "feeds", "handoff", "readiness", "reachability", "person"),
}

PAGES = {
    "now": "/",
    "room": "/incidents/INC-4",
    "room-triggered": "/incidents/INC-5",
    "deliveries": "/incidents/INC-4/pages",
    "incidents": "/incidents",
    "alerts": "/alerts",
    "silences": "/silences",
    "maintenance": "/maintenance",
    "heartbeats": "/heartbeats",
    "oncall": "/oncall",
    "schedule": "/oncall/payments-primary",
    "calendar": "/oncall/calendar?schedule=payments-primary",
    "calendar-everybody": "/oncall/calendar",
    "calendar-override": "/oncall/calendar?view=week&schedule=follow-the-sun",
    "calendar-week": "/oncall/calendar?view=week&schedule=follow-the-sun",
    "calendar-day": "/oncall/calendar?view=day",
    "override": "/oncall/payments-primary/override",
    "swaps": "/swaps",
    "leave": "/oncall/leave",
    "load": "/oncall/load",
    "load-proposal": "/oncall/load/proposal?schedule=payments-primary",
    "feeds": "/oncall/feeds",
    "person": "/people/dave/why",
    "handoff": "/oncall/payments-primary/handoff",
    "readiness": "/oncall/payments-primary/readiness",
    "reachability": "/oncall/reachability",
    "actions": "/actions",
    "insights": "/insights",
    "guard-rails": "/insights/guard-rails",
    "response": "/insights/response",
    "origins": "/insights/incidents",
    "reports": "/insights/reports",
    "severity-review": "/insights/severity",
    "slo": "/insights/slo",
    "policies": "/policies",
    "policy": "/policies/payments",
    "services": "/services",
    "search": "/search?q=rollback",
    "postmortems": "/postmortems",
    "postmortem": "/postmortems/INC-1",
    "postmortem-edit": "/postmortems/INC-1/edit",
    "settings": "/settings",
    "templates": "/settings/templates",
    "audit": "/settings/audit",
    "people": "/settings/people",
    "person-settings": "/settings/people/bob",
    "me": "/me",
    "update": "/incidents/INC-4/update",
    "styleguide": "/styleguide",
    "notifications": "/me/notifications",
    "device": "/me/notifications/device",
    "declare": "/declare",
    "problem": "/nowhere",
}

BEHIND_LINKS = {
    "alert": ("/alerts?went=silenced", [".row-link"]),
    "silence": ("/alerts?went=held", [".row-link", "text=Silence this…"]),
}
"""Pages whose address has a number that is not known before."""

OPENED = {"room-sheet": ("/incidents/INC-4", ["[popovertarget=resolve]"])}
ON_PHONE = {
    "room-team": ("/incidents/INC-4", ["[for=tab-roles]"]),
    "room-recovery": ("/incidents/INC-4", ["[for=tab-recovery]"]),
}
"""What a narrow screen shows behind a tab, and a wide one beside the timeline."""
WHOLE = {"styleguide"}
"""Taken to the end of the page, not of the screen."""


async def take_pictures(url: str, dsn: str, ack_path: str) -> None:
    async with async_playwright() as playwright, Database(dsn) as db:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width in SIZES:
            for theme in THEMES:
                await _take_all(browser, url, await link_for(db, "alice"), ack_path, width, theme)
        await browser.close()


async def _take_all(browser: Browser, url: str, link: str, ack_path: str, width: int, theme: str) -> None:
    context = await browser.new_context(
        base_url=url,
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page, squeezer = await context.new_page(), await browser.new_page()

    async def picture(name: str, path: str, links: Sequence[str] = ()) -> None:
        if (width, theme) not in USUAL and name not in IN_EVERY_LOOK:
            return
        await page.goto(path)
        for link in links:
            await page.locator(link).first.click()
        if name == "policy":
            await _simulate(page)
        if name == "calendar-override":
            await _drag(page)
        await take_picture(page, squeezer, OUT / f"{name}-{width}-{theme}.png", whole=name in WHOLE)

    await picture("sign-in", "/sign-in")
    await picture("acknowledge", ack_path)
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()
    await picture("password", "/password")
    for name, path in PAGES.items():
        await picture(name, path)
    for name, (path, links) in {**BEHIND_LINKS, **OPENED, **(ON_PHONE if width == NARROW else {})}.items():
        await picture(name, path, links)
    await squeezer.close()
    await context.close()


async def _drag(page: Page) -> None:
    """Over the hours from one day into the next, where there is room for it."""
    days = page.locator("#calendar td[data-from]")
    begins, ends = await days.nth(5).bounding_box(), await days.nth(6).bounding_box()
    if begins is None or ends is None:
        return
    await page.mouse.move(begins["x"] + begins["width"] / 2, begins["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(ends["x"] + ends["width"] / 2, ends["y"] + 20, steps=5)
    await page.mouse.up()


async def _simulate(page: Page) -> None:
    """Lets the panel beside a policy answer for three o'clock on Christmas Eve."""
    await page.locator("input[name=at]").fill("2026-12-24T03:00")
    await page.get_by_role("button", name="Simulate").click()
    await page.locator("#simulation table").wait_for()


def main() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with postgres.server() as server, SmtpSink() as mailbox, tempfile.TemporaryDirectory() as folder:
        dsn = server.clone()
        ack_path = asyncio.run(live_through(dsn))
        parts = conninfo_to_dict(dsn)
        settings = {
            "TOCSIN_DATABASE_URL": f"postgresql:///{parts['dbname']}?host={parts['host']}&user={parts['user']}",
            "TOCSIN_SECRET_KEY": bytes(range(32)).hex(),
            "TOCSIN_SMTP_URL": mailbox.url,
        }
        with tocsin_running(Path(folder) / "home", **settings) as running:
            asyncio.run(take_pictures(running.url, dsn, ack_path))
        mailbox.inbox.forget()
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
