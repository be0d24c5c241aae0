"""The tutorial, word for word."""

from functools import partial
from pathlib import Path

import pytest

from tests.docs.walkthrough import ROOT, steps, walk
from tests.support.tocsin import tocsin_running

TUTORIAL = ROOT / "docs" / "tutorial" / "first-alert.md"


@pytest.mark.curl
def test_every_command_does_what_the_page_shows(tmp_path: Path) -> None:
    assert len(steps(TUTORIAL)) > 8
    walk(TUTORIAL, partial(tocsin_running, tmp_path / "home"))
