"""The pictures of the README: `make screenshots` writes `docs/pictures/<page>.png`, of what `tocsin demo` shows.

The demo's year is lived through, a real server is started on it, and Chromium looks at it.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright
from psycopg.conninfo import conninfo_to_dict
from tests.support import postgres
from tests.support.office import link_for
from tests.support.tocsin import COMMAND, tocsin_running

from tocsin.db.database import Database
from tocsin.demo.organisation import YOU
from tools.pictures import take_picture

OUT = Path(__file__).parents[1] / "docs/pictures"


async def take_pictures(url: str, dsn: str) -> None:
    async with async_playwright() as playwright, Database(dsn) as db:
        async with db.connection() as conn:
            cursor = await conn.execute(
                "SELECT max(number) FROM incident i JOIN postmortem p ON p.incident_id = i.id WHERE severity = 'SEV-1'"
            )
            ((number,),) = await cursor.fetchall()
        pages = {"room": f"/incidents/INC-{number}", "response": "/insights/response"}
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(base_url=url, viewport={"width": 1280, "height": 800})
        squeezer = await browser.new_page()
        await page.goto(await link_for(db, YOU))
        await page.get_by_role("button", name="Sign in").click()
        for name, path in pages.items():
            await page.goto(path)
            await take_picture(page, squeezer, OUT / f"{name}.png")
        await browser.close()


def main() -> int:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with postgres.server() as server, tempfile.TemporaryDirectory() as folder:
        dsn = server.clone()
        parts = conninfo_to_dict(dsn)
        settings = {
            "TOCSIN_DATABASE_URL": f"postgresql:///{parts['dbname']}?host={parts['host']}&user={parts['user']}",
            "TOCSIN_SECRET_KEY": bytes(range(32)).hex(),
        }
        lived = [
            *COMMAND,
            "demo",
            "--no-serve",
            "--database-url",
            settings["TOCSIN_DATABASE_URL"],
        ]
        subprocess.run(lived, env={**os.environ, **settings, "TOCSIN_DATA_DIR": folder}, check=True)
        with tocsin_running(Path(folder) / "home", **settings) as running:
            asyncio.run(take_pictures(running.url, dsn))
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
