"""A page of the documentation as a session in a shell: its commands run, in order, beside a real server.

In a page, a `sh` block is run, a `text` block right after it is what it prints, and a block named by a comment line
`# file: NAME` at its top is written as that file. The ports differ from a reader's machine. What differs from week to
week – times, dates, who is on call – is compared by its shape.
"""

import os
import re
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.docs.forked_command import put_in_place
from tests.support.programs import free_port
from tests.support.tocsin import Installation

ROOT = Path(__file__).parents[2]
SERVER_PORT, MAIL_PORT, INLET_PORT = "8377", "1025", "2525"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"\A# file: (\S+)\n")

VARYING = (
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"\d\d:\d\d(:\d\d)?", "TIME"),
    (r"just now|\d+ (s|seconds?|min) ago", "AGO"),
    (r"\d+ (s|ms|seconds?|min)\b", "LENGTH"),
    (r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", "DAY"),
    (r"\b\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", "DAY"),
    (r"\bDAY TIME\b", "TIME"),  # late in the evening, two hours from now are tomorrow
    (r"\bCES?T\b", "ZONE"),
    (r"\b(alice|bob|dave|erin)\b", "PERSON"),
    (r"\bentry \d+", "ENTRY"),
    (r"\b[0-9a-f]{8}\b", "ID"),
    (r"\s+", " "),
)


def shape(text: str) -> str:
    """The text with what varies replaced, and its line breaks too: a longer name breaks a line elsewhere."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text.strip()


@dataclass(frozen=True)
class Step:
    """Commands, and what the page shows of their output: "" where it shows nothing."""

    commands: str
    shown: str = ""


def steps(page: Path) -> list[Step]:
    """What a reader does, in the page's order. Writing a file is a step too."""
    found: list[tuple[str, str]] = BLOCK.findall(page.read_text(encoding="utf-8"))
    done: list[Step] = []
    for (kind, text), (following, output) in pairwise([*found, ("", "")]):
        if named := FILE.match(text):
            done.append(Step(f"cat > {named[1]} <<'END-OF-FILE'\n{text[named.end() :]}END-OF-FILE\n"))
        elif kind == "sh":
            done.append(Step(text, output if following == "text" else ""))
    return done


def script(session: list[Step], ports: dict[str, str]) -> str:
    """All commands in one shell that stops at the first failure, and then ends what it runs beside itself; a mark
    stands before the output of each block."""
    lines = ["set -eu", "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT"]
    for number, step in enumerate(session):
        lines += [f"echo '=== {number}'", step.commands]
    return at_ports("\n".join(lines), ports)


def at_ports(text: str, ports: dict[str, str]) -> str:
    """With our own ports instead of the page's; in one pass, since one of ours may hold the digits of another."""
    return re.sub("|".join(ports), lambda found: ports[found[0]], text)


def served_with(page: Path) -> dict[str, str]:
    """What the page says before `make serve`: settings of the server."""
    served = re.search(r"^    ((?:TOCSIN_\w+=\S+ )+)make serve$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(re.findall(r"(\w+)=(\S+)", served[1])) if served else {}


def walk(page: Path, serve: Callable[..., AbstractContextManager[Installation]], command: str = "") -> None:
    """Does what the page says beside the Tocsin that `serve` opens, and compares what is printed with what it shows.
    `command` is the text of a program to stand in the place of `tocsin`."""
    mailbox, inlet = str(free_port()), str(free_port())
    listens = INLET_PORT in page.read_text(encoding="utf-8")
    settings = {name: value.replace(MAIL_PORT, mailbox) for name, value in served_with(page).items()}
    settings |= {"TOCSIN_SMTP_LISTEN": f"127.0.0.1:{inlet}"} if listens else {}
    with serve(TOCSIN_SMTP_URL=f"smtp://127.0.0.1:{mailbox}", **settings) as tocsin:
        (tocsin.home / "examples").symlink_to(ROOT / "examples")
        if command:
            put_in_place(command, tocsin.home, ROOT)
        else:
            (tocsin.home / ".venv").symlink_to(ROOT / ".venv")
        ports = {SERVER_PORT: tocsin.address.rpartition(":")[2], MAIL_PORT: mailbox, INLET_PORT: inlet}
        session = steps(page)
        said = _run(script(session, ports), tocsin)
    for step, printed in zip(session, said, strict=True):
        for line in step.shown.replace(SERVER_PORT, ports[SERVER_PORT]).splitlines():
            assert shape(line) in shape(printed), f"{step.commands}\nshows:\n{line}\nprinted:\n{printed}"


def _run(commands: str, tocsin: Installation) -> list[str]:
    done = subprocess.run(
        ["bash", "-c", commands],
        env={**os.environ, **tocsin.environment, "COLUMNS": "80", "TZ": "UTC"},
        cwd=tocsin.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return re.split(r"^=== \d+\n", done.stdout, flags=re.MULTILINE)[1:]
