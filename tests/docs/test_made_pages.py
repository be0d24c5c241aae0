"""What is made from the program is what the program says now."""

import pytest
from tools.docs import ROOT, pages


@pytest.mark.parametrize(("name", "text"), [(str(path.relative_to(ROOT)), text) for path, text in pages().items()])
def test_a_made_page_is_up_to_date(name: str, text: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name} is out of date; run: make docs"
