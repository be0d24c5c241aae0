"""The tutorial, word for word: its commands run in one shell beside a real server, and print what the page shows.

Two things differ from a reader's machine: the ports, and that the environment is there already (`make environment`).
What differs from week to week – times, dates, who is on call – is compared by its shape.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import free_port
from tests.support.tocsin import tocsin_running

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-alert.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VARYING = (
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"\d\d:\d\d(:\d\d)?", "TIME"),
    (r"just now|\d+ (s|seconds?|min) ago", "AGO"),
    (r"\d+ (s|seconds?|min)\b", "LENGTH"),
    (r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", "DAY"),
    (r"\b\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "DAY"),
    (r"\bCES?T\b", "ZONE"),
    (r"\b(alice|bob|dave|erin)\b", "PERSON"),
    (r"\s+", " "),
)


def shape(text: str) -> str:
    """The text with what varies replaced, and its line breaks too: a longer name breaks a line elsewhere."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text.strip()


def blocks() -> list[tuple[str, str]]:
    """(commands, what the page shows of their output) in the page's order."""
    found = BLOCK.findall(TUTORIAL.read_text(encoding="utf-8"))
    return [
        (text, found[place + 1][1] if found[place + 1 : place + 2] and found[place + 1][0] == "text" else "")
        for place, (kind, text) in enumerate(found)
        if kind == "sh"
    ]


def script(steps: list[tuple[str, str]], ports: dict[str, str]) -> str:
    """All commands in one shell that stops at the first failure; a mark stands before the output of each block."""
    lines = ["set -eu", 'make() { test "$*" = environment; }']
    for number, (commands, _) in enumerate(steps):
        lines += [f"echo '=== {number}'", commands]
    text = "\n".join(lines)
    for port, own in ports.items():
        text = text.replace(port, own)
    return text


@pytest.mark.curl
def test_every_command_does_what_the_page_shows(tmp_path: Path) -> None:
    steps, mailbox = blocks(), free_port()
    assert len(steps) > 8
    home = tmp_path / "home"
    with tocsin_running(home, TOCSIN_SMTP_URL=f"smtp://127.0.0.1:{mailbox}") as tocsin:
        for name in (".venv", "examples"):
            (home / name).symlink_to(ROOT / name)
        port = tocsin.address.rpartition(":")[2]
        done = subprocess.run(
            ["bash", "-c", script(steps, {"8377": port, "1025": str(mailbox)})],
            env={**os.environ, **tocsin.environment, "COLUMNS": "80", "TZ": "UTC"},
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    said = re.split(r"^=== \d+\n", done.stdout, flags=re.MULTILINE)[1:]
    for (commands, shown), printed in zip(steps, said, strict=True):
        for line in shown.replace("8377", port).splitlines():
            assert shape(line) in shape(printed), f"{commands}\nshows:\n{line}\nprinted:\n{printed}"
