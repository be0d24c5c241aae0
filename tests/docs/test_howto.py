"""The pages of docs/howto work: what one tells to type is typed, what it shows is printed.

A page about another program (`connect-*`) has that program's settings rather than commands: its configuration is read.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.docs.forked_command import forking_commands
from tests.docs.walkthrough import ROOT, steps, walk
from tests.support.postgres import url_of
from tests.support.tocsin_within import tocsin_within
from tocsin.config.files import load_texts

HOWTO = ROOT / "docs" / "howto"
SESSIONS = [page for page in sorted(HOWTO.glob("[!R]*.md")) if steps(page)]
OTHERS = [page for page in sorted(HOWTO.glob("[!R]*.md")) if page not in SESSIONS]
ROOM = "https://:token@chat.example.com/!room:example.com"
YAML = re.compile(r"^( *)```yaml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def walkable() -> list[object]:
    """Each page with what it needs of this machine."""
    return [pytest.param(page, marks=_marks(page), id=page.stem) for page in SESSIONS]


def _marks(page: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.curl, *([pytest.mark.peers] if "amtool" in page.read_text(encoding="utf-8") else [])]


@pytest.fixture(scope="session")
def command() -> Iterator[str]:
    with forking_commands() as client:
        yield client


@pytest.mark.parametrize("page", walkable())
def test_every_command_does_what_the_page_shows(page: Path, tmp_path: Path, dsn: str, command: str) -> None:
    walk(page, partial(tocsin_within, tmp_path / "home", TOCSIN_DATABASE_URL=url_of(dsn)), command)


@pytest.mark.parametrize("page", SESSIONS, ids=lambda page: page.stem)
def test_a_page_ends_what_it_starts_beside_itself(page: Path) -> None:
    commands = "".join(step.commands for step in steps(page))
    assert len(re.findall(r" &$", commands, re.MULTILINE)) == len(re.findall(r"^kill %\d", commands, re.MULTILINE))


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.stem)
def test_the_configuration_of_a_page_is_read(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in YAML.findall(text)]
    assert blocks, "a how-to with neither command nor configuration is an explanation"
    for block in blocks:
        keys = {name: _value_of(name) for name in re.findall(r"env:(\w+)", block)}
        load_texts({"page.yaml": block}, keys)


def _value_of(variable: str) -> str:
    """Something that fits what the variable is named for: a room of any chat, or a key."""
    if variable.endswith("_ROOM"):
        return ROOM
    return "tgram://1234:abcd/42" if variable.endswith("_APPRISE") else f"0123456789abcdef{variable.lower()}"


def test_there_is_a_session_for_each_thing_a_pager_does() -> None:
    assert {page.stem for page in SESSIONS} >= {"route-alerts", "silence-alerts", "answer-a-page"}
