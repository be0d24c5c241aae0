"""The page that shows what the others are made of: for people who are signed in, with colours as they are served."""

import re
from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.surfaces.web.assets import load_assets
from tocsin.surfaces.web.colours import PAIRS, contrast, read_tokens
from tocsin.surfaces.web.pages.styleguide import pair_views

BrowserOf = Callable[[str], Awaitable[Browser]]


async def test_only_who_is_signed_in_sees_it(guest: Browser) -> None:
    assert (await guest.get("/styleguide")).status_code == 303


async def test_settings_lead_to_it_and_it_shows_every_pair_with_its_contrast(browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert 'href="/styleguide"' in (await victor.get("/settings")).text
    page = (await victor.get("/styleguide")).text
    for pair in PAIRS:
        assert f"<b>{pair.front}</b>" in page
    assert page.count('class="look look-dark"') == len(PAIRS)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_no_contrast_is_told_better_than_it_is() -> None:
    assets = load_assets()
    tokens = read_tokens(assets.by_hashed_name[assets.names["style.css"]].content.decode())
    for view in pair_views(assets):
        light, dark = (contrast(tokens[view.front][look], tokens[view.back][look]) for look in (0, 1))
        assert view.light <= light < view.light + 0.11
        assert view.dark <= dark < view.dark + 0.11
