"""The tutorial, word for word."""

from pathlib import Path

import pytest

from tests.docs.walkthrough import ROOT, steps, walk

TUTORIAL = ROOT / "docs" / "tutorial" / "first-alert.md"


@pytest.mark.curl
def test_every_command_does_what_the_page_shows(tmp_path: Path) -> None:
    assert len(steps(TUTORIAL)) > 8
    walk(TUTORIAL, tmp_path / "home")
