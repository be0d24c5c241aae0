"""What a benchmark returns, and how the table is printed and written.

A row always carries its baseline from the same run: a figure alone says more about the machine than about the program.
"""

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "performance.md"
START, END = "<!-- bench:start -->", "<!-- bench:end -->"


@dataclass(frozen=True)
class Row:
    """One line of the table. `goal` is in words as the specification has it; `met` is what was decided about it."""

    id: str
    what: str
    figure: str
    baseline: str
    baseline_figure: str
    ratio: str
    goal: str
    met: bool


def cells(row: Row) -> tuple[str, ...]:
    verdict = "yes" if row.met else "**no**"
    return (row.id, row.what, row.figure, row.baseline, row.baseline_figure, row.ratio, row.goal, verdict)


HEAD = ("id", "what", "measured", "baseline in the same run", "baseline measured", "ratio", "goal", "met")


def print_rows(rows: Iterable[Row]) -> None:
    for row in rows:
        print(f"{row.id:8} {row.what}: {row.figure}")
        print(f"{'':8} baseline {row.baseline}: {row.baseline_figure} · ratio {row.ratio}")
        print(f"{'':8} goal {row.goal}: {'met' if row.met else 'NOT met'}", flush=True)


def to_markdown(rows: Sequence[Row], command: str) -> str:
    lines = [
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with `{command}`: {machine()}.",
        "",
        "| " + " | ".join(HEAD) + " |",
        "|" + " --- |" * len(HEAD),
        *("| " + " | ".join(cells(row)) + " |" for row in rows),
    ]
    return "\n".join(lines)


def write_page(rows: Sequence[Row], command: str, page: Path = PAGE) -> None:
    """Replace what stands between the two marks of the page; the words around them are people's."""
    text = page.read_text()
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{START}\n{to_markdown(rows, command)}\n{END}{after}")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, commit {commit.stdout.strip() or 'unknown'}"
    )
