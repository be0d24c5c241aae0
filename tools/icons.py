"""The pictures by which a phone and its notifications show Tocsin, drawn from the bell of `favicon.svg`.

`python -m tools.icons` writes them into `frontend/static/`; they are committed, since drawing needs Chromium.
"""

import asyncio
import re
import shutil
from pathlib import Path

from playwright.async_api import async_playwright

STATIC = Path(__file__).parents[1] / "frontend/static"
NIGHT, GOLD, WHITE = "#16181c", "#c8963a", "#ffffff"

PICTURES = (
    # file, pixels, background, corner radius and size of the bell in parts of the whole, colour of the bell
    ("icon-192.png", 192, NIGHT, 0.22, 0.68, GOLD),
    ("icon-512.png", 512, NIGHT, 0.22, 0.68, GOLD),
    ("icon-180.png", 180, NIGHT, 0.0, 0.62, GOLD),
    ("icon-maskable.png", 512, NIGHT, 0.0, 0.54, GOLD),
    ("badge.png", 96, "none", 0.0, 1.0, WHITE),
)


def drawing(bell: str, background: str, radius: float, part: float, colour: str) -> str:
    """An SVG of 100 by 100 with the bell, which is drawn on 32 by 32, in the middle."""
    scale = part * 100 / 32
    edge = (100 - part * 100) / 2
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" rx="{radius * 100}" fill="{background}"/>'
        f'<path transform="translate({edge} {edge}) scale({scale})" fill="{colour}" d="{bell}"/></svg>'
    )


async def draw() -> None:
    bell = re.findall(r' d="([^"]+)"', (STATIC / "favicon.svg").read_text())[0]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, pixels, background, radius, part, colour in PICTURES:
            page = await browser.new_page(viewport={"width": pixels, "height": pixels})
            svg = drawing(bell, background, radius, part, colour)
            await page.set_content(f"<style>body{{margin:0;background:transparent}}svg{{display:block}}</style>{svg}")
            await page.screenshot(path=STATIC / name, omit_background=True)
            await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(draw())
