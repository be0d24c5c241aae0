"""What the documents point at is there: other pages, pictures, headings, and the files of the architecture."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#[^)]*)?\)")
FILE = re.compile(r"`([\w/.-]+\.(?:py|sql|yaml|toml|md))`")


def pages() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split()]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = {found for found in LINK.findall(page.read_text()) if found}
    missing = sorted(target for target in targets if not (page.parent / target).exists())
    assert not missing


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_the_files_named_are_there(name: str) -> None:
    named = {found for found in FILE.findall((ROOT / name).read_text()) if "/" in found}
    missing = sorted(file for file in named if not any((base / file).exists() for base in bases()))
    assert not missing


def bases() -> list[Path]:
    return [ROOT, ROOT / "src" / "tocsin"]
