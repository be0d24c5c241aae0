"""Every page of docs/howto is a session that works: what it tells to type is typed, what it shows is printed."""

from pathlib import Path

import pytest

from tests.docs.walkthrough import ROOT, steps, walk



def pages() -> list[object]:
    """Each page with what it needs of this machine."""
    found = sorted((ROOT / "docs" / "howto").glob("[!R]*.md"))
    return [pytest.param(page, marks=_marks(page), id=page.stem) for page in found]


def _marks(page: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.curl, *([pytest.mark.peers] if "amtool" in page.read_text(encoding="utf-8") else [])]


@pytest.mark.parametrize("page", pages())
def test_every_command_does_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    assert steps(page), "a how-to without a command is an explanation"
    walk(page, tmp_path / "home")
