"""What is made from the program is what the program says now."""

from pathlib import Path

import pytest
from tools.docs import PAGES, ROOT


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_made_page_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path](), f"{path} is out of date; run: make docs"
