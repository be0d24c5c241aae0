"""Each page about connecting a source: its configuration is one, and every type of integration has its page."""

import re
import textwrap
from pathlib import Path

import pytest

from tocsin.config.files import load_texts
from tocsin.integrations.sources import SOURCES

HOWTO = Path(__file__).parents[2] / "docs" / "howto"
PAGES = sorted(HOWTO.glob("connect-*.md"))
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_configuration_is_read_without_a_problem(page: Path) -> None:
    blocks = [textwrap.dedent(block) for block in BLOCK.findall(page.read_text())]
    assert blocks
    for block in blocks:
        environ = {name: f"{name}-of-32-characters-or-more" for name in re.findall(r"env:(\w+)", block)}
        (item,) = load_texts({"page.yaml": block}, environ).integrations
        assert item.value.type in page.stem


def test_every_type_has_its_page() -> None:
    assert {f"connect-{type_}" for type_ in SOURCES} <= {page.stem for page in PAGES}
